"""Errors in labels as they are: the strongest proposals of a split, as pictures to judge by eye."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from ..arrays import U8
from ..data.components import dilate
from ..data.dataset import DataSet
from ..evaluation.panels import joined, painted
from ..evaluation.protocol import Window, protocol_windows
from .find_errors import Proposal, find_errors
from .posteriors import support_posteriors
from .predictor import Predictor
from .rule import Rule
from .scene import Scene

Suspect = tuple[Proposal, Window]


def suspects(predictor: Predictor, rule: Rule, data: DataSet, most: int) -> Iterator[Suspect]:
    """The proposals of at most `most` windows of a split, its labels as they are; at most two a window."""
    windows = list(islice(protocol_windows(data), most))
    items = {item.name: item for item in data.items}
    names = dict.fromkeys(window.image_name for window in windows)
    support = None if data.per_image_ids else predictor.support([items[name] for name in names], len(data.classes))
    for window in windows:
        posteriors = predictor.class_posteriors(window.image)
        if support is not None:
            posteriors = support_posteriors(support, items[window.image_name], window.place, window.label)
        scene = Scene(predictor, window.image, window.label, posteriors)
        for proposal in find_errors(scene, rule).proposals[:2]:
            yield proposal, window


def picture(proposal: Proposal, window: Window) -> U8:
    """Image, given label and proposed label side by side, the proposal's border in white."""
    image = window.image.transpose(1, 2, 0)
    everywhere = np.ones(window.label.shape, bool)
    border = dilate(proposal.where, 1.5) & ~proposal.where
    parts = [image]
    for label in (window.label, np.where(proposal.where, proposal.label, window.label)):
        parts.append(np.where(border[..., None], np.uint8(255), painted(image, label, everywhere)))
    return joined(parts, 1)
