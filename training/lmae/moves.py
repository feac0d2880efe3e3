"""Components that would fit the picture better elsewhere: moved, grown or shrunk as a whole.

A label that was traced beside its object, or too wide, has an outline where the picture has no edge, and finds edges
as soon as it is moved. Their strength counts by rank in the window, so that no contrast has to be known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from .components import VOID, bounds, components
from .prior import U8, Bool, nearest_label

F32 = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

#: Smaller components are not moved.
LEAST_MOVED = 256
#: px by which a component is shifted, in DIRECTIONS directions, and grown or shrunk.
SHIFTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
DIRECTIONS = 16
GROWTHS = (-8, -7, -6, -5, -4, -3, -2, 2, 3, 4, 5, 6, 7, 8)
#: Sigma of the smoothing before the gradient is taken, px, cut off at EDGE_TRUNCATED sigmas.
EDGE_SMOOTHING, EDGE_TRUNCATED = 1.0, 4.0
#: Gradients are ranked in so many steps a unit.
EDGE_STEPS = 1024
#: Outline pixels so near the window's edge say nothing, nor does an outline with fewer than LEAST_OUTLINE others.
BORDER, LEAST_OUTLINE = 2, 20
#: Moves that change fewer pixels are not looked at.
LEAST_CHANGE = 16

FIT_FEATURES = (
    "edge before", "edge after", "edge gain", "edge gain by length", "edge gain by spread", "log length",
    "log thickness", "grown", "moved by",
)  # fmt: skip


@dataclass(frozen=True)
class Move:
    """Pixels [S,S] that a move changes, their new class ids there, and FIT_FEATURES."""

    where: Bool
    label: U8
    fit: tuple[float, ...]


def edge_ranks(image: U8) -> F32:
    """image uint8 [3,S,S] -> at every pixel the share of the window's pixels that have a weaker gradient, 0..1."""
    energy = np.zeros(image.shape[1:])
    for channel in image.astype(np.float64) / 255:
        smooth = ndimage.gaussian_filter(channel, EDGE_SMOOTHING, truncate=EDGE_TRUNCATED)
        energy += ndimage.sobel(smooth, 0) ** 2 + ndimage.sobel(smooth, 1) ** 2
    steps = np.floor(np.sqrt(energy) * EDGE_STEPS).astype(np.int64)
    counts = np.bincount(steps.ravel())
    return ((np.cumsum(counts) - counts) / steps.size)[steps].astype(np.float32)


def outline_of(shape: Bool) -> Bool:
    """Pixels of a shape with a 4-neighbour outside it; the window's edge is inside."""
    return shape & ~np.asarray(ndimage.binary_erosion(shape, border_value=1))


def away_from_border(shape: tuple[int, ...]) -> Bool:
    """The window but for BORDER px along its edge."""
    inner = np.zeros(shape, bool)
    inner[BORDER:-BORDER, BORDER:-BORDER] = True
    return inner


def edges_under(shape: Bool, ranks: F32) -> float:
    """The mean rank under the outline of a shape [S,S]; 0 where all of that lies at the window's edge."""
    outline = outline_of(shape) & away_from_border(shape.shape)
    return float(ranks[outline].mean()) if outline.any() else 0.0


