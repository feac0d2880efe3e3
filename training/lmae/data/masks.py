"""Which pixels of a label are hidden: the training mixture, and the masks of the evaluation protocol."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from ..arrays import U8, VOID, Bool
from .components import components, dilate, disc, innermost, random_component

PATCH = 16
PROTOCOL_MASKS = ("random25", "random50", "random75", "block25", "block50", "component", "stroke", "band", "object")
MIXTURE = {"random": 0.14, "rectangle": 0.28, "component": 0.2, "stroke": 0.07, "band": 0.26, "blob": 0.05}
CONTEXT_SHARE = 0.25
COMPONENT_HINT_SHARE = 0.5
OTHER_HINT_SHARE = 0.1


@dataclass
class Mask:
    """hidden [H,W]: labels not shown to the model. hint [H,W]: pixels left visible in it (true class)."""

    hidden: Bool
    kind: str
    hint: Bool = field(default_factory=lambda: np.zeros((0, 0), bool))

    def __post_init__(self) -> None:
        if self.hint.shape != self.hidden.shape:
            self.hint = np.zeros(self.hidden.shape, bool)


def sample_mask(rng: np.random.Generator, label: U8) -> Mask:
    """One draw of the training mixture for a label map [H,W] (255 = void).

    `kind` is a key of MIXTURE, with "+hint" where a hint is left visible and "+context" where random patches
    are hidden as well. Nothing is promised about what stays visible: the caller rejects useless draws.
    """
    kind = str(rng.choice(list(MIXTURE), p=list(MIXTURE.values())))
    hidden, hint = _draw(rng, label, kind)
    if hidden is None:
        kind = "rectangle"
        hidden = random_rectangles(rng, label.shape)
    if hint is None and kind not in ("random", "component") and rng.random() < OTHER_HINT_SHARE:
        hint = _hint_somewhere(rng, label, hidden)
    if hint is not None:
        kind += "+hint"
    if not kind.startswith("random") and rng.random() < CONTEXT_SHARE:
        hidden = hidden | random_patches(rng, label.shape, rng.uniform(0.1, 0.6))
        kind += "+context"
    if hint is None:
        return Mask(hidden, kind)
    return Mask(hidden & ~hint, kind, hint)


def _draw(rng: np.random.Generator, label: U8, kind: str) -> tuple[Bool | None, Bool | None]:
    if kind == "component":
        return _component_mask(rng, label)
    if kind == "band":
        return boundary_band(label, int(rng.integers(4, 13))), None
    draw: dict[str, Callable[[], Bool]] = {
        "random": lambda: random_patches(rng, label.shape, rng.uniform(0.15, 0.9)),
        "rectangle": lambda: random_rectangles(rng, label.shape),
        "stroke": lambda: random_strokes(rng, label.shape),
        "blob": lambda: random_blobs(rng, label.shape),
    }
    return draw[kind](), None


def random_patches(rng: np.random.Generator, shape: tuple[int, ...], ratio: float) -> Bool:
    """Exactly round(ratio * patches) of the 16-px patches, all of each."""
    rows, columns = -(-shape[0] // PATCH), -(-shape[1] // PATCH)
    chosen = np.zeros(rows * columns, bool)
    chosen[rng.permutation(rows * columns)[: round(ratio * rows * columns)]] = True
    grid = chosen.reshape(rows, columns)
    return grid.repeat(PATCH, axis=0).repeat(PATCH, axis=1)[: shape[0], : shape[1]]


def rectangle(rng: np.random.Generator, shape: tuple[int, ...], share: float) -> Bool:
    """One rectangle of `share` of the map's area, aspect 1:2 to 2:1 (log-uniform), wholly inside."""
    height, width = shape[0], shape[1]
    area = share * height * width
    lowest, highest = max(0.5, area / (width * width)), min(2.0, height * height / area)
    aspect = float(np.exp(rng.uniform(np.log(lowest), np.log(max(lowest, highest)))))
    tall = min(height, max(1, round(np.sqrt(area * aspect))))
    wide = min(width, max(1, round(area / tall)))
    top, left = int(rng.integers(height - tall + 1)), int(rng.integers(width - wide + 1))
    hidden = np.zeros((height, width), bool)
    hidden[top : top + tall, left : left + wide] = True
    return hidden


def random_rectangles(rng: np.random.Generator, shape: tuple[int, ...]) -> Bool:
    """One to three rectangles that together ask for 5-60 % of the map."""
    share = rng.uniform(0.05, 0.6)
    count = int(rng.choice(3, p=(0.6, 0.25, 0.15))) + 1
    parts = rng.dirichlet(np.full(count, 4.0)) * share
    hidden = np.zeros(shape, bool)
    for part in parts:
        hidden |= rectangle(rng, shape, float(part))
    return hidden


def random_blobs(rng: np.random.Generator, shape: tuple[int, ...]) -> Bool:
    """Smooth random blobs covering 5-60 % of the map."""
    cells = int(rng.integers(3, 9))
    noise = Image.fromarray(rng.random((cells, cells), dtype=np.float32))
    smooth = np.asarray(noise.resize((shape[1], shape[0]), Image.BICUBIC))
    return np.asarray(smooth <= np.quantile(smooth[::3, ::3], rng.uniform(0.05, 0.6)))


