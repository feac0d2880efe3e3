"""Boundary shifts: whole components translated, grown or shrunk to where their outline fits the picture better.

The outline of a label that was traced beside its object, or too wide, lies where the picture has no edges. Shifted
back, it lies on edges; the pixels that it gains look like the rest of it, those that it loses like its surroundings.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy import ndimage

from ..arrays import F32, U8, VOID, Bool, Floats, Ints
from ..data.components import bounds, components
from ..model.prior import nearest_label
from .appearance import COLOUR_BINS, Appearance, ranks_across

#: Smaller components are not shifted.
LEAST_SHIFTED = 256
#: px by which a component is translated, in DIRECTIONS directions, and grown or, if negative, shrunk.
TRANSLATIONS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
DIRECTIONS = 16
GROWTHS = (-8, -7, -6, -5, -4, -3, -2, 2, 3, 4, 5, 6, 7, 8)
#: Outline pixels so near the image's edge do not count; an outline with fewer others than LEAST_OUTLINE is skipped.
BORDER, LEAST_OUTLINE = 2, 20
#: px to either side between which the normal of an outline is measured.
NORMAL_REACH = 3
#: Shifts that change fewer pixels are skipped.
LEAST_CHANGE = 16
#: px from the outline within which pixels count neither for a component's colours nor for its surroundings', and px
#: from it within which they count for its surroundings'.
UNSURE_RIM, SURROUNDINGS_REACH = 3, 16
#: Weight of the colours of both together as a prior of each, in pixels.
COLOUR_PRIOR = 30


class BoundaryShift(NamedTuple):
    """Pixels [H,W] that a shift changes, and their new class ids there.

    fit: what it gains. Edges: by how much their mean rank under the outline rises over the best of before and the
    median shift, in standard deviations of all shifts. Colours: the mean log odds that the pixels gained look like the
    component, and those lost like its surroundings.
    """

    where: Bool
    label: U8
    fit: tuple[float, float]


def outline_of(shape: Bool) -> Bool:
    """Pixels of a shape with a 4-neighbour outside it; the image's edge is inside."""
    return shape & ~np.asarray(ndimage.binary_erosion(shape, border_value=1))


def edges_under(shape: Bool, box: tuple[slice, slice], ranks: F32) -> float:
    """The mean rank [H,W] under the outline of a shape in a box; 0 where all of that lies at the image's edge."""
    outline = np.array(np.nonzero(outline_of(shape))) + corner_of(box)
    rows, columns = outline[:, inner(outline, ranks.shape)]
    return float(ranks[rows, columns].mean()) if len(rows) else 0.0


