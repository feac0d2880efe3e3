"""What a data set is in memory: compressed images and labels, and the errors of reading them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from ..arrays import U8, VOID


@dataclass(frozen=True)
class Item:
    """One image and its label, still compressed. ids: class id for each of the 256 ids of the file."""

    name: str
    image: bytes
    label: bytes
    ids: tuple[int, ...] | None = None

    def open_label(self) -> Image.Image:
        """The label in class ids, 255 = void; decoded lazily where no ids have to be changed."""
        label: Image.Image = Image.open(io.BytesIO(self.label))
        return label if self.ids is None else label.point(self.ids)


@dataclass(frozen=True)
class DataSet:
    """One split of one set. per_image_ids: an id means something else in every image."""

    name: str
    classes: tuple[str, ...]
    items: tuple[Item, ...]
    per_image_ids: bool = False


class DataError(ValueError):
    """A data set that cannot be read: names the file, the reason and what to do."""


class NotASetError(DataError):
    """A tar or folder that is no data set at all: left out with a warning where several are given."""


def one_taxonomy(sets: Sequence[DataSet]) -> int:
    """The number of classes of sets that share one class list; DataError where they do not."""
    first = sets[0]
    for data in sets:
        if data.per_image_ids:
            raise DataError(f"{data.name}: its ids differ between images; fixed classes need one class list")
        if data.classes != first.classes:
            raise DataError(
                f"{first.name} and {data.name} have different class lists; with fixed classes give one set, "
                "or leave out --fixed-classes"
            )
    return len(first.classes)


def require_classes(sets: Sequence[DataSet], classes: int) -> None:
    """DataError unless every set has that many classes (0, anonymous slots: any will do)."""
    for data in sets:
        if classes and (len(data.classes) != classes or data.per_image_ids):
            raise DataError(
                f"{data.name} has {len(data.classes)} classes, the model {classes} fixed ones: give the set it was "
                "trained on, or a model with anonymous slots"
            )


def check_ids(label: U8, classes: int, name: str) -> None:
    """DataError where a label map holds an id beyond a fixed class list."""
    beyond = label[(label >= classes) & (label != VOID)]
    if len(beyond):
        raise DataError(
            f"{name}: its label holds class id {int(np.max(beyond))}, the class list ends at {classes - 1}; "
            f"name the class or mark its pixels void ({VOID})"
        )
