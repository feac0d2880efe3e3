"""What a cell's surroundings, and its place in the picture, add to its own features.

Shoes are below and sky is above; what a window looks like around a cell tells indoors from a street. The classifiers of
a `probe` see one cell at a time and cannot know either.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from ..arrays import F32, Floats
from ..evaluation.protocol import Place

#: A cell's surroundings are this many cells wide, cut off at the window's edge.
SURROUNDINGS = 13
#: Cosines of 0 to WAVES - 1 half-periods over the picture, down and across.
WAVES = 6


def in_setting(features: F32, place: Place) -> F32:
    """features [C,h,w] of a window's cells -> [2 C + WAVES^2 - 1, h, w]: own, mean of the surroundings, place."""
    _, rows, columns = features.shape
    around = surroundings(torch.from_numpy(features)[None])[0].numpy()
    down = waves(place.top, place.bottom, rows)
    across = waves(place.left, place.right, columns)
    products = (down[:, None, :, None] * across[None, :, None, :]).reshape(-1, rows, columns)
    return np.concatenate([features, around, products[1:].astype(np.float32)])


def surroundings(features: torch.Tensor) -> torch.Tensor:
    """The mean of features [B,C,h,w] around every cell."""
    return F.avg_pool2d(features, SURROUNDINGS, 1, SURROUNDINGS // 2, count_include_pad=False)


def waves(start: float, end: float, count: int) -> Floats:
    """cos(pi n y) at the middles y of `count` cells from start to end: [WAVES, count]."""
    middles = start + (np.arange(count) + 0.5) / count * (end - start)
    return np.asarray(np.cos(np.pi * np.arange(WAVES)[:, None] * middles))
