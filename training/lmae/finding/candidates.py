"""Regions of a label that may be wrong: level sets of the evidence against it, and boundaries that may lie elsewhere.

A missing or misnamed object is a part of one given component where another class fits better: at some threshold of
support's margin, or of the suspicion, it stands out as a connected region. A boundary that is off shows as the pixels a
component gains and loses when it is drawn where support has it, or when the whole component is shifted to where the
picture has its edges (`boundary_shifts`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ..arrays import F32, U8, VOID, Bool, Ints
from ..data.components import bounds, component_numbers, dilate
from .appearance import Appearance
from .boundary_shifts import boundary_shifts, edges_under
from .evidence import LEAST_PROBABILITY, Evidence
from .posteriors import ClassPosteriors

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
#: How far around a region its surroundings reach, px.
RING = 12.0

REGION, SHAPE, SHIFT = range(3)


@dataclass(frozen=True)
class Candidate:
    """Pixels [H,W] that may be wrong, and their new class ids (meaningless elsewhere).

    kind: a REGION with one new class, or a boundary that lies elsewhere: redrawn (SHAPE), or shifted with its whole
    component (SHIFT); fit: of such a shift, `what `boundary_shifts` says that gains`.
    """

    where: Bool
    label: U8
    kind: int
    fit: tuple[float, float] = (0.0, 0.0)


def find_candidates(
    label: U8, evidence: Evidence, log_odds: F32, posteriors: ClassPosteriors, appearance: Appearance
) -> list[Candidate]:
    """All candidates of an image: label uint8 [H,W] (255 = void), log_odds [H,W] of the pixels' suspicion."""
    field = ndimage.gaussian_filter(log_odds, SMOOTHING, truncate=3)
    found: dict[bytes, Candidate] = {}
    for number, where in enumerate(ndimage.find_objects(evidence.numbers + 1)):
        component = evidence.numbers[where] == number
        given = int(label[where][component][0])
        if given == VOID or np.count_nonzero(component) < LEAST_REGION:
            continue
        regions = [component]
        for levels, values in ((SUPPORT_LEVELS, evidence.margin), (SUSPICION_LEVELS, field)):
            for level in levels:
                regions += connected(component & (values[where] > level))
        for region in regions:
            if np.count_nonzero(region) > label.size // 2:
                continue
            pixels = np.zeros(label.shape, bool)
            pixels[where] = region
            key = np.packbits(pixels).tobytes()
            new = None if key in found else likeliest_other(posteriors, label, pixels, given)
            if new is not None:
                found[key] = Candidate(pixels, np.full(label.shape, new, np.uint8), REGION)
    shapes: dict[bytes, Candidate] = {}
    for level in SHAPE_LEVELS:
        shapes |= redrawn_shapes(label, evidence.numbers, relabelled_by_support(posteriors, evidence, label, level))
    shifts = [Candidate(one.where, one.label, SHIFT, one.fit) for one in boundary_shifts(label, appearance)]
    return [*found.values(), *shapes.values(), *shifts]


def relabelled_by_support(posteriors: ClassPosteriors, evidence: Evidence, label: U8, level: float) -> U8:
    """The label with support's likeliest class wherever its margin over the given one exceeds a level."""
    classes, probabilities = posteriors
    if len(classes) < 2:
        return label
    return np.where((evidence.margin > level) & (label != VOID), classes[probabilities.argmax(0)], label)


def likeliest_other(posteriors: ClassPosteriors, label: U8, where: Bool, given: int) -> int | None:
    """A region's likeliest class by support, but for the given one; without support the commonest along its rim."""
    classes, probabilities = posteriors
    if len(classes) > 1:
        logs = np.log(np.maximum(probabilities[:, where], LEAST_PROBABILITY)).mean(1)
        logs[classes == given] = -np.inf
        return int(classes[np.argmax(logs)])
    rim = np.bincount(label[np.asarray(ndimage.binary_dilation(where)) & ~where], minlength=256)[:VOID]
    rim[given] = 0
    return int(np.argmax(rim)) if rim.any() else None


def connected(mask: Bool) -> list[Bool]:
    """The connected regions of a mask, in scan order, but for specks."""
    numbered, _ = ndimage.label(mask)
    areas = np.bincount(numbered.ravel())
    return [numbered == n for n in range(1, len(areas)) if areas[n] >= LEAST_REGION]


def redrawn_shapes(label: U8, numbers: Ints, new: U8) -> dict[bytes, Candidate]:
    """For each component whose boundary lies elsewhere in another label: the pixels that it gains and loses."""
    changed = new != label
    found: dict[bytes, Candidate] = {}
    if not changed.any():
        return found
    after = component_numbers(new)
    for number in np.unique(numbers[np.asarray(ndimage.binary_dilation(changed))]):
        component = numbers == number
        given = label[component][0]
        kept = after[component & (new == given)]
        if given == VOID or len(kept) == 0:
            continue
        difference = component ^ (after == np.bincount(kept).argmax())
        difference &= changed & ((label == given) | (new == given))
        key = np.packbits(difference).tobytes()
        if np.count_nonzero(difference) >= LEAST_SHAPE and key not in found:
            found[key] = Candidate(difference, new, SHAPE)
    return found


def describe(candidate: Candidate, evidence: Evidence, log_odds: F32, ranks: F32) -> list[float]:
    """`rule.QUICK_FEATURES` of a candidate; ranks [H,W] are those of the edges (`appearance`)."""
    box = bounds(candidate.where, int(RING) + 1)
    where, numbers = candidate.where[box], evidence.numbers[box]
    ring = dilate(where, RING) & ~where & np.isin(numbers, numbers[where])
    area = np.count_nonzero(where)
    odds, margin = log_odds[box], evidence.margin[box]

    def around(values: F32) -> float:
        return float(values[ring if ring.any() else where].mean())

    return [
        float(odds[where].mean()), around(odds), float(evidence.error_logit[box][where].mean()),
        float(margin[where].mean()), around(margin),
        float(np.log(area)), float(np.log(ndimage.distance_transform_edt(np.pad(where, 1)).max())),
        edges_under(where, box, ranks),
        float(candidate.kind == SHIFT), *candidate.fit,
    ]  # fmt: skip
