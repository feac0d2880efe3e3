"""The rival of error finding: an ordinary segmenter on the network's own backbone, trained on one set.

A label is suspect where the segmenter gives it little probability (softmin of the given label's probability). Four
fifths of the train split train it; the rest is for fitting the rules, which must not see a segmenter that has memorised
its labels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..arrays import F32, U8, VOID, Bool
from ..data.dataset import DataSet, Item
from ..data.windows import random_window
from ..model.autoencoder import MaskedAutoencoder, upsample
from .evidence import LEAST_PROBABILITY
from .posteriors import ClassPosteriors
from .predictor import Completion, Judge

HELD_BACK = 5
BATCH = 8
WINDOW = 160
LEARNING_RATE = 2e-3
#: The sides of what it sees are multiples of this.
STRIDE = 32
#: Its channels at stride 16, 8 and 4.
WIDTHS = (128, 96, 64)


def conv(inputs: int, outputs: int) -> nn.Sequential:
    """A 3x3 convolution with group norm and ReLU."""
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1), nn.GroupNorm(8, outputs), nn.ReLU())


class Segmenter(nn.Module):
    """A U-Net whose way down is L-MAE's backbone, as it is: image [B,3,H,W] in 0..1 (H, W multiples of 32) -> logits
    [B,classes,H,W].
    """

    def __init__(self, model: MaskedAutoencoder, classes: int) -> None:
        super().__init__()
        self.model = model
        channels = [model.backbone.channels[stride] for stride in (32, 16, 8, 4)]
        below = (channels[0], *WIDTHS)
        self.up = nn.ModuleList(conv(a + b, c) for a, b, c in zip(below, channels[1:], WIDTHS, strict=False))
        self.last = nn.Conv2d(WIDTHS[-1], classes, 1)

    def forward(self, image: Tensor) -> Tensor:
        with torch.no_grad():
            taps = self.model.backbone(self.model.normalise(image))
        x = taps[32]
        for block, stride in zip(self.up, (16, 8, 4), strict=True):
            x = block(torch.cat([upsample(x, 2), taps[stride]], 1))
        return upsample(self.last(x), 4)


def split_for_rules(data: DataSet) -> tuple[DataSet, DataSet]:
    """Every fifth image is held back for fitting rules: (to learn from, held back)."""
    held = data.items[::HELD_BACK]
    learnt = tuple(item for index, item in enumerate(data.items) if index % HELD_BACK)
    return replace(data, items=learnt), replace(data, items=held)


def train_segmenter(model: MaskedAutoencoder, data: DataSet, steps: int, progress: Callable[[str], None]) -> Segmenter:
    """Learns a set's classes from random windows; AdamW, cosine."""
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    segmenter = Segmenter(model, len(data.classes))
    learnt = [*segmenter.up.parameters(), *segmenter.last.parameters()]
    optimiser = torch.optim.AdamW(learnt, lr=LEARNING_RATE, weight_decay=0.01)
    for step in range(steps):
        pairs = [random_window(rng, data.items[int(rng.integers(len(data.items)))], WINDOW) for _ in range(BATCH)]
        image, label, _ = (torch.from_numpy(np.stack(part)) for part in zip(*pairs, strict=True))
        optimiser.param_groups[0]["lr"] = LEARNING_RATE * (1 + np.cos(np.pi * step / steps)) / 2
        loss = F.cross_entropy(segmenter(image.float() / 255), label.long(), ignore_index=VOID)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        if step % 40 == 39:
            progress(f"segmenter of {data.name}: {step + 1} steps, loss {loss.item():.3f}")
    return segmenter.eval()


class SegmenterPredictor:
    """The segmenter's probabilities, whatever is hidden; "other" is all classes without a slot together."""

    def __init__(self, model: Segmenter) -> None:
        self.model = model

    def view(self, image: U8, posteriors: ClassPosteriors) -> SegmenterView:
        return SegmenterView(posteriors)

    def learn(self, data: DataSet, items: Mapping[str, Item], others: Iterable[Item] = ()) -> Judge:
        return lambda window, label: self.posteriors(window.image)

    def posteriors(self, image: U8) -> ClassPosteriors:
        """Of an image [3,H,W]: the mean over it and its mirror image."""
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
