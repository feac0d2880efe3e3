"""Scores on hidden pixels: PA-mIoU ("predict area") and pixel accuracy, from confusion counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from ..arrays import U8, Bool, Ints

IDS = 256
NO_ANSWER = 255


def confusion(target: U8, answer: U8, where: Bool) -> Ints:
    """Counts [256,256] of (true id, answered id) at `where`; answer 255 is wrong without blaming a class."""
    pairs = target[where].astype(np.int64) * IDS + answer[where]
    return np.bincount(pairs, minlength=IDS * IDS).reshape(IDS, IDS).astype(np.int64)


def mean_iou(counts: Ints, leave_out: Sequence[int] = ()) -> float:
    """Mean IoU over the classes that occur (as truth), without those left out, 0..1; NaN when none does.

    What is answered instead of a class that is left out still counts against the others.
    """
    right = np.diag(counts)
    truth, answered = counts.sum(axis=1), counts.sum(axis=0)
    occurs = np.setdiff1d(np.flatnonzero(truth), leave_out)
    if len(occurs) == 0:
        return float("nan")
    return float(np.mean(right[occurs] / (truth + answered - right)[occurs]))


class Tally:
    """Confusion counts of one set, kept apart by image where ids mean something else in every image."""

    def __init__(self, per_image: bool) -> None:
        self.per_image = per_image
        self.counts: dict[str, Ints] = defaultdict(lambda: np.zeros((IDS, IDS), np.int64))

    def add(self, image: str, target: U8, answer: U8, where: Bool) -> None:
        """One window of that image: class ids [S,S], scored at `where`."""
        self.counts[image if self.per_image else ""] += confusion(target, answer, where)

    def mean_iou(self, leave_out: Sequence[int] = ()) -> float:
        """Over the set, or the mean of the images' mean IoU. 0..1."""
        return float(np.mean([mean_iou(counts, leave_out) for counts in self.counts.values()]))

    def pixel_accuracy(self) -> float:
        """Share of right pixels of all scored, 0..1."""
        total = sum(self.counts.values(), np.zeros((IDS, IDS), np.int64))
        return float(np.trace(total) / total.sum())
