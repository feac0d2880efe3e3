"""Golden tensors: what the PyTorch model answers, for the TypeScript model to match."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import numpy as np
import torch
from torch import Tensor

from ..data.components import region_numbers
from ..model.autoencoder import NO_SLOT, UNKNOWN
from ..model.config import TINY, Config, with_backbone
from ..model.lmae import LMAE
from ..model.prior import nearest_label
from ..model.support import Support
from ..model.weights import load, save

#: Fixtures of random weights that the app's tests keep, and their window's sides in pixels. On the backbone the number
#: of patches a side is odd: stride 32 has a cell more; and support is told of.
FIXTURES: Dict[Config, int] = {
    TINY: 64,
    replace(with_backbone(TINY, "tiny"), name="lmae-tiny-backbone", support=True): 80,
}

#: In a backbone of such weights ReLU6 clips at both ends, as in a trained one, and the last layers still matter.
BACKBONE_GAIN = 2.5


def synthetic_input(size: int, slots: int, seed: int) -> Dict[str, Tensor]:
    """A window of soft blobs with labels that follow them, half of its patches hidden and one pixel-level hole."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:size, 0:size] / size
    centres = rng.uniform(0.1, 0.9, (slots, 2))
    label = np.argmin((y[..., None] - centres[:, 0]) ** 2 + (x[..., None] - centres[:, 1]) ** 2, -1).astype(np.uint8)
    colours = rng.uniform(0, 255, (slots, 3))
    image = np.clip(colours[label] + rng.normal(0, 12, (size, size, 3)), 0, 255).astype(np.uint8)
    grid = size // 16
    hidden = rng.random((grid, grid)) < 0.5
    mask = np.kron(hidden, np.ones((16, 16), dtype=bool))
    mask[size // 3 : size // 2, size // 4 : size // 3] = True
    given = np.where(mask, UNKNOWN, label).astype(np.uint8)
    given[:8, :8] = NO_SLOT
    nearest, distance = nearest_label(given, given != UNKNOWN, exact=True)
    return {
        "image": torch.from_numpy(image.transpose(2, 0, 1).copy()),
        "given": torch.from_numpy(given),
        "nearest": torch.from_numpy(nearest),
        "distance": torch.from_numpy(distance),
        "regions": torch.from_numpy(region_numbers(given)),
    }


def synthetic_support(size: int, slots: int, seed: int) -> Support:
    """Of a window with that many slots, the last one a candidate; some probabilities are below what counts."""
    generator = torch.Generator().manual_seed(seed)
    posteriors = (3 * torch.randn(1, slots + 1, size // 8, size // 8, generator=generator)).softmax(1)
    return Support(posteriors, torch.arange(slots)[None] == slots - 1, torch.ones(1, dtype=torch.bool))


def random_state(model: LMAE, seed: int, backbone_gain: float = 0.7) -> Dict[str, Tensor]:
    """Every parameter random (none left at zero), scaled to keep activations in range, rounded to fp16."""
    generator = torch.Generator().manual_seed(seed)
    state: Dict[str, Tensor] = {}
    for name, value in model.state_dict().items():
        noise = torch.randn(value.shape, generator=generator)
        gain = backbone_gain if name.startswith("backbone.") else 0.7
        scale = gain / max(1, int(np.prod(value.shape[1:]))) ** 0.5 if value.ndim > 1 else 0.1
        # Norm scales stay around one; biases drawn at random by the constructor are not repeatable and left out.
        constant = value.ndim == 0 or (value.ndim == 1 and len(value) > 1) and bool((value == value.flatten()[0]).all())
        state[name] = ((value if constant else 0) + noise * scale).half().float()
    return state


def write_fixture(
    out: Path, size: int, slots: int, seed: int, config: Config = TINY, model_folder: Optional[Path] = None
) -> None:
    """Writes NAME.json, NAME.bin and, if random (of that config), the weights' folder.

    NAME.bin holds the inputs, then float32 logits [K + 1, H, W], the error head's [H / 4, W / 4] and the image context
    [H / 8, W / 8, C8]. Networks that listen to support get one slot more, which the window does not show: after the
    answer without support come the posteriors [K + 1, H / 8, W / 8], the candidates [K] and the answer with them.
    """
    if model_folder is None:
        model_folder = out / config.name
        save(random_state(LMAE(config), seed, BACKBONE_GAIN), config, model_folder)
        (model_folder / "README.md").unlink()
    model, config = load(model_folder)
    sample = synthetic_input(size, slots, seed)
    image = sample["image"][None].float() / 255
    given, nearest, distance, regions = (sample[name][None] for name in ("given", "nearest", "distance", "regions"))
    arrays: List[Tuple[str, np.ndarray]] = [
        ("image", sample["image"].numpy().transpose(1, 2, 0)),
        ("given", sample["given"].numpy()),
        ("nearest", sample["nearest"].numpy()),
        ("distance", sample["distance"].numpy().astype("<f4")),
        ("regions", sample["regions"].numpy().astype("<i2")),
    ]

    def answer(prefix: str = "", support: Optional[Support] = None) -> None:
        with torch.no_grad():
            output = model(
                image, given, nearest, distance.float(), slots, regions=regions, image_context=True, support=support
            )
        arrays.append((prefix + "logits", output.logits[0].numpy().astype("<f4")))
        arrays.append((prefix + "error logit", output.error_logit[0, 0].numpy().astype("<f4")))
        if support is None:
            arrays.append(("image context", output.image_context[0].permute(1, 2, 0).numpy().astype("<f4")))

    slots += config.support
    answer()
    if config.support:
        support = synthetic_support(size, slots, seed)
        arrays.append(("posteriors", support.posteriors[0].numpy().astype("<f4")))
        arrays.append(("candidates", support.candidate[0].numpy().astype("u1")))
        answer("supported ", support)
    write_arrays(out / config.name, {"model": config.name, "size": size, "slots": slots}, arrays)


def write_arrays(path: Path, header: Dict[str, Any], arrays: List[Tuple[str, np.ndarray]]) -> None:
    """Writes PATH.bin, the arrays one after the other, and PATH.json, the header and where each of them lies."""
    parts: List[Dict[str, Any]] = []
    blob = bytearray()
    for name, array in arrays:
        blob += bytes(-len(blob) % 4)
        parts.append({"name": name, "offset": len(blob), "shape": list(array.shape), "dtype": str(array.dtype)})
        blob += np.ascontiguousarray(array).tobytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_name(f"{path.name}.json").write_text(json.dumps({**header, "parts": parts}, indent=1) + "\n")
    path.with_name(f"{path.name}.bin").write_bytes(blob)
