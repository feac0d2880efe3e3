"""Slots: the anonymous numbers that visible classes get in a window. Hidden pixels never decide them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import ndimage

from ..arrays import U8, VOID, Bool

MAX_SLOTS = 8
OTHER = 254
UNKNOWN = 255
NEAR_HOLE = 32.0


def choose_slots(shown: U8, known: Bool, hidden: Bool, slots: int) -> U8:
    """Class ids that get a slot, largest visible area first; at most `slots`.

    If more classes are visible, those with the largest visible area within 32 px of the hole are kept, then
    the largest elsewhere.
    """
    areas = np.bincount(shown[known], minlength=256)
    areas[VOID] = 0
    if np.count_nonzero(areas) > slots:
        near = known & (ndimage.distance_transform_edt(~hidden) <= NEAR_HOLE)
        areas = areas + np.bincount(shown[near], minlength=256) * shown.size
    order = np.argsort(-areas, kind="stable")[:slots]
    return order[areas[order] > 0].astype(np.uint8)


def slot_table(classes: Sequence[int] | U8) -> U8:
    """Lookup [256] from class id to slot: 254 for classes without a slot, 255 for void."""
    table = np.full(256, OTHER, np.uint8)
    table[VOID] = UNKNOWN
    table[np.asarray(classes, np.intp)] = np.arange(len(classes), dtype=np.uint8)
    return table
