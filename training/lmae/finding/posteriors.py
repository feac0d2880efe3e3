"""Class posteriors of an image: what a classifier says every pixel shows, without having seen its label."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F

from ..arrays import F32, U8
from ..data.dataset import Item
from ..evaluation.protocol import Place
from ..evaluation.supported import view_of
from ..support.set_support import SetSupport

#: Posteriors that contradict the labels of more of an image's pixels are dropped: the image is unlike all others.
MOST_CONTRADICTED = 0.75
#: All of an image.
WHOLE = Place(0.0, 0.0, 1.0, 1.0)


class ClassPosteriors(NamedTuple):
    """Probability [K,H,W] of every known class at every pixel, and the class ids [K]."""

    classes: U8
    probabilities: F32

    def part(self, box: tuple[slice, slice]) -> ClassPosteriors:
        return ClassPosteriors(self.classes, self.probabilities[(slice(None), *box)])


#: No class is known. Its arrays are empty, so that it fits an image of any size.
NO_POSTERIORS = ClassPosteriors(np.zeros(0, np.uint8), np.zeros((0, 0, 0), np.float32))


def support_posteriors(support: SetSupport, item: Item, place: Place, label: U8) -> ClassPosteriors:
    """What support says of the part of an item at `place`, whose label is given as [H,W]: bilinear between its cells.

    A class that is unknown to a perceptron which judges the item is left out, as too little else of the set shows it.
    NO_POSTERIORS where no class is left, and where most of the label is contradicted.
    """
    classes = np.flatnonzero(support.known(item)).astype(np.uint8)
    if len(classes) == 0:
        return NO_POSTERIORS
    grid = F.affine_grid(torch.from_numpy(view_of(place))[None], [1, 1, *label.shape], align_corners=False)
    cells = torch.from_numpy(support.map(item)[classes])[None]
    found = F.grid_sample(cells, grid, padding_mode="border", align_corners=False)[0].numpy()
    found = found / found.sum(0)
    known = np.isin(label, classes)
    contradicted = np.count_nonzero(classes[found.argmax(0)][known] != label[known])
    if contradicted > MOST_CONTRADICTED * np.count_nonzero(known):
        return NO_POSTERIORS
    return ClassPosteriors(classes, found)
