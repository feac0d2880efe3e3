"""Weights for the browser: fp16 in tfjs' weights-manifest format, config and model card; and back.

Layouts in the file are tfjs': convolutions [kh, kw, in, out] (depthwise: [kh, kw, 1, channels]), linear layers
[in, out]; names are PyTorch's. A backbone's scales are folded into its weights (`lmae.model.backbone.fold`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import numpy as np
import torch
from torch import Tensor

from .autoencoder import MaskedAutoencoder
from .backbone import fold, unfolded
from .card import model_card
from .config import Config
from .fixed import build_model

SHARD_BYTES = 8 * 1024 * 1024
DEFAULT_CALIBRATION = {"temperatures": {"1": 1.0, "4": 1.0, "8": 1.0}}


def to_tfjs(tensor: Tensor) -> np.ndarray:
    """A PyTorch weight in tfjs' layout: OIHW -> HWIO, [out, in] -> [in, out]; vectors and scalars as they are."""
    array = tensor.detach().cpu().float().numpy()
    if array.ndim == 4:
        return np.ascontiguousarray(array.transpose(2, 3, 1, 0))
    return np.ascontiguousarray(array.T) if array.ndim == 2 else array


def from_tfjs(array: np.ndarray) -> Tensor:
    """The inverse of `to_tfjs`."""
    if array.ndim == 4:
        array = array.transpose(3, 2, 0, 1)
    elif array.ndim == 2:
        array = array.T
    return torch.from_numpy(np.array(array, dtype=np.float32))


def save(
    state: Dict[str, Tensor],
    config: Config,
    out: Path,
    training: Optional[Dict[str, Any]] = None,
    report: Optional[Dict[str, Any]] = None,
    calibration: Optional[Dict[str, Any]] = None,
) -> None:
    """Writes model.json, weights-*.bin and the model card README.md into the folder `out`."""
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("weights-*.bin"):
        old.unlink()
    entries: List[Dict[str, Any]] = []
    blob = bytearray()
    for name, tensor in fold(state).items():
        array = to_tfjs(tensor).astype("<f2")
        if not np.isfinite(array).all():
            raise ValueError(f"{name} does not fit in fp16")
        quantization = {"dtype": "float16", "original_dtype": "float32"}
        entries.append({"name": name, "shape": list(array.shape), "dtype": "float32", "quantization": quantization})
        blob += array.tobytes()
    paths = []
    for number, start in enumerate(range(0, len(blob), SHARD_BYTES), 1):
        paths.append(f"weights-{number}.bin")
        (out / paths[-1]).write_bytes(blob[start : start + SHARD_BYTES])
    document = {
        "format": "lmae",
        "config": config.to_json(),
        "training": training or {},
        "calibration": calibration or DEFAULT_CALIBRATION,
        "weightsManifest": [{"paths": paths, "weights": entries}],
    }
    (out / "model.json").write_text(json.dumps(document, indent=1) + "\n")
    (out / "README.md").write_text(model_card(config, len(blob), training or {}, report))


def load_state(path: Path) -> Tuple[Dict[str, Tensor], Dict[str, Any]]:
    """Reads an exported folder: the weights in PyTorch's layout and the whole of model.json.

    Raises FileNotFoundError, or ValueError when the shards hold fewer or more bytes than the manifest says.
    """
    document = json.loads((path / "model.json").read_text())
    if document.get("format") != "lmae":
        raise ValueError(f"{path / 'model.json'} is not an L-MAE export")
    state: Dict[str, Tensor] = {}
    for group in document["weightsManifest"]:
        blob = b"".join((path / shard).read_bytes() for shard in group["paths"])
        offset = 0
        for entry in group["weights"]:
            count = int(np.prod(entry["shape"], dtype=np.int64))
            array = np.frombuffer(blob, "<f2", count, offset).reshape(entry["shape"])
            state[entry["name"]] = from_tfjs(array)
            offset += 2 * count
        if offset != len(blob):
            raise ValueError(f"{path}: the weights hold {len(blob)} bytes, the manifest says {offset}")
    return unfolded(state), document


def load(path: Path) -> Tuple[MaskedAutoencoder, Config]:
    """An exported model, or the averaged weights of a training checkpoint (*.pt), ready for inference on the CPU."""
    if Path(path).suffix == ".pt":
        document = torch.load(path, map_location="cpu")
        state = document["ema"]
    else:
        state, document = load_state(Path(path))
    config = Config.from_json(document["config"])
    model = build_model(config)
    model.load_state_dict(state)
    return model.eval(), config
