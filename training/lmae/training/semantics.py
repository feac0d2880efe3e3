"""Makes the image's features tell classes apart: a linear classifier a training set, not exported with the network.

Slots are anonymous, so nothing else in the loss asks the features to tell a horse from a cow. Completion gains
by it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..arrays import VOID, Ints
from ..data.dataset import DataSet

#: A cell's surroundings are this many cells wide, cut off at the window's edge.
SURROUNDINGS = 13


class SemanticHeads(nn.Module):
    """Logits of each training set's own classes, from features at stride 8 and their surroundings. Sets whose ids
    differ from image to image have none.
    """

    first: Tensor  # [sets], a set's first channel
    foreign: Tensor  # [sets, channels] bool, the channel is another set's

    def __init__(self, sets: Sequence[DataSet], channels: int) -> None:
        super().__init__()
        counts = [0 if data.per_image_ids else len(data.classes) for data in sets]
        ends: Ints = np.cumsum(counts)
        self.linear = nn.Conv2d(2 * channels, int(ends[-1]), 1)
        set_of = torch.from_numpy(np.repeat(np.arange(len(counts)), counts))
        self.register_buffer("first", torch.from_numpy(ends - counts), persistent=False)
        self.register_buffer("foreign", torch.arange(len(counts))[:, None] != set_of, persistent=False)

    def forward(self, features: Tensor, classes: Tensor, source: Tensor) -> Tensor:
        """Cross-entropy of features [B,C,h8,w8] against classes uint8 [B,h8,w8] (`pure_cells`) of sets source [B]."""
        logits = (
            self.linear(torch.cat([features, surroundings(features)], 1))
            .float()
            .masked_fill(self.foreign[source][:, :, None, None], -1e9)
        )
        scored = classes != VOID
        target = (classes.long() + self.first[source][:, None, None]).masked_fill(~scored, 0)
        loss = F.cross_entropy(logits, target, reduction="none")
        return (loss * scored).sum() / scored.sum().clamp(min=1)


def surroundings(features: Tensor) -> Tensor:
    """The mean of features [B,C,h,w] around every cell."""
    return F.avg_pool2d(features, SURROUNDINGS, 1, SURROUNDINGS // 2, count_include_pad=False)
