"""Windows and tasks of the evaluation protocol: fixed by the seed, the same for every model."""

from __future__ import annotations

import io
import queue
import threading
import zlib
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
from PIL import Image

from ..arrays import U8, VOID
from ..data.dataset import DataSet, Item, check_ids
from ..data.masks import protocol_mask
from ..data.windows import Sample, make_sample
from ..model.prior import nearest_label

WINDOW = 224
MOST_SLOTS = 24
T = TypeVar("T")


class Place(NamedTuple):
    """Where a window lies in its picture, as shares of the picture's height and width."""

    top: float
    left: float
    bottom: float
    right: float


@dataclass(frozen=True)
class Window:
    """One square window: image uint8 [3,S,S], label uint8 [S,S] (255 = void); key names image and place."""

    image_name: str
    key: str
    image: U8
    label: U8
    place: Place


@dataclass(frozen=True)
class Task:
    """A window with a mask on it: the model's sample, and the true and the nearest-copied class ids [S,S]."""

    window: Window
    sample: Sample
    nearest: U8


def protocol_windows(data: DataSet, seed: int = 0, size: int = WINDOW) -> Iterator[Window]:
    """All windows of a set at stride `size` (smaller images scaled up), in a seeded order, decoded lazily."""
    places = [(item, row, column) for item in data.items for row, column in _grid(item, size)]
    order = np.random.default_rng([seed, seed_of(data.name)]).permutation(len(places))
    for index in order:
        item, row, column = places[int(index)]
        image, label = _scaled(item, size)
        part = (slice(row, row + size), slice(column, column + size))
        pixels = np.ascontiguousarray(image[part].transpose(2, 0, 1))
        height, width = label.shape
        place = Place(row / height, column / width, (row + size) / height, (column + size) / width)
        yield Window(item.name, f"{item.name}:{row}:{column}", pixels, np.ascontiguousarray(label[part]), place)


def protocol_tasks(
    windows: Iterable[Window], mask: str, most: int, seed: int = 0, fixed_classes: int = 0
) -> Iterator[Task]:
    """At most `most` windows with that mask; those that allow none are skipped, as are useless ones.

    Useless is a mask that hides nothing or leaves nothing known.
    The mask of a window depends on the seed, its key and the mask's name only. With fixed_classes the slots are
    the class ids below it (`make_sample`'s `fixed`).
    """
    count = 0
    for window in windows:
        if count >= most:
            return
        drawn = protocol_mask(np.random.default_rng([seed, seed_of(window.key), seed_of(mask)]), window.label, mask)
        if drawn is None:
            continue
        if fixed_classes:
            check_ids(window.label, fixed_classes, window.image_name)
        slots, fixed = fixed_classes or MOST_SLOTS, fixed_classes > 0
        sample = make_sample(window.image, window.label, drawn, slots, exact=True, least_known=0, fixed=fixed)
        if sample is None:
            continue
        nearest = slots_to_ids(sample["nearest"], sample["classes"])
        if (nearest == VOID).any():
            # More classes are visible than slots exist: copying is not bound to slots.
            nearest = nearest_label(window.label, ~drawn.hidden & (window.label != VOID), exact=True)[0]
        count += 1
        yield Task(window, sample, nearest)


def slots_to_ids(slots: U8, classes: U8) -> U8:
    """Class ids for slot numbers; 255 where there is no slot."""
    table = np.full(256, VOID, np.uint8)
    table[: len(classes)] = classes
    return table[slots]


def seed_of(text: str) -> int:
    return zlib.crc32(text.encode())


def _scaled_size(original: tuple[int, int], size: int) -> tuple[int, int]:
    width, height = original
    factor = max(1.0, size / min(width, height))
    return max(size, round(width * factor)), max(size, round(height * factor))


def _grid(item: Item, size: int) -> list[tuple[int, int]]:
    width, height = _scaled_size(Image.open(io.BytesIO(item.label)).size, size)
    return [(r, c) for r in range(0, height - size + 1, size) for c in range(0, width - size + 1, size)]


def _scaled(item: Item, size: int) -> tuple[U8, U8]:
    classes = item.open_label()
    picture = Image.open(io.BytesIO(item.image)).convert("RGB")
    wanted = _scaled_size(classes.size, size)
    if picture.size != wanted:
        picture = picture.resize(wanted, Image.BILINEAR)
    if classes.size != wanted:
        classes = classes.resize(wanted, Image.NEAREST)
    return np.asarray(picture, np.uint8), np.asarray(classes, np.uint8)


def prefetch(items: Iterable[T], depth: int = 2) -> Generator[T, None, None]:
    """The same items, made in a background thread up to `depth` ahead; errors surface in the consumer."""
    ready: queue.Queue[list[T] | BaseException | None] = queue.Queue(depth)
    stop = threading.Event()

    def put(entry: list[T] | BaseException | None) -> None:
        while not stop.is_set():
            try:
                return ready.put(entry, timeout=0.1)
            except queue.Full:
                continue

    def work() -> None:
        try:
            for item in items:
                put([item])
                if stop.is_set():
                    return
            put(None)
        except BaseException as error:
            put(error)

    threading.Thread(target=work, daemon=True).start()
    try:
        while (entry := ready.get()) is not None:
            if isinstance(entry, BaseException):
                raise entry
            yield entry[0]
    finally:
        stop.set()