def boundary_shifts(label: U8, appearance: Appearance) -> list[BoundaryShift]:
    """For each component the translation and the growth after which its outline lies on the strongest edges.

    label uint8 [H,W] (255 = void).
    """
    found: list[BoundaryShift] = []
    for component in components(label, LEAST_SHIFTED, label.size // 2):
        found += _shifts_of(component, label, appearance)
    return found


class Trial(NamedTuple):
    """One shift of a component, and the mean rank of the edges under its outline then."""

    by: float  # px; below 0 where it shrinks
    offset: tuple[int, int] | None  # of a translation, rows down and columns right
    score: float  # -1 where too little of the outline is left in the image


def _shifts_of(component: Bool, label: U8, appearance: Appearance) -> Iterator[BoundaryShift]:
    """The best translation and the best growth of a component [H,W]; none where its outline is too short."""
    box = bounds(component, max(max(TRANSLATIONS), max(GROWTHS)) + 2)
    here = component[box]
    away = ndimage.distance_transform_edt(~here)
    # Taken over the image, not the box: beyond the image nothing is outside.
    depth: Floats = ndimage.distance_transform_edt(component)[box]
    normals = normals_of(away - depth)

    def on(outline: Ints, offset: tuple[int, int], least: float) -> float:
        """Mean rank under outline pixels [2,N] of the box after a translation; -1 where fewer than `least` count."""
        there = outline + corner_of(box) + np.array([[offset[0]], [offset[1]]])
        inside = inner(there, label.shape)
        if np.count_nonzero(inside) < least:
            return -1.0
        rows, columns = outline[:, inside]
        return float(ranks_across(appearance, there[0, inside], there[1, inside], normals[:, rows, columns]).mean())

    outline = np.array(np.nonzero(outline_of(component)[box]))
    outline = outline[:, inner(outline + corner_of(box), label.shape)]
    count = outline.shape[1]
    if count < LEAST_OUTLINE:
        return
    before = on(outline, (0, 0), 0)
    translated = [
        Trial(float(np.hypot(*offset)), offset, on(outline, offset, max(LEAST_OUTLINE, count / 2)))
        for offset in translations()
    ]
    grown = [
        Trial(by, None, on(np.array(np.nonzero(outline_of(_grown(away, depth, by)))), (0, 0), LEAST_OUTLINE))
        for by in GROWTHS
    ]
    scores = np.array([trial.score for trial in (*translated, *grown) if trial.score >= 0])
    if len(scores) < 2:
        return
    spread, middle = float(scores.std()) + 1e-6, float(np.median(scores))
    thick = float(depth.max())
    near, _ = nearest_of_others(label[box], here, depth)
    odds = colour_odds(appearance.colours[box], away, depth)
    for trials in (translated, grown):
        # A shift by more than a component's thickness has nothing in common with it: edges there are another object's.
        near_enough = [trial for trial in trials if abs(trial.by) <= thick]
        best = max(near_enough, key=lambda trial: trial.score, default=None)
        if best is None or best.score < 0:
            continue
        if best.offset is None:
            shape, known = _grown(away, depth, best.by), np.ones_like(here)
        else:
            shape, known = _translated(component, best.offset, box)
        changed = (here != shape) & (label[box] != VOID) & known & (near != VOID)
        new = label.copy()
        new[box][changed] = np.where(shape, label[component][0], near)[changed]
        where = new != label
        if np.count_nonzero(where) >= LEAST_CHANGE:
            edges = (best.score - max(before, middle)) / spread
            yield BoundaryShift(where, new, (edges, float(np.where(shape, odds, -odds)[where[box]].mean())))


def inner(pixels: Ints, shape: tuple[int, ...]) -> Bool:
    """Which of pixels [2,N] lie in the image, but for BORDER px along its edge."""
    rows, columns = pixels
    inside = (np.minimum(rows, columns) >= BORDER) & (rows < shape[0] - BORDER) & (columns < shape[1] - BORDER)
    return np.asarray(inside)


def corner_of(box: tuple[slice, slice]) -> Ints:
    """Row and column [2,1] where a box begins."""
    return np.array([[box[0].start], [box[1].start]])


def normals_of(distance: Floats) -> Floats:
    """Unit normals [2,h,w] (down, right) of the lines of equal signed distance [h,w]; beyond, its edge repeats."""
    reach = 2 * NORMAL_REACH
    padded = np.pad(distance, NORMAL_REACH, mode="edge")
    inner = slice(NORMAL_REACH, -NORMAL_REACH)
    slopes = np.stack([padded[reach:, inner] - padded[:-reach, inner], padded[inner, reach:] - padded[inner, :-reach]])
    return np.asarray(slopes / (np.sqrt((slopes**2).sum(0)) + 1e-9))


def colour_odds(colours: Ints, away: Floats, depth: Floats) -> Floats:
    """Log odds [h,w] that a pixel's colour is a component's rather than its surroundings'.

    away, depth [h,w]: distance to the component, and inside it to the nearest pixel outside.
    """
    inside = depth > min(UNSURE_RIM, depth.max() / 2)
    around = (away > UNSURE_RIM) & (away <= SURROUNDINGS_REACH)
    own, others = (np.bincount(colours[part], minlength=COLOUR_BINS**3) for part in (inside, around))
    both = own + others + 1e-3
    prior = COLOUR_PRIOR * both / both.sum()
    odds = np.log((own + prior) / (own.sum() + COLOUR_PRIOR)) - np.log((others + prior) / (others.sum() + COLOUR_PRIOR))
    return np.asarray(odds[colours])


def translations() -> list[tuple[int, int]]:
    """Rows down and columns right of every translation."""
    angles = [2 * np.pi * number / DIRECTIONS for number in range(DIRECTIONS)]
    return [(round(far * np.sin(angle)), round(far * np.cos(angle))) for far in TRANSLATIONS for angle in angles]


def nearest_of_others(label: U8, component: Bool, depth: Floats) -> tuple[U8, F32]:
    """The nearest label outside a component, as far in as a shift can reach; ties to the lowest row, then column."""
    # The far inside counts as known, so that the search ends there; no shift reaches it.
    core = depth > 2 * max(TRANSLATIONS) + 2
    return nearest_label(
        np.where(core, VOID, label).astype(np.uint8), (~component & (label != VOID)) | core, exact=True
    )


def _grown(away: Floats, depth: Floats, by: float) -> Bool:
    return np.asarray(away <= by if by > 0 else depth > -by)


def _translated(component: Bool, offset: tuple[int, int], box: tuple[slice, slice]) -> tuple[Bool, Bool]:
    """The shape afterwards, and where it is known: not where it would come from beyond the image."""
    rows = np.arange(box[0].start, box[0].stop)[:, None] - offset[0]
    columns = np.arange(box[1].start, box[1].stop)[None] - offset[1]
    height, width = component.shape
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    shape = component[rows.clip(0, height - 1), columns.clip(0, width - 1)]
    return shape & inside, inside
