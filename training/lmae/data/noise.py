"""Damage to labels as annotators leave it, for samples whose visible labels are partly wrong."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from ..arrays import U8, VOID, Bool
from ..model.prior import nearest_label
from .components import class_ids, dilate, disc, erode, random_component
from .masks import Mask, random_patches
from .outline import simplified_outline

LEAST_AREA = 64


def damage_labels(rng: np.random.Generator, label: U8) -> tuple[U8, Bool]:
    """Damage one to three components of a label map [H,W] (255 = void, never touched).

    Kinds in equal shares: dropped to its largest neighbour, class swapped, boundary moved, polygonised.
    Returns (damaged [H,W], wrong [H,W] = damaged differs from the label). No pixel is wrong where the map
    offers no component to damage (a single class, for instance).
    """
    damaged = label.copy()
    for _ in range(int(rng.choice(3, p=(0.6, 0.25, 0.15))) + 1):
        component = random_component(rng, damaged, LEAST_AREA, int(0.6 * label.size))
        if component is not None:
            kind = KINDS[int(rng.integers(len(KINDS)))]
            damaged = kind(rng, damaged, component)
    damaged[label == VOID] = VOID
    return damaged, damaged != label


def drop_component(rng: np.random.Generator, label: U8, component: Bool) -> U8:
    """The component takes the class it shares the longest border with."""
    around = label[dilate(component, 1.0) & ~component]
    counts = np.bincount(around, minlength=256)[:VOID]
    if not counts.any():
        return label
    return _painted(label, component, int(np.argmax(counts)))


def swap_class(rng: np.random.Generator, label: U8, component: Bool) -> U8:
    """The component takes another class of the map."""
    own = int(label[component][0])
    others = [i for i in class_ids(label) if i != own]
    if not others:
        return label
    return _painted(label, component, others[int(rng.integers(len(others)))])


def move_boundary(rng: np.random.Generator, label: U8, component: Bool) -> U8:
    """The component is shifted by 3-12 px, or grown or shrunk by 2-8 px."""
    choice = int(rng.integers(3))
    if choice == 0:
        angle, far = rng.uniform(0, 2 * np.pi), rng.uniform(3, 12)
        moved = _shifted(component, round(far * np.sin(angle)), round(far * np.cos(angle)))
    elif choice == 1:
        moved = dilate(component, rng.uniform(2, 8))
    else:
        moved = erode(component, rng.uniform(2, 8))
    return _reshaped(label, component, moved)


def polygonise(rng: np.random.Generator, label: U8, component: Bool) -> U8:
    """The outline is replaced by a coarse polygon (deviation up to 3-10 px); holes stay."""
    vertices = simplified_outline(component, rng.uniform(3, 10))
    if len(vertices) < 3:
        return label
    canvas = Image.new("L", (label.shape[1], label.shape[0]))
    ImageDraw.Draw(canvas).polygon([(float(x), float(y)) for y, x in vertices], fill=1, outline=1)
    holes = ndimage.binary_fill_holes(component) & ~component
    return _reshaped(label, component, np.asarray(canvas).astype(bool) & ~holes)


KINDS: tuple[Callable[[np.random.Generator, U8, Bool], U8], ...] = (
    drop_component,
    swap_class,
    move_boundary,
    polygonise,
)


def cover_damage(rng: np.random.Generator, wrong: Bool) -> Bool:
    """A hidden area of 70-120 % of the wrong area, as a hasty brush leaves it.

    Below 100 % slivers of wrong label stay visible at the rim, mostly on one side; above, right labels are
    hidden too.
    """
    count = np.count_nonzero(wrong)
    if count == 0:
        return wrong.copy()
    depth = ndimage.distance_transform_edt(wrong) - ndimage.distance_transform_edt(~wrong)
    angle, tilt = rng.uniform(0, 2 * np.pi), rng.uniform(0, 0.3)
    rows = np.arange(wrong.shape[0])[:, None]
    columns = np.arange(wrong.shape[1])[None, :]
    score = (depth + tilt * (np.sin(angle) * rows + np.cos(angle) * columns)).ravel()
    wanted = min(wrong.size, max(1, round(count * rng.uniform(0.7, 1.2))))
    hidden = np.zeros(wrong.size, bool)
    hidden[np.argpartition(-score, wanted - 1)[:wanted]] = True
    return hidden.reshape(wrong.shape)


def sample_repair_mask(rng: np.random.Generator, label: U8, wrong: Bool) -> Mask:
    """`cover_damage`, in 40 % with a hint of the true class, in 30 % with context hidden too."""
    hidden, kind = cover_damage(rng, wrong), "damage"
    hint = np.zeros(wrong.shape, bool)
    inside = np.flatnonzero((hidden & wrong).ravel())
    if len(inside) and rng.random() < 0.4:
        row, column = divmod(int(inside[int(rng.integers(len(inside)))]), wrong.shape[1])
        hint = disc((wrong.shape[0], wrong.shape[1]), row, column, rng.uniform(2, 6)) & (label == label[row, column])
        kind += "+hint"
    if rng.random() < 0.3:
        hidden = hidden | random_patches(rng, wrong.shape, rng.uniform(0.1, 0.5))
        kind += "+context"
    return Mask(hidden & ~hint, kind, hint & hidden)


def _painted(label: U8, where: Bool, class_id: int) -> U8:
    painted = label.copy()
    painted[where] = class_id
    return painted


def _reshaped(label: U8, component: Bool, shape: Bool) -> U8:
    """The component's class now fills `shape`; pixels it left take the nearest label outside both."""
    own = int(label[component][0])
    reshaped = label.copy()
    left = component & ~shape
    if left.any():
        outside = ~component & ~shape & (label != VOID)
        if not outside.any():
            return label
        reshaped[left] = nearest_label(label, outside)[0][left]
    reshaped[shape & (label != VOID)] = own
    return reshaped


def _shifted(mask: Bool, down: int, right: int) -> Bool:
    height, width = mask.shape
    moved = np.zeros_like(mask)
    moved[max(0, down) : height + min(0, down), max(0, right) : width + min(0, right)] = mask[
        max(0, -down) : height + min(0, -down), max(0, -right) : width + min(0, -right)
    ]
    return moved
