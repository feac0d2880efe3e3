"""How good an image's label is by a search for errors: what a data set's images are ranked by. The app does the same
(`src/review/labelQuality.ts`, where it says what was measured).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ..arrays import F32, U8, Bool
from .find_errors import Finding

#: Of the soft-minimum: cleanlab's own.
TEMPERATURE = 0.1
#: Regions with less confidence do not count: the app does not show them.
LEAST_SHOWN = 0.1


def label_quality(finding: Finding) -> float:
    """0 (certainly wrong) to 1; suspicion in steps of 1/255, as the app keeps it."""
    shown = [(one.where, one.confidence) for one in finding.proposals if one.confidence >= LEAST_SHOWN]
    return soft_minimum(heat_of(finding.suspicion) / 255, shown)


def heat_of(suspicion: F32) -> U8:
    """Suspicion 0..1 as the app keeps it: 0..255, halves up."""
    return np.floor(suspicion * 255 + 0.5).astype(np.uint8)


def soft_minimum(suspicion: F32, regions: Iterable[tuple[Bool, float]]) -> float:
    """Of the pixels' self-confidence: 1 - sqrt(confidence * suspicion), of the surest region over each, 1 if none is.

    suspicion [H,W] 0..1 (0: void, or not checked); regions: pixels [H,W] and confidence 0..1.
    """
    surest = np.zeros(suspicion.shape)
    for where, confidence in regions:
        surest[where] = np.maximum(surest[where], confidence)
    wrong = np.sqrt(surest * suspicion)
    weight = np.exp(wrong / TEMPERATURE)
    return float((weight * (1 - wrong)).sum() / weight.sum())
