"""Nearest-label prior: every pixel takes the label of the closest pixel whose label is known."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from ..arrays import F32, U8, Bool, Floats, Ints

NOTHING_KNOWN_DISTANCE = 1e4


def nearest_label(given: U8, known: Bool, exact: bool = False) -> tuple[U8, F32]:
    """Label of, and distance in px to, the Euclidean-nearest known pixel.

    given [H,W] uint8 is read only where known [H,W] is true. Returns (nearest [H,W] uint8, distance [H,W]
    float32); at known pixels these are the given label and 0. When nothing is known: 255 and 1e4.
    Ties go to the lowest row, then the lowest column if `exact`; otherwise to whichever SciPy finds, which is
    several times faster and differs on ties only.
    """
    if given.shape != known.shape or given.ndim != 2:
        raise ValueError(f"given {given.shape} and known {known.shape} must be the same [H,W]")
    if not known.any():
        return np.full(given.shape, 255, np.uint8), np.full(given.shape, NOTHING_KNOWN_DISTANCE, np.float32)
    if exact:
        rows, columns, distance = _nearest_exact(known)
    else:
        measured, indices = ndimage.distance_transform_edt(~known, return_indices=True)
        rows, columns, distance = indices[0], indices[1], measured
    return given[rows, columns], distance.astype(np.float32)


def _nearest_exact(known: Bool) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Floats]:
    """Row, column and distance of the nearest known pixel, ties to the lowest row, then the lowest column.

    Within one column the nearest known row (upper on a tie) beats every other, so one candidate a column
    is enough; candidates further than the largest distance of the map cannot win.
    """
    height, width = known.shape
    reach = int(np.ceil(ndimage.distance_transform_edt(~known).max()))
    candidate, gap = _nearest_row_in_column(known)
    unreachable = np.iinfo(np.int64).max // 4
    pixels = height * width
    best = np.full((height, width), unreachable, np.int64)
    column_ids = np.arange(width)
    # (squared distance, row, column) packed into one integer compares in exactly the order of the tie rule.
    packed = np.where(gap < 0, unreachable, gap * gap * pixels + candidate * width + column_ids[None, :])
    for offset in range(-min(reach, width - 1), min(reach, width - 1) + 1):
        to = slice(max(0, -offset), width - max(0, offset))
        source = slice(max(0, offset), width - max(0, -offset))
        np.minimum(best[:, to], packed[:, source] + offset * offset * pixels, out=best[:, to])
    rows, columns = np.divmod(best % pixels, width)
    return rows, columns, np.sqrt(best // pixels)


def _nearest_row_in_column(known: Bool) -> tuple[Ints, Ints]:
    """For each pixel the nearest known row of its own column (upper on a tie) and its gap; gap -1 if none."""
    height = known.shape[0]
    far = 4 * height
    rows = np.arange(height, dtype=np.int64)[:, None]
    above = np.maximum.accumulate(np.where(known, rows, -far), axis=0)
    below = np.minimum.accumulate(np.where(known, rows, far)[::-1], axis=0)[::-1]
    upper_wins = rows - above <= below - rows
    candidate = np.where(upper_wins, above, below)
    gap = np.abs(candidate - rows)
    nothing = (above < 0) & (below >= far)
    return np.where(nothing, 0, candidate), np.where(nothing, -1, gap)
