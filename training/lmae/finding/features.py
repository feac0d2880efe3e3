"""Features that tell whether a pixel, or a candidate, is wrong: the inputs of the rules (`rule`)."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from ..arrays import F32, U8, Floats, Ints
from ..data.components import bounds, dilate
from .boundary_shifts import FIT_FEATURES, edges_under
from .candidates import Candidate, component_numbers
from .readings import LEAST_PROBABILITY
from .scan import Scan

#: Given components below this have no mean of their own.
LEAST_COMPONENT = 64
#: How far around a region its surroundings reach, px.
RING = 12.0

PIXEL_FEATURES = (
    "error logit", "hidden50 self confidence", "hidden50 margin", "hidden75 self confidence", "hidden75 margin",
    "component self confidence", "component margin", "component hidden", "band margin",
    "support self confidence", "support margin", "support margin of the component",
)  # fmt: skip
REGION_FEATURES = (
    "suspicion", "suspicion around", "support margin", "support margin around", "support new class",
    "support self confidence", "error logit", "hidden50 margin", "hidden75 margin", "component margin", "band margin",
    "log area", "log depth", "share of component", "whole component", "new class visible", "edges along outline",
)  # fmt: skip
#: Of a whole component that was shifted.
SHIFT_FEATURES = ("suspicion", "support margin", "band margin", "log area", "share of component", *FIT_FEATURES)


def pixel_features(scan: Scan) -> F32:
    """[S,S,n], in the order of PIXEL_FEATURES."""
    return np.stack(
        [
            scan.error_logit,
            scan.hidden50.self_confidence,
            scan.hidden50.margin,
            scan.hidden75.self_confidence,
            scan.hidden75.margin,
            scan.component.self_confidence,
            scan.component.margin,
            (scan.component.coverage > 0).astype(np.float32),
            scan.band.margin,
            scan.support.self_confidence,
            scan.support.margin,
            over_components(scan.support.margin, scan.slots),
        ],
        -1,
    )


def over_components(values: F32, label: U8) -> F32:
    """The mean of `values` [S,S] over every given component of LEAST_COMPONENT px, 0 elsewhere."""
    numbers = component_numbers(label)
    areas = np.bincount(numbers.ravel())
    mean = np.bincount(numbers.ravel(), values.ravel()) / areas
    mean[areas < LEAST_COMPONENT] = 0
    return mean[numbers].astype(np.float32)


def describe(candidate: Candidate, label: U8, numbers: Ints, scan: Scan, log_odds: F32, ranks: F32) -> Floats:
    """REGION_FEATURES of a candidate, SHIFT_FEATURES of a shifted component.

    numbers [S,S] are the given label's `component_numbers`, log_odds [S,S] are those that a pixel is wrong, ranks [S,S]
    those of the edges (`appearance`).
    """
    box = bounds(candidate.where, int(RING) + 1)
    where, given, new = candidate.where[box], label[box], candidate.label[box]
    area = np.count_nonzero(where)
    own = np.isin(numbers[box], numbers[box][where])
    ring = dilate(where, RING) & ~where & own
    odds, margin = log_odds[box], scan.support.margin[box]
    component = np.count_nonzero(np.isin(numbers, np.unique(numbers[box][where])))
    new_class = np.zeros(where.shape, np.float32)  # the probability of the new class
    for class_id, probability in zip(*scan.posteriors, strict=True):
        new_class = np.where(new == class_id, probability[box], new_class)

    def around(values: F32) -> float:
        return float(values[ring].mean()) if ring.any() else float(values[where].mean())

    features = np.array(
        [
            odds[where].mean(), around(odds),
            margin[where].mean(), around(margin),
            np.log(np.maximum(new_class[where], LEAST_PROBABILITY)).mean(),
            scan.support.self_confidence[box][where].mean(),
            scan.error_logit[box][where].mean(),
            scan.hidden50.margin[box][where].mean(), scan.hidden75.margin[box][where].mean(),
            scan.component.margin[box][where].mean(), scan.band.margin[box][where].mean(),
            np.log(area), np.log(ndimage.distance_transform_edt(np.pad(where, 1)).max()),
            area / component, float(area == component),
            float(np.isin(new[where], given[~where]).mean()),
            edges_under(candidate.where, ranks),
        ]
    )  # fmt: skip
    if candidate.fit is None:
        return features
    shared = [REGION_FEATURES.index(name) for name in SHIFT_FEATURES if name in REGION_FEATURES]
    return np.array([*features[shared], *candidate.fit])
