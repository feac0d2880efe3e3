"""Class posteriors of a window: what a classifier says every pixel shows, without having seen its label."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F

from ..arrays import F32, U8
from ..data.cells import CELL, pure_cells
from ..data.dataset import Item
from ..evaluation.protocol import Place
from ..evaluation.supported import view_of
from ..support.set_support import SetSupport

#: Posteriors that contradict the labels of more of a window's cells are dropped: the window is unlike all others.
MOST_CONTRADICTED = 0.75


class ClassPosteriors(NamedTuple):
    """Probability [K,S,S] of every known class at every pixel of a window, and the class ids [K]."""

    classes: U8
    probabilities: F32


#: No class is known. Its arrays are empty, so that it fits a window of any size.
NO_POSTERIORS = ClassPosteriors(np.zeros(0, np.uint8), np.zeros((0, 0, 0), np.float32))


def support_posteriors(support: SetSupport, item: Item, place: Place, label: U8) -> ClassPosteriors:
    """What support says of a window of an item, whose label is given as [S,S]: bilinear between cells.

    A class that is unknown to a perceptron which judges the item is left out, as too little else of the set shows it.
    NO_POSTERIORS where no class is left, and where most of the label is contradicted.
    """
    classes = np.flatnonzero(support.known(item)).astype(np.uint8)
    if len(classes) == 0:
        return NO_POSTERIORS
    cells = support.window(item, view_of(place), len(label))[classes]
    given = pure_cells(label)
    known = np.isin(given, classes)
    contradicted = np.count_nonzero(classes[cells.argmax(0)][known] != given[known])
    if contradicted > MOST_CONTRADICTED * np.count_nonzero(known):
        return NO_POSTERIORS
    grid = torch.from_numpy(cells / cells.sum(0))[None]
    pixels = F.interpolate(grid, scale_factor=float(CELL), mode="bilinear", align_corners=False)
    return ClassPosteriors(classes, pixels[0].numpy())
