"""Errors in labels as they are: the strongest proposals of a split, as pictures to judge by eye."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from PIL import Image

from ..arrays import U8
from ..data.components import dilate
from ..data.dataset import DataSet
from ..evaluation.panels import joined, painted
from ..evaluation.protocol import Window, protocol_windows
from .find_errors import Proposal, find_errors
from .predictor import Predictor
from .rule import Rules
from .scene import Scene

#: So many are shown of a set, and of one window.
MOST, MOST_OF_WINDOW = 20, 2


def suspects(predictor: Predictor, rules: Rules, data: DataSet, most: int) -> list[tuple[Proposal, Window]]:
    """The proposals of at most `most` windows of a split, its labels as they are; the surest MOST first."""
    windows = list(islice(protocol_windows(data), most))
    names = {window.image_name for window in windows}
    judge = predictor.learn(data, {item.name: item for item in data.items if item.name in names})
    found: list[tuple[Proposal, Window]] = []
    for window in windows:
        scene = Scene(predictor, window.image, window.label, judge(window, window.label))
        found += [(one, window) for one in find_errors(scene, rules).proposals[:MOST_OF_WINDOW]]
    return sorted(found, key=lambda one: -one[0].confidence)[:MOST]


def save_pictures(shown: Sequence[tuple[Proposal, Window]], data: DataSet, folder: Path) -> None:
    """Proposals as a PNG in a folder, a row each; what each is goes to the standard output."""
    for number, (proposal, window) in enumerate(shown, 1):
        given, new = (int(np.bincount(label[proposal.where]).argmax()) for label in (window.label, proposal.label))
        names = " -> ".join(data.classes[i] for i in (given, new))
        area = np.count_nonzero(proposal.where)
        print(f"{data.name} {number}: {window.key} {names}, {area} px, {proposal.confidence:.2f}", flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(joined([picture(*one) for one in shown], 0)).save(folder / f"{data.name}.png")


def picture(proposal: Proposal, window: Window) -> U8:
    """Image, given label and proposed label side by side, the proposal's border in white."""
    image = window.image.transpose(1, 2, 0)
    border = (dilate(proposal.where, 1.5) & ~proposal.where)[..., None]
    labels = (window.label, np.where(proposal.where, proposal.label, window.label))
    shown = [painted(image, label, np.ones(label.shape, bool)) for label in labels]
    return joined([image, *(np.where(border, np.uint8(255), one) for one in shown)], 1)