def polyline(rng: np.random.Generator, shape: tuple[int, ...], length: float, wide: int) -> Bool:
    """A brush stroke with round ends: a bent polyline inside the map, `length` px long and `wide` px wide."""
    height, width = shape[0], shape[1]
    points = [(rng.uniform(0, width - 1), rng.uniform(0, height - 1))]
    angle, left = rng.uniform(0, 2 * np.pi), length
    while left > 1e-6:
        step = min(left, rng.uniform(0.15, 0.35) * length, 0.5 * min(height, width))
        for attempt in range(50):
            turned = angle + rng.normal(0, 0.6 + 0.2 * attempt)
            x = points[-1][0] + step * np.cos(turned)
            y = points[-1][1] + step * np.sin(turned)
            if 0 <= x <= width - 1 and 0 <= y <= height - 1:
                break
        points.append((x, y))
        angle, left = turned, left - step
    return draw_stroke(shape, points, wide)


def draw_stroke(shape: tuple[int, ...], points: list[tuple[float, float]], wide: int) -> Bool:
    """Pixels under a round brush moved along the points (x, y)."""
    canvas = Image.new("L", (shape[1], shape[0]))
    pen = ImageDraw.Draw(canvas)
    pen.line(points, fill=1, width=wide)
    radius = wide / 2
    for x, y in points:
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=1)
    return np.asarray(canvas).astype(bool)


def random_strokes(rng: np.random.Generator, shape: tuple[int, ...]) -> Bool:
    """One to four brush strokes, 8-40 px wide."""
    hidden = np.zeros(shape, bool)
    side = min(shape)
    for _ in range(int(rng.integers(1, 5))):
        hidden |= polyline(rng, shape, rng.uniform(0.3, 1.1) * side, int(rng.integers(8, min(40, side // 3) + 1)))
    return hidden


def class_boundaries(label: U8) -> Bool:
    """Pixels with a 4-neighbour of another id (void counts as an id): both sides of every boundary."""
    edges = np.zeros(label.shape, bool)
    across = label[:, 1:] != label[:, :-1]
    down = label[1:] != label[:-1]
    edges[:, 1:] |= across
    edges[:, :-1] |= across
    edges[1:] |= down
    edges[:-1] |= down
    return edges


def boundary_band(label: U8, wide: int) -> Bool | None:
    """Pixels up to `wide` px on either side of class boundaries; None when there is no boundary."""
    edges = class_boundaries(label)
    if not edges.any():
        return None
    return np.asarray(ndimage.distance_transform_edt(~edges) <= wide - 1)


def _component_mask(rng: np.random.Generator, label: U8) -> tuple[Bool | None, Bool | None]:
    """One to three whole components dilated 0-12 px; in half of the draws each keeps a disc or scribble visible."""
    hidden = np.zeros(label.shape, bool)
    hints = np.zeros(label.shape, bool)
    hinted = rng.random() < COMPONENT_HINT_SHARE
    for _ in range(int(rng.choice(3, p=(0.75, 0.15, 0.1))) + 1):
        component = random_component(rng, label, 36, int(0.6 * label.size))
        if component is None:
            continue
        hidden |= dilate(component, int(rng.integers(0, 13)))
        if hinted:
            hints |= component_hint(rng, component)
    if not hidden.any():
        return None, None
    return hidden, hints if hinted else None


def component_hint(rng: np.random.Generator, component: Bool) -> Bool:
    """A disc (radius 2-6 px, half of them at the innermost point) or a thin scribble inside the component."""
    rows, columns = np.nonzero(component)
    if rng.random() < 0.65:
        row, column = innermost(component)
        if rng.random() < 0.5:
            pick = int(rng.integers(len(rows)))
            row, column = int(rows[pick]), int(columns[pick])
        return disc(component.shape, row, column, rng.uniform(2, 6)) & component
    picks = rng.integers(len(rows), size=int(rng.integers(2, 5)))
    points = [(float(columns[i]), float(rows[i])) for i in picks]
    scribble = draw_stroke(component.shape, points, int(rng.integers(2, 6))) & component
    return scribble


def _hint_somewhere(rng: np.random.Generator, label: U8, hidden: Bool) -> Bool | None:
    inside = np.flatnonzero((hidden & (label != VOID)).ravel())
    if len(inside) == 0:
        return None
    row, column = divmod(int(inside[int(rng.integers(len(inside)))]), label.shape[1])
    return disc((label.shape[0], label.shape[1]), row, column, rng.uniform(2, 7)) & (label == label[row, column])


def protocol_mask(rng: np.random.Generator, label: U8, name: str) -> Mask | None:
    """A mask of the evaluation protocol for a label window (224 px there); None if the window allows none.

    random25/50/75: 16-px patches. block25/50: exactly one rectangle, aspect 1:2 to 2:1. component: one of
    >= 256 px and <= 50 % of the window, dilated by 8 px, but for a disc (radius 4 px) at its innermost point.
    object: the same without the disc, so that nothing tells its class. stroke: three polylines 24 px wide, 150 px
    long. band: 8 px either side of class boundaries.
    """
    if name.startswith("random"):
        return Mask(random_patches(rng, label.shape, int(name[6:]) / 100), name)
    if name.startswith("block"):
        return Mask(rectangle(rng, label.shape, int(name[5:]) / 100), name)
    if name == "stroke":
        strokes = [polyline(rng, label.shape, 150, 24) for _ in range(3)]
        return Mask(strokes[0] | strokes[1] | strokes[2], name)
    if name == "band":
        band = boundary_band(label, 8)
        return None if band is None else Mask(band, name)
    if name in ("component", "object"):
        eligible = components(label, 256, label.size // 2)
        if not eligible:
            return None
        component = eligible[int(rng.integers(len(eligible)))]
        if name == "object":
            return Mask(dilate(component, 8), name)
        hint = disc(label.shape, *innermost(component), 4) & component
        return Mask(dilate(component, 8) & ~hint, name, hint)
    raise ValueError(f"unknown mask {name!r}: one of {', '.join(PROTOCOL_MASKS)}")
