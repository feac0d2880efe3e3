"""A pretrained image backbone in place of the stem: EfficientNet-Lite0 without its head, in plain PyTorch.

EfficientNet-Lite (Tan and Le, Google, Apache-2.0) has no squeeze-and-excitation and ReLU6 throughout, so that every
engine runs it. Exported weights hold the backbone; training from scratch starts it from ImageNet-1k weights
(`lmae.training.pretrained`).

Batch norm is frozen: of it a scale and a shift a channel are left (`NormedConv`), which `fold` multiplies into the
weights on export.
"""

from __future__ import annotations

from typing import Dict, NamedTuple, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Stage(NamedTuple):
    """Blocks of one width; the first has the stride, the others add their input to their output."""

    blocks: int
    kernel: int
    stride: int
    #: Width within a block as a multiple of its input's.
    expand: int
    channels: int


class Layout(NamedTuple):
    """A backbone's shape: channels of the first convolution (stride 2), then the stages."""

    first: int
    stages: Tuple[Stage, ...]


LAYOUTS: Dict[str, Layout] = {
    "lite0": Layout(
        32,
        (
            Stage(1, 3, 1, 1, 16),
            Stage(2, 3, 2, 6, 24),
            Stage(2, 5, 2, 6, 40),
            Stage(3, 3, 2, 6, 80),
            Stage(3, 5, 1, 6, 112),
            Stage(4, 5, 2, 6, 192),
            Stage(1, 3, 1, 6, 320),
        ),
    ),
    # For tests of the machinery; no weights of it exist.
    "tiny": Layout(
        8,
        (
            Stage(1, 3, 1, 1, 8),
            Stage(1, 3, 2, 2, 8),
            Stage(1, 5, 2, 2, 8),
            Stage(1, 3, 2, 2, 8),
            Stage(2, 5, 1, 2, 16),
            Stage(1, 5, 2, 2, 16),
            Stage(1, 3, 1, 2, 16),
        ),
    ),
}


def same_padding(size: int, kernel: int, stride: int) -> Tuple[int, int]:
    """TensorFlow's SAME padding along one side, in cells before and after: the odd one comes after."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


class NormedConv(nn.Module):
    """A convolution, SAME-padded, times `scale` plus `shift` a channel: batch norm that no longer moves."""

    scale: Tensor
    shift: Tensor

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.stride, self.groups = stride, groups
        self.weight = nn.Parameter(torch.empty(outputs, inputs // groups, kernel, kernel))
        nn.init.kaiming_normal_(self.weight)
        self.register_buffer("scale", torch.ones(outputs))
        self.register_buffer("shift", torch.zeros(outputs))

    def forward(self, x: Tensor) -> Tensor:
        """[B, C, h, w] -> [B, outputs, ceil(h / stride), ceil(w / stride)]."""
        if self.groups > 1 and x.device.type == "cpu":
            # oneDNN's depthwise convolutions are about twice as slow backward in bf16 as in fp32.
            with torch.autocast("cpu", enabled=False):
                return self.convolve(x.float())
        return self.convolve(x)

    def convolve(self, x: Tensor) -> Tensor:
        kernel = self.weight.shape[-1]
        top, bottom = same_padding(x.shape[2], kernel, self.stride)
        left, right = same_padding(x.shape[3], kernel, self.stride)
        weight = self.weight * self.scale[:, None, None, None]
        if (top, left) == (bottom, right):
            return F.conv2d(x, weight, self.shift, self.stride, (top, left), groups=self.groups)
        return F.conv2d(F.pad(x, (left, right, top, bottom)), weight, self.shift, self.stride, groups=self.groups)


class Bottleneck(nn.Module):
    """Inverted bottleneck: 1x1 to `expand` times the width, depthwise, 1x1 back without an activation."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, expand: int) -> None:
        super().__init__()
        wide = inputs * expand
        self.expand = NormedConv(inputs, wide, 1) if expand > 1 else None
        self.depthwise = NormedConv(wide, wide, kernel, stride, groups=wide)
        self.project = NormedConv(wide, outputs, 1)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        wide = x if self.expand is None else F.relu6(self.expand(x))
        out = self.project(F.relu6(self.depthwise(wide)))
        return x + out if self.residual else out


class Backbone(nn.Module):
    """The feature extractor, with random weights until others are loaded."""

    def __init__(self, name: str) -> None:
        super().__init__()
        layout = LAYOUTS[name]
        self.first = NormedConv(3, layout.first, 3, 2)
        self.blocks = nn.ModuleList()
        #: Channels of the features by stride, and the number of blocks after which they are taken: the last of it.
        self.channels: Dict[int, int] = {}
        self.ends: Dict[int, int] = {}
        width, stride = layout.first, 2
        for stage in layout.stages:
            for number in range(stage.blocks):
                step = stage.stride if number == 0 else 1
                self.blocks.append(Bottleneck(width, stage.channels, stage.kernel, step, stage.expand))
                width = stage.channels
            stride *= stage.stride
            self.channels[stride], self.ends[stride] = width, len(self.blocks)

    def forward(self, image: Tensor) -> Dict[int, Tensor]:
        """image [B, 3, H, W], normalised -> features [B, C, ceil(H / s), ceil(W / s)] at stride s = 2 to 32."""
        x = F.relu6(self.first(image))
        at = {end: stride for stride, end in self.ends.items()}
        features: Dict[int, Tensor] = {}
        for number, block in enumerate(self.blocks, 1):
            x = block(x)
            if number in at:
                features[at[number]] = x
        return features


def fold(state: Dict[str, Tensor]) -> Dict[str, Tensor]:
    """A network's state with every scale of its backbone multiplied into the weight before it, and left out."""
    folded = {name: value for name, value in state.items() if not is_scale(name)}
    for name, scale in state.items():
        if is_scale(name):
            weight = f"{name[: -len('scale')]}weight"
            folded[weight] = state[weight] * scale.reshape(-1, 1, 1, 1)
    return folded


def unfolded(state: Dict[str, Tensor]) -> Dict[str, Tensor]:
    """The inverse of `fold`, with every scale 1: states that hold the scales, or no backbone, stay as they are."""
    whole = dict(state)
    for name, shift in state.items():
        if name.startswith("backbone.") and name.endswith(".shift"):
            whole.setdefault(f"{name[: -len('shift')]}scale", torch.ones_like(shift))
    return whole


def is_scale(name: str) -> bool:
    return name.startswith("backbone.") and name.endswith(".scale")
