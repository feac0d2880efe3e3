"""Connected components (4-connected) of label maps and the few shape helpers masks and noise share."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from ..arrays import U8, VOID, Bool, Ints


def class_ids(label: U8) -> list[int]:
    """Ids present in the label map, void excluded, ascending."""
    counts = np.bincount(label.ravel(), minlength=256)
    return [int(i) for i in np.flatnonzero(counts[:VOID])]


def component_at(label: U8, row: int, column: int) -> Bool:
    """The connected component of equal ids that holds the pixel, bool [H,W]."""
    numbered, _ = ndimage.label(label == label[row, column])
    return np.asarray(numbered == numbered[row, column])


def components(label: U8, least: int = 1, most: int | None = None) -> list[Bool]:
    """All non-void components with least <= area <= most, by class id, then in scan order."""
    found: list[Bool] = []
    for class_id in class_ids(label):
        numbered, _ = ndimage.label(label == class_id)
        areas = np.bincount(numbered.ravel())
        for index in range(1, len(areas)):
            if areas[index] >= least and (most is None or areas[index] <= most):
                found.append(numbered == index)
    return found


def component_numbers(label: npt.NDArray[Any]) -> Ints:
    """Numbers [H,W] of the 4-connected components of equal values, by value, then in scan order; 0 is the first."""
    numbers = np.zeros(label.shape, np.int64)
    count = 0
    for value in np.unique(label):
        found, many = ndimage.label(label == value)
        numbers += np.where(found > 0, found + count - 1, 0)
        count += many
    return numbers


def region_numbers(slots: U8, stride: int = 8) -> npt.NDArray[np.int16]:
    """The visible region each cell's middle pixel belongs to: int16 [H / stride, W / stride], 0 = to none.

    slots [H,W] as a network is given them: slot numbers below 254; regions are 4-connected pixels of one slot.
    """
    numbers = np.zeros(slots.shape, np.int32)
    count = 0
    for slot in np.flatnonzero(np.bincount(slots.ravel(), minlength=256)[:254]):
        found, many = ndimage.label(slots == slot)
        numbers += np.where(found > 0, found + count, 0)
        count += many
    middle = stride // 2
    return numbers[middle::stride, middle::stride].astype(np.int16)


def random_component(rng: np.random.Generator, label: U8, least: int, most: int) -> Bool | None:
    """A component with least <= area <= most: half the draws by area, half by class; None if unlucky."""
    for _ in range(6):
        wanted = label != VOID
        if rng.random() < 0.5:
            ids = class_ids(label)
            wanted = label == ids[int(rng.integers(len(ids)))] if ids else wanted
        inside = np.flatnonzero(wanted.ravel())
        if len(inside) == 0:
            return None
        row, column = divmod(int(inside[int(rng.integers(len(inside)))]), label.shape[1])
        component = component_at(label, row, column)
        if least <= np.count_nonzero(component) <= most:
            return component
    return None


def bounds(mask: Bool, margin: int = 0) -> tuple[slice, slice]:
    """Slices of the bounding box of a non-empty mask, grown by a margin and clipped to the map."""
    rows = np.flatnonzero(mask.any(axis=1))
    columns = np.flatnonzero(mask.any(axis=0))
    return (
        slice(max(0, int(rows[0]) - margin), min(mask.shape[0], int(rows[-1]) + 1 + margin)),
        slice(max(0, int(columns[0]) - margin), min(mask.shape[1], int(columns[-1]) + 1 + margin)),
    )


def dilate(mask: Bool, radius: float) -> Bool:
    """All pixels within `radius` px (Euclidean) of the mask."""
    if radius <= 0 or not mask.any():
        return mask.copy()
    box = bounds(mask, int(np.ceil(radius)))
    grown = mask.copy()
    grown[box] = ndimage.distance_transform_edt(~mask[box]) <= radius
    return grown


def erode(mask: Bool, radius: float) -> Bool:
    """Pixels of the mask over `radius` px from the nearest pixel outside it; the map's edge is inside."""
    if radius <= 0 or mask.all() or not mask.any():
        return mask.copy()
    return np.asarray(ndimage.distance_transform_edt(mask) > radius)


def innermost(mask: Bool) -> tuple[int, int]:
    """The deepest pixel of a non-empty mask (the map's edge counts as outside), first in scan order."""
    depth = ndimage.distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
    row, column = divmod(int(np.argmax(depth)), mask.shape[1])
    return row, column


def disc(shape: tuple[int, ...], row: float, column: float, radius: float) -> Bool:
    """Pixels within `radius` px of a point."""
    rows = np.arange(shape[0])[:, None] - row
    columns = np.arange(shape[1])[None, :] - column
    return np.asarray(rows * rows + columns * columns <= radius * radius)
