"""The evidence against the labels of an image before anything is hidden: support, and the network's error head.

From both a logistic rule makes the suspicion of every pixel.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F

from ..arrays import F32, U8, VOID, Ints
from ..data.cells import CELL, pure_cells
from ..data.components import component_numbers
from .posteriors import ClassPosteriors
from .rule import Rule
from .scene import Scene

#: Probabilities below this count as this, wherever their logarithm is taken.
LEAST_PROBABILITY = 1e-4
#: Support's reading of a pixel counts in full from this `purity` on, and in proportion below it.
FULL_PURITY = 1 / 3
#: Given components below this, px, have no mean of their own.
LEAST_COMPONENT = 64
#: Log odds of void, which cannot be wrong.
NEVER = -9.0


class Evidence(NamedTuple):
    """Against the label of every pixel [H,W], and the numbers [H,W] of the label's `component_numbers`."""

    error_logit: F32  # logit that the label is wrong
    self_confidence: F32  # log probability of the given label by support
    margin: F32  # log probability of the likeliest other class by support, less that
    features: F32  # [H,W,n], `rule.PIXEL_FEATURES`
    numbers: Ints


def gather(scene: Scene) -> Evidence:
    """What speaks against the labels of a scene."""
    error_logit = scene.error_logit()
    self_confidence, margin = read_support(scene.posteriors, scene.label)
    numbers = component_numbers(scene.label)
    features = [
        error_logit, over_components(error_logit, numbers), self_confidence, margin, over_components(margin, numbers),
    ]  # fmt: skip
    return Evidence(error_logit, self_confidence, margin, np.stack(features, -1), numbers)


def suspicion(rule: Rule, evidence: Evidence, label: U8) -> F32:
    """Log odds [H,W] that a pixel is wrong."""
    return np.where(label == VOID, NEVER, rule.log_odds(evidence.features)).astype(np.float32)


def read_support(posteriors: ClassPosteriors, label: U8) -> tuple[F32, F32]:
    """Self confidence and margin of a label [H,W] by support. Both are 0 for a class that support does not know, and
    for what is finer than the cells that support was fitted on, such as a lamp post.
    """
    classes, probabilities = posteriors
    if len(classes) < 2:
        return np.zeros(label.shape, np.float32), np.zeros(label.shape, np.float32)
    table = np.zeros(256, np.intp)
    table[classes] = np.arange(len(classes))
    own = table[label][None]
    log_own = np.log(np.maximum(np.take_along_axis(probabilities, own, 0)[0], LEAST_PROBABILITY))
    others = probabilities.copy()
    np.put_along_axis(others, own, 0.0, 0)
    log_best = np.log(np.maximum(others.max(0), LEAST_PROBABILITY))
    weight = np.where(np.isin(label, classes), np.minimum(1, purity(label) / FULL_PURITY), 0).astype(np.float32)
    return weight * log_own, weight * (log_best - log_own)


def purity(label: U8) -> F32:
    """How much the cells around each pixel [H,W] show its class only, 0..1: bilinear between the cells' centres."""
    height, width = label.shape
    # The label's last rows and columns fill the cells that it ends in.
    cells = pure_cells(np.pad(label, ((0, -height % CELL), (0, -width % CELL)), mode="edge"))
    result = np.zeros(label.shape, np.float32)
    for value in np.unique(cells[cells != VOID]):
        own = torch.from_numpy((cells == value).astype(np.float32))[None, None]
        share = F.interpolate(own, scale_factor=float(CELL), mode="bilinear", align_corners=False)[0, 0].numpy()
        result = np.where(label == value, share[:height, :width], result)
    return result


def over_components(values: F32, numbers: Ints) -> F32:
    """The mean of `values` [H,W] over every given component of LEAST_COMPONENT px, 0 elsewhere."""
    areas = np.bincount(numbers.ravel())
    mean = np.bincount(numbers.ravel(), values.ravel()) / areas
    mean[areas < LEAST_COMPONENT] = 0
    return mean[numbers].astype(np.float32)
