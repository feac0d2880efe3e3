"""Pascal VOC 2012 and Cityscapes as they are unpacked, read as data sets without converting them first.

VOC: `JPEGImages/ID.jpg`, `SegmentationClass/ID.png` (indexed, 255 = void), `ImageSets/Segmentation/SPLIT.txt`.
Cityscapes: `leftImg8bit/SPLIT/CITY/*_leftImg8bit.png`, `gtFine/SPLIT/CITY/*_gtFine_labelIds.png`, read as the 19
train ids, or `*_gtFine_labelTrainIds.png` where those are missing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from ..arrays import VOID
from .dataset import DataError, DataSet, Item, NotASetError

#: Name, photograph and label of every image of a split.
Pairs = list[tuple[str, Path, Path]]


@dataclass(frozen=True)
class Layout:
    """One public set's folders. pairs: root and split -> its images, None where there is no such split."""

    name: str
    title: str
    classes: tuple[str, ...]
    folders: tuple[str, ...]
    remedy: str
    pairs: Callable[[Path, str], Pairs | None]


def find_layout(root: Path) -> Layout | None:
    """The layout that a folder has at least one folder of."""
    return next((known for known in LAYOUTS.values() if any((root / f).is_dir() for f in known.folders)), None)


def read_layout(layout: Layout, root: Path, split: str) -> DataSet | None:
    """One split; None if there is no such split.

    Raises DataError, naming the file and what to do, where files are missing, unreadable or of the wrong kind.
    """
    for folder in layout.folders:
        if not (root / folder).is_dir():
            raise NotASetError(f"{root / folder}: no such folder; {layout.remedy}")
    pairs = layout.pairs(root, split)
    if pairs is None:
        return None
    if not pairs:
        raise DataError(f"{root}: no images in its split '{split}'; {layout.remedy}")
    items = tuple(_item(name, image, label, layout.remedy) for name, image, label in pairs)
    return DataSet(layout.name, layout.classes, items)


def _item(name: str, image: Path, label: Path, remedy: str) -> Item:
    sizes = []
    for path in (image, label):
        if not path.is_file():
            raise DataError(f"{path}: no such file; {remedy}")
        try:
            with Image.open(path) as picture:
                sizes.append(picture.size)
                mode = picture.mode
        except OSError as error:
            raise DataError(f"{path}: not a readable picture ({error}); {remedy}") from error
    if mode not in ("P", "L"):
        raise DataError(f"{label}: a label of mode {mode}, not 8-bit ids; give the published indexed or grey PNG")
    if sizes[0] != sizes[1]:
        raise DataError(f"{label}: {sizes[1]} px, but its image {image} has {sizes[0]}; {remedy}")
    ids = TRAIN_IDS if label.name.endswith("_labelIds.png") else None
    return Item(name, image.read_bytes(), label.read_bytes(), ids)


def _voc_pairs(root: Path, split: str) -> Pairs | None:
    listed = root / "ImageSets" / "Segmentation" / f"{split}.txt"
    if not listed.is_file():
        return None
    lines = [line.strip() for line in listed.read_text().splitlines()]
    names = [line for line in lines if line and not line.startswith("#")]
    return [(name, root / f"JPEGImages/{name}.jpg", root / f"SegmentationClass/{name}.png") for name in names]


def _cityscapes_pairs(root: Path, split: str) -> Pairs | None:
    if not (root / "leftImg8bit" / split).is_dir():
        return None
    pairs: Pairs = []
    for image in sorted((root / "leftImg8bit" / split).glob("*/*_leftImg8bit.png")):
        name = image.name.removesuffix("_leftImg8bit.png")
        stem = root / "gtFine" / split / image.parent.name / f"{name}_gtFine"
        label, ready = Path(f"{stem}_labelIds.png"), Path(f"{stem}_labelTrainIds.png")
        pairs.append((name, image, ready if ready.is_file() and not label.is_file() else label))
    return pairs


VOC_CLASSES = (
    "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
    "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor",
)  # fmt: skip
CITYSCAPES_CLASSES = (
    "road", "sidewalk", "building", "wall", "fence", "pole", "traffic light", "traffic sign", "vegetation", "terrain",
    "sky", "person", "rider", "car", "truck", "bus", "train", "motorcycle", "bicycle",
)  # fmt: skip
#: Cityscapes label id of each train id; all others are void (github.com/mcordts/cityscapesScripts, labels.py).
LABEL_IDS = (7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33)
TRAIN_IDS = tuple(LABEL_IDS.index(i) if i in LABEL_IDS else VOID for i in range(256))

LAYOUTS = {
    layout.name: layout
    for layout in (
        Layout(
            "voc",
            "Pascal VOC 2012",
            VOC_CLASSES,
            ("JPEGImages", "SegmentationClass", "ImageSets/Segmentation"),
            "unpack VOCtrainval_11-May-2012.tar whole and give its folder VOCdevkit/VOC2012",
            _voc_pairs,
        ),
        Layout(
            "cityscapes",
            "Cityscapes",
            CITYSCAPES_CLASSES,
            ("leftImg8bit", "gtFine"),
            "unpack leftImg8bit_trainvaltest.zip and gtFine_trainvaltest.zip whole into one folder and give that",
            _cityscapes_pairs,
        ),
    )
}
