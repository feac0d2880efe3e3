"""Verification: a candidate is hidden, rebuilt by the network, and compared with the label that was given.

Several candidates that lie far apart are hidden in one pass, so that fewer passes are needed than there are candidates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ..arrays import U8, VOID, Bool
from ..data.components import bounds, dilate
from .candidates import REGION, Candidate
from .evidence import LEAST_PROBABILITY
from .predictor import Completion
from .scene import Box, Scene, room

#: Pixels around a region, and around a boundary's change, that are hidden with it.
REGION_RIM, BOUNDARY_RIM = 6.0, 4.0
#: Candidates that are hidden in one pass lie at least so far apart, px.
GAP = 12.0
#: Share of a window that may be hidden.
MOST_HIDDEN = 0.5
#: What touches at a corner is connected.
EIGHT = np.ones((3, 3))


@dataclass
class Pass:
    """One look at a window: what is hidden [H,W], and the candidates it is hidden for, by number."""

    window: Box
    hidden: Bool
    members: list[int]

    def takes(self, hide: Bool, box: Box) -> bool:
        """Whether something more to hide fits in: far from the rest, with context in the window, and not too much."""
        if min(room(self.window, box, hide.shape)) < 0 or (dilate(hide, GAP) & self.hidden).any():
            return False
        shown = hide[self.window]
        return np.count_nonzero(shown) + np.count_nonzero(self.hidden[self.window]) <= MOST_HIDDEN * shown.size


@dataclass(frozen=True)
class Verified:
    """`rule.VERIFIED_FEATURES` of a candidate, and what is proposed in its place: pixels [H,W], new class ids."""

    features: list[float]
    where: Bool
    label: U8


def verify(scene: Scene, candidates: Sequence[Candidate]) -> list[Verified | None]:
    """The candidates rebuilt; None where the network has nothing to see it by."""
    hides = [to_hide(one, scene.label) for one in candidates]
    result: list[Verified | None] = [None] * len(candidates)
    for one in passes(scene, hides):
        if (~one.hidden & (scene.label != VOID))[one.window].any():
            completion = scene.complete(one.window, one.hidden)
            for number in one.members:
                result[number] = compared(candidates[number], hides[number], completion, one.window, scene.label)
    return result


def to_hide(candidate: Candidate, label: U8) -> Bool:
    """The pixels [H,W] hidden for a candidate."""
    return dilate(candidate.where, REGION_RIM if candidate.kind == REGION else BOUNDARY_RIM) & (label != VOID)


def passes(scene: Scene, hides: Sequence[Bool]) -> list[Pass]:
    """Each mask [H,W] in the first pass that takes it, else in one of its own."""
    found: list[Pass] = []
    for number, hide in enumerate(hides):
        box = bounds(hide)
        taking = next((one for one in found if one.takes(hide, box)), None)
        if taking is None:
            taking = Pass(scene.window_around(box), np.zeros(hide.shape, bool), [])
            found.append(taking)
        taking.hidden = taking.hidden | hide
        taking.members.append(number)
    return found


def compared(candidate: Candidate, hide: Bool, completion: Completion, window: Box, label: U8) -> Verified | None:
    """A candidate against what a window [S,S] is rebuilt as; hide [H,W] is what was hidden for it."""
    given, hidden, new = label[window], hide[window], candidate.label[window]
    where = candidate.where[window] & hidden
    if not where.any():
        return None
    drawn = completion.likeliest()
    of_given = np.log(np.maximum(completion.of(given), LEAST_PROBABILITY))
    of_new = np.log(np.maximum(completion.of(new), LEAST_PROBABILITY))
    same, changed, rim = drawn == given, (drawn != given) & hidden, hidden & ~where
    features = [
        (of_new - of_given)[where].mean(),
        of_given[where].mean(),
        (drawn == new)[where].mean(),
        same[where].mean(),
        same[rim].mean() if rim.any() else 1.0,
        np.count_nonzero(changed & where) / np.count_nonzero(changed | where),
        completion.probabilities[-1][where].mean(),
    ]
    pixels, ids = candidate.where, candidate.label
    if candidate.kind == REGION:
        # The network sees the object's border better than a level set does.
        numbers, _ = ndimage.label(changed, EIGHT)
        touched = numbers[where & changed]
        if len(touched):
            # What lies beyond the window stays, so that nothing ends at the window's edge.
            pixels, ids = candidate.where.copy(), candidate.label.copy()
            pixels[window], ids[window] = np.isin(numbers, touched), drawn
            pixels = largest_part(pixels)
    return Verified([float(value) for value in features], pixels, ids)


def largest_part(pixels: Bool) -> Bool:
    """The largest of the connected parts of pixels [H,W], the first of those alike.

    What else comes out otherwise is not what the candidate was judged by: on validation it broke ten times what it
    mended.
    """
    numbers, _ = ndimage.label(pixels, EIGHT)
    areas = np.bincount(numbers.ravel())
    areas[0] = 0
    return np.asarray(numbers == areas.argmax())
