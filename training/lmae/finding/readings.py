"""Readings: how well the given label agrees with what is predicted where it is hidden, and with support."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F

from ..arrays import F32, U8, VOID, Bool
from ..data.cells import CELL, pure_cells
from ..model.slots import OTHER
from .posteriors import ClassPosteriors

#: Probabilities below this count as this, wherever their logarithm is taken.
LEAST_PROBABILITY = 1e-4
#: Support's reading of a pixel counts in full from this `purity` on, and in proportion below it.
FULL_PURITY = 1 / 3


class Reading(NamedTuple):
    """How well the given label [S,S] of every pixel agrees with the passes that hide it."""

    self_confidence: F32  # log probability of the given label, 0 where never hidden
    margin: F32  # log probability of the likeliest other class, less that
    coverage: F32  # share of those passes that hide the pixel; of support, how much its reading counts


class Band(NamedTuple):
    """The bands along class boundaries as they come out rebuilt [S,S]; outside them the given label, and zeros."""

    label: U8
    margin: F32  # log probability of the new label, less that of the given one


def read_band(answer: F32, label: U8, hidden: Bool, slots: U8, classes: U8) -> Band:
    """The likeliest visible class where `hidden`, from probabilities [K+1,S,S]."""
    of_slots = np.maximum(answer[:-1], LEAST_PROBABILITY)
    own = np.where(slots < OTHER, slots, 0).astype(np.intp)[None]
    margin = np.log(of_slots.max(0)) - np.log(np.take_along_axis(of_slots, own, 0)[0])
    redrawn = hidden & (slots < OTHER)
    new = np.where(redrawn, classes[of_slots.argmax(0)], label)
    return Band(new, np.where(redrawn, margin, 0).astype(np.float32))


def read_support(posteriors: ClassPosteriors, label: U8) -> Reading:
    """Support's reading of a label [S,S]. It does not count for a class that support does not know, nor for what is
    finer than the cells that support was fitted on, such as a lamp post.
    """
    table = np.zeros(256, np.intp)
    table[posteriors.classes] = np.arange(len(posteriors.classes))
    known = np.isin(label, posteriors.classes)
    if len(posteriors.classes) < 2:
        nothing = np.zeros(label.shape, np.float32)
        return Reading(nothing, nothing, nothing)
    own = table[label][None]
    log_own = np.log(np.maximum(np.take_along_axis(posteriors.probabilities, own, 0)[0], LEAST_PROBABILITY))
    others = posteriors.probabilities.copy()
    np.put_along_axis(others, own, 0.0, 0)
    log_best = np.log(np.maximum(others.max(0), LEAST_PROBABILITY))
    weight = np.where(known, np.minimum(1, purity(label) / FULL_PURITY), 0).astype(np.float32)
    return Reading(weight * log_own, weight * (log_best - log_own), weight)


def purity(label: U8) -> F32:
    """How much the cells around each pixel [S,S] show its class only, 0..1: bilinear between the cells' centres."""
    cells = pure_cells(label)
    result = np.zeros(label.shape, np.float32)
    for value in np.unique(cells[cells != VOID]):
        own = torch.from_numpy((cells == value).astype(np.float32))[None, None]
        share = F.interpolate(own, scale_factor=float(CELL), mode="bilinear", align_corners=False)[0, 0].numpy()
        result = np.where(label == value, share, result)
    return result


def read_passes(probabilities: F32, slots: U8, draws: Sequence[Bool]) -> Reading:
    """The mean over the draws that hide a pixel, of probabilities [draws,K+1,S,S]."""
    shape, count = slots.shape, probabilities.shape[1] - 1
    usable = slots < OTHER
    own = np.where(usable, slots, 0).astype(np.intp)[None]
    total = np.zeros((count, *shape), np.float32)
    agreement, times = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for answer, hidden in zip(probabilities, draws, strict=True):
        visible = np.zeros(256, bool)
        visible[np.unique(slots[~hidden])] = True
        agreeing = np.take_along_axis(answer[:count], own, 0)[0]
        # "Other" counts as agreement where the given class is visible nowhere else in that pass.
        agreeing = np.where(visible[slots], agreeing, np.maximum(agreeing, answer[count]))
        agreement += np.where(hidden, agreeing, 0)
        total += np.where(hidden, answer[:count], 0)
        times += hidden
    np.put_along_axis(total, own, -1.0, 0)
    seen = np.maximum(times, 1)
    log_own = np.log(np.maximum(agreement / seen, LEAST_PROBABILITY))
    log_best = np.log(np.maximum(total.max(0) / seen, LEAST_PROBABILITY))
    read = usable & (times > 0)
    return Reading(
        np.where(read, log_own, 0).astype(np.float32),
        np.where(read, log_best - log_own, 0).astype(np.float32),
        np.where(usable, times / max(1, len(draws)), 0).astype(np.float32),
    )
