"""Regions of a label that may be wrong: level sets of the evidence against it, and boundaries that may lie elsewhere.

A missing or misnamed object is a part of one given component where another class fits better: at some threshold of
support's margin, or of the suspicion, it stands out as a connected region. A boundary that is off shows as the pixels a
component gains and loses when the band along it is rebuilt, or when the whole component is shifted to where the
picture has its edges (`boundary_shifts`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from ..arrays import F32, U8, VOID, Bool, Ints
from .appearance import Appearance
from .boundary_shifts import boundary_shifts
from .readings import LEAST_PROBABILITY
from .scan import Scan

#: Smaller regions are skipped, as are boundaries that differ in fewer pixels.
LEAST_REGION = 64
LEAST_SHAPE = 16
#: Thresholds of support's margin.
SUPPORT_LEVELS = (-0.5, 0.0, 0.5, 1.0, 2.0, 3.0, 5.0)
#: Thresholds of the smoothed log odds that a pixel is wrong.
SUSPICION_LEVELS = (-4.0, -3.0, -2.0, -1.0, 0.0)
SMOOTHING = 3.0
#: Thresholds of support's margin from which a boundary is drawn where support has it.
SHAPE_LEVELS = (0.5, 2.0)


@dataclass(frozen=True)
class Candidate:
    """Pixels [S,S] that may be wrong, and their new class ids (meaningless elsewhere).

    shape: a boundary lies elsewhere. fit: where a whole component was shifted, `boundary_shifts.FIT_FEATURES`.
    """

    where: Bool
    label: U8
    shape: bool
    fit: tuple[float, ...] | None = None


def component_numbers(label: npt.NDArray[Any]) -> Ints:
    """Numbers [S,S] of the 4-connected components of equal values, by value, then in scan order; 0 is the first."""
    numbers = np.zeros(label.shape, np.int64)
    count = 0
    for value in np.unique(label):
        found, many = ndimage.label(label == value)
        numbers += np.where(found > 0, found + count - 1, 0)
        count += many
    return numbers


def smoothed(log_odds: F32) -> F32:
    """Gaussian, reflected at the border."""
    return np.asarray(ndimage.gaussian_filter(log_odds, SMOOTHING, truncate=3), np.float32)


def candidates(label: U8, scan: Scan, log_odds: F32, appearance: Appearance) -> list[Candidate]:
    """All candidates of a window: label uint8 [S,S] (255 = void), log_odds [S,S] of the pixels' suspicion."""
    field = smoothed(log_odds)
    found: dict[bytes, Candidate] = {}
    numbers = component_numbers(label)
    for number, where in enumerate(ndimage.find_objects(numbers + 1)):
        component = numbers[where] == number
        given = int(label[where][component][0])
        if given == VOID or np.count_nonzero(component) < LEAST_REGION:
            continue
        regions = [component]
        for levels, values in ((SUPPORT_LEVELS, scan.support.margin), (SUSPICION_LEVELS, field)):
            for level in levels:
                regions += _connected(component & (values[where] > level))
        for region in regions:
            if np.count_nonzero(region) > label.size // 2:
                continue
            pixels = np.zeros(label.shape, bool)
            pixels[where] = region
            key = np.packbits(pixels).tobytes()
            new = None if key in found else likeliest_other(scan, label, pixels, given)
            if new is not None:
                found[key] = Candidate(pixels, np.full(label.shape, new, np.uint8), False)
    shapes: dict[bytes, Candidate] = {}
    for redrawn in (scan.band.label, *(relabelled_by_support(scan, label, level) for level in SHAPE_LEVELS)):
        shapes |= _shapes(label, numbers, redrawn)
    shifts = [Candidate(one.where, one.label, True, one.fit) for one in boundary_shifts(label, appearance)]
    return [*found.values(), *shapes.values(), *shifts]


def relabelled_by_support(scan: Scan, label: U8, level: float) -> U8:
    """The label with support's likeliest class wherever its margin over the given one exceeds a level."""
    classes, probabilities = scan.posteriors
    if len(classes) < 2:
        return label
    return np.where((scan.support.margin > level) & (label != VOID), classes[probabilities.argmax(0)], label)


def likeliest_other(scan: Scan, label: U8, where: Bool, given: int) -> int | None:
    """A region's likeliest class by support, but for the given one; without support the commonest along its rim."""
    classes, probabilities = scan.posteriors
    if len(classes) > 1:
        logs = np.log(np.maximum(probabilities[:, where], LEAST_PROBABILITY)).mean(1)
        logs[classes == given] = -np.inf
        return int(classes[np.argmax(logs)])
    rim = np.bincount(label[_beside(where) & ~where], minlength=256)[:VOID]
    rim[given] = 0
    return int(np.argmax(rim)) if rim.any() else None


def _connected(mask: Bool) -> list[Bool]:
    numbered, _ = ndimage.label(mask)
    areas = np.bincount(numbered.ravel())
    return [numbered == n for n in range(1, len(areas)) if areas[n] >= LEAST_REGION]


def _shapes(label: U8, numbers: Ints, new: U8) -> dict[bytes, Candidate]:
    """For each component whose boundary lies elsewhere in another label: the pixels that it gains and loses."""
    changed = new != label
    found: dict[bytes, Candidate] = {}
    if not changed.any():
        return found
    after = component_numbers(new)
    for number in np.unique(numbers[changed | _beside(changed)]):
        component = numbers == number
        given = label[component][0]
        kept = after[component & (new == given)]
        if given == VOID or len(kept) == 0:
            continue
        difference = component ^ (after == np.bincount(kept).argmax())
        difference &= changed & ((label == given) | (new == given))
        key = np.packbits(difference).tobytes()
        if np.count_nonzero(difference) >= LEAST_SHAPE and key not in found:
            found[key] = Candidate(difference, new, True)
    return found


def _beside(mask: Bool) -> Bool:
    """Pixels with a 4-neighbour in the mask."""
    return np.asarray(ndimage.binary_dilation(mask))