def moves(label: U8, ranks: F32) -> list[Move]:
    """For each component the shift and the growth after which its outline lies on the strongest edges.

    label uint8 [S,S] (255 = void), ranks [S,S] as `edge_ranks` gives them.
    """
    found: list[Move] = []
    for component in components(label, LEAST_MOVED, label.size // 2):
        found += _moves_of(component, label, ranks)
    return found


def _moves_of(component: Bool, label: U8, ranks: F32) -> Iterator[Move]:
    inner = away_from_border(label.shape)
    outline = np.argwhere(outline_of(component) & inner)
    if len(outline) < LEAST_OUTLINE:
        return
    before = float(ranks[outline[:, 0], outline[:, 1]].mean())
    box = bounds(component, max(max(SHIFTS), max(GROWTHS)) + 2)
    here, edges = component[box], np.where(inner, ranks, -1)[box]
    away = ndimage.distance_transform_edt(~here)
    depth = _depth(component, box)
    shifted = [(offset, _shift_score(outline, offset, ranks)) for offset in shift_offsets()]
    grown = [(by, _growth_score(away, depth, by, edges)) for by in GROWTHS]
    scores = np.array([score for _, score in (*shifted, *grown) if score >= 0])
    if len(scores) < 2:
        return
    spread, middle = float(scores.std()) + 1e-6, float(np.median(scores))
    length, thick = float(np.log(len(outline))), float(depth.max())
    near, _ = nearest_of_others(label[box], here, depth)
    # A thin component that moves further leaves itself behind: what lies on edges there is another object.
    near_shifts = [row for row in shifted if np.hypot(*row[0]) <= thick]
    near_growths = [row for row in grown if abs(row[0]) <= thick]
    offset, best_shift = max(near_shifts, key=lambda row: row[1], default=((0, 0), -1.0))
    by, best_growth = max(near_growths, key=lambda row: row[1], default=(0, -1.0))
    for grows, score, shape, size in (
        (False, best_shift, _shifted(component, offset, box), float(np.hypot(*offset))),
        (True, best_growth, _grown(away, depth, by), float(by)),
    ):
        changed = (here != shape[0]) & (label[box] != VOID) & shape[1] & (near != VOID)
        new = label.copy()
        new[box][changed] = np.where(shape[0], label[component][0], near)[changed]
        where = new != label
        if score < 0 or np.count_nonzero(where) < LEAST_CHANGE:
            continue
        gain = score - before
        fit = (
            before, score, gain, gain * len(outline) ** 0.5, (score - max(before, middle)) / spread,
            length, float(np.log(thick)), float(grows), size,
        )  # fmt: skip
        yield Move(where, new, fit)


def shift_offsets() -> list[tuple[int, int]]:
    """Rows down and columns right of every shift."""
    angles = [2 * np.pi * number / DIRECTIONS for number in range(DIRECTIONS)]
    return [(round(far * np.sin(angle)), round(far * np.cos(angle))) for far in SHIFTS for angle in angles]


def nearest_of_others(label: U8, component: Bool, depth: npt.NDArray[np.float64]) -> tuple[U8, F32]:
    """The nearest label outside a component, as far in as a move can reach; ties to the lowest row, then column."""
    # The far inside is nobody's neighbour, but known: the search goes no deeper than that.
    core = depth > 2 * max(SHIFTS) + 2
    return nearest_label(
        np.where(core, VOID, label).astype(np.uint8), (~component & (label != VOID)) | core, exact=True
    )


def _depth(component: Bool, box: tuple[slice, slice]) -> npt.NDArray[np.float64]:
    """Distance to the nearest pixel outside the component; beyond the window nothing is outside."""
    return np.asarray(ndimage.distance_transform_edt(component)[box])


def _shift_score(outline: Ints, offset: tuple[int, int], ranks: F32) -> float:
    """Mean rank under the outline's pixels after a shift; -1 where less than half of them stay in the window."""
    rows, columns = outline[:, 0] + offset[0], outline[:, 1] + offset[1]
    size = len(ranks)
    inside = (np.minimum(rows, columns) >= BORDER) & (np.maximum(rows, columns) < size - BORDER)
    if np.count_nonzero(inside) < max(LEAST_OUTLINE, len(outline) / 2):
        return -1.0
    return float(ranks[rows[inside], columns[inside]].mean())


def _grown_shape(away: npt.NDArray[np.float64], depth: npt.NDArray[np.float64], by: int) -> Bool:
    return np.asarray(away <= by if by > 0 else depth > -by)


def _growth_score(away: npt.NDArray[np.float64], depth: npt.NDArray[np.float64], by: int, edges: F32) -> float:
    """Mean rank under the outline after growing; edges are -1 where they say nothing."""
    found = edges[outline_of(_grown_shape(away, depth, by))]
    found = found[found >= 0]
    return float(found.mean()) if len(found) >= LEAST_OUTLINE else -1.0


def _grown(away: npt.NDArray[np.float64], depth: npt.NDArray[np.float64], by: int) -> tuple[Bool, Bool]:
    """The shape afterwards, and where it is known."""
    shape = _grown_shape(away, depth, by)
    return shape, np.ones_like(shape)


def _shifted(component: Bool, offset: tuple[int, int], box: tuple[slice, slice]) -> tuple[Bool, Bool]:
    """The shape afterwards, and where it is known: not where it would come from beyond the window."""
    rows = np.arange(box[0].start, box[0].stop)[:, None] - offset[0]
    columns = np.arange(box[1].start, box[1].stop)[None] - offset[1]
    size = len(component)
    inside = (rows >= 0) & (rows < size) & (columns >= 0) & (columns < size)
    shape = component[rows.clip(0, size - 1), columns.clip(0, size - 1)]
    return shape & inside, inside
