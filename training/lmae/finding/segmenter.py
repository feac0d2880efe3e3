"""The rival of error finding: an ordinary segmenter of L-MAE's size, trained on one set.

A label is suspect where the segmenter gives it little probability (softmin of the given label's probability). Four
fifths of the train split train it; the rest is for fitting the rules, which must not see a segmenter that has memorised
its labels.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..arrays import F32, U8, VOID, Bool
from ..data.dataset import DataSet, Item
from ..data.windows import random_window
from .evidence import LEAST_PROBABILITY
from .posteriors import ClassPosteriors
from .predictor import Completion

#: 4.7 million parameters, as lmae-small.
WIDTHS = (32, 64, 112, 208, 336)
HELD_BACK = 5
BATCH = 8
WINDOW = 224
#: The sides of what it sees are multiples of this.
STRIDE = 32


def double_conv(inputs: int, outputs: int) -> nn.Sequential:
    """Two 3x3 convolutions, each with group norm and ReLU."""
    layers: list[nn.Module] = []
    for channels in (inputs, outputs):
        layers += [nn.Conv2d(channels, outputs, 3, padding=1, bias=False), nn.GroupNorm(8, outputs), nn.ReLU()]
    return nn.Sequential(*layers)


class Segmenter(nn.Module):
    """A U-Net from stride 2 on: image [B,3,H,W] in 0..1 (H, W multiples of 32) -> logits [B,classes,H,W]."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, WIDTHS[0], 3, stride=2, padding=1)
        self.down = nn.ModuleList([double_conv(a, b) for a, b in zip(WIDTHS[:1] + WIDTHS[:-1], WIDTHS, strict=True)])
        self.up = nn.ModuleList([double_conv(a + b, a) for a, b in zip(WIDTHS[-2::-1], WIDTHS[:0:-1], strict=True)])
        self.last = nn.Conv2d(WIDTHS[0], classes, 1)

    def forward(self, image: Tensor) -> Tensor:
        x = self.first((image - 0.45) / 0.27)
        levels = []
        for number, block in enumerate(self.down):
            x = block(F.max_pool2d(x, 2) if number else x)
            levels.append(x)
        for block, level in zip(self.up, levels[-2::-1], strict=True):
            x = block(torch.cat([level, F.interpolate(x, scale_factor=2, mode="nearest")], 1))
        return F.interpolate(self.last(x), scale_factor=2, mode="bilinear", align_corners=False)


def split_for_rules(data: DataSet) -> tuple[DataSet, DataSet]:
    """Every fifth image is held back for fitting rules: (to learn from, held back)."""
    held = data.items[::HELD_BACK]
    learnt = tuple(item for index, item in enumerate(data.items) if index % HELD_BACK)
    return replace(data, items=learnt), replace(data, items=held)


def train_segmenter(data: DataSet, minutes: float, seed: int, progress: Callable[[str], None]) -> Segmenter:
    """Learns a set's classes from random windows for that long; AdamW, cosine."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    model = Segmenter(len(data.classes))
    optimiser = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.01)
    began, step, shown = time.monotonic(), 0, 0.0
    while (done := (time.monotonic() - began) / (60 * minutes)) < 1:
        pairs = [random_window(rng, data.items[int(rng.integers(len(data.items)))], WINDOW) for _ in range(BATCH)]
        image, label, _ = (torch.from_numpy(np.stack(part)) for part in zip(*pairs, strict=True))
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * min(1.0, (step + 1) / 50) * (0.01 + 0.99 * 0.5 * (1 + np.cos(np.pi * done)))
        loss = F.cross_entropy(model(image.float() / 255), label.long(), ignore_index=VOID)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        step += 1
        if done - shown > 0.2:
            shown = done
            progress(f"segmenter of {data.name}: {step} steps, loss {loss.item():.3f}")
    return model.eval()


class SegmenterPredictor:
    """The segmenter's probabilities, whatever is hidden; "other" is all classes without a slot together."""

    def __init__(self, model: Segmenter) -> None:
        self.model = model

    def view(self, image: U8, posteriors: ClassPosteriors) -> SegmenterView:
        return SegmenterView(posteriors)

    def support(self, items: Sequence[Item], classes: int) -> None:
        return None

    def class_posteriors(self, image: U8) -> ClassPosteriors:
        """The mean of the image and its mirror image."""
        height, width = image.shape[1:]
        padded = np.pad(image, ((0, 0), (0, -height % STRIDE), (0, -width % STRIDE)), mode="edge")
        pixels = torch.from_numpy(padded)[None].float() / 255
        with torch.no_grad():
            both = torch.softmax(self.model(pixels), 1) + torch.softmax(self.model(pixels.flip(-1)), 1).flip(-1)
        probabilities = (both / 2)[0, :, :height, :width].numpy()
        return ClassPosteriors(np.arange(len(probabilities), dtype=np.uint8), probabilities)


class SegmenterView:
    """What the segmenter has said of a window."""

    def __init__(self, posteriors: ClassPosteriors) -> None:
        self.posteriors = posteriors

    def complete(self, label: U8, hidden: Bool) -> Completion:
        classes, probabilities = self.posteriors
        return Completion(classes, np.concatenate([probabilities, np.zeros((1, *label.shape), np.float32)]))

    def error_logit(self, label: U8) -> F32:
        own = self.complete(label, label == VOID).of(label).clip(LEAST_PROBABILITY, 1 - LEAST_PROBABILITY)
        return np.asarray(np.log1p(-own) - np.log(own))
