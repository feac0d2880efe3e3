"""Small generated data sets: ours as a folder and as a tar, Pascal VOC and Cityscapes as they are unpacked."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

SIZES = ((300, 240), (150, 120), (500, 260))


def draw_scene(seed: int, width: int, height: int) -> tuple[Image.Image, Image.Image]:
    """A picture and its label: sky, ground, a few discs and boxes, a void frame on one side."""
    rng = np.random.default_rng(seed)
    label = Image.new("P", (width, height))
    label.putpalette([channel for i in range(256) for channel in (i, 40 * i % 256, 90 * i % 256)])
    pen = ImageDraw.Draw(label)
    pen.rectangle((0, height // 2, width, height), fill=1)
    for class_id in (2, 3, 4):
        x, y, r = rng.integers(0, width), rng.integers(0, height), rng.integers(15, 50)
        pen.ellipse((x - r, y - r, x + r, y + r), fill=class_id)
    pen.rectangle((0, 0, 5, height), fill=255)
    ids = np.asarray(label).astype(np.int64)
    colours = np.stack([ids * 50 % 256, ids * 90 % 256, 255 - ids * 30 % 256], axis=-1)
    noisy = np.clip(colours + rng.normal(0, 8, colours.shape), 0, 255).astype(np.uint8)
    return Image.fromarray(noisy), label


@pytest.fixture(scope="session")
def shapes_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("sets") / "shapes"
    about = {
        "name": "shapes",
        "void": 255,
        "classes": ["sky", "ground", "a", "b", "c"],
        "splits": {"train": 6, "val": 4},
    }
    for split, count in (("train", 6), ("val", 4)):
        (root / split / "images").mkdir(parents=True)
        (root / split / "labels").mkdir()
        for index in range(count):
            image, label = draw_scene(index + 100 * (split == "val"), *SIZES[index % len(SIZES)])
            image.save(root / split / "images" / f"{index:03d}.jpg", quality=90)
            label.save(root / split / "labels" / f"{index:03d}.png")
    (root / "dataset.json").write_text(json.dumps(about))
    return root


@pytest.fixture(scope="session")
def shapes_tar(shapes_folder: Path) -> Path:
    path = shapes_folder.parent / "shapes.tar"
    with tarfile.open(path, "w") as archive:
        archive.add(shapes_folder, arcname="shapes")
    return path


@pytest.fixture(scope="session")
def voc_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("VOCdevkit") / "VOC2012"
    for folder in ("JPEGImages", "SegmentationClass", "ImageSets/Segmentation"):
        (root / folder).mkdir(parents=True)
    for index in range(4):
        image, label = draw_scene(index, 250, 230)
        image.save(root / f"JPEGImages/2007_{index:06d}.jpg", quality=90)
        label.save(root / f"SegmentationClass/2007_{index:06d}.png")
    (root / "ImageSets/Segmentation/train.txt").write_text("2007_000000\n\n2007_000001\n2007_000002\n")
    (root / "ImageSets/Segmentation/val.txt").write_text("# held out\r\n2007_000003\r\n")
    return root


@pytest.fixture(scope="session")
def cityscapes_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("cityscapes")
    raw_ids = np.zeros(256, np.uint8)  # "unlabeled"
    raw_ids[:5] = [23, 7, 26, 24, 33]  # sky, road, car, person, bicycle
    raw_ids[255] = 3  # "out of roi"
    for split, city, count in (("train", "aachen", 2), ("val", "lindau", 1), ("val", "munster", 1)):
        (root / "leftImg8bit" / split / city).mkdir(parents=True)
        (root / "gtFine" / split / city).mkdir(parents=True)
        for index in range(count):
            image, label = draw_scene(index + len(city), 460, 450)
            name = f"{city}_{index:06d}_000019"
            image.save(root / f"leftImg8bit/{split}/{city}/{name}_leftImg8bit.png")
            raw = Image.fromarray(raw_ids[np.asarray(label)])
            raw.save(root / f"gtFine/{split}/{city}/{name}_gtFine_labelIds.png")
    return root


@pytest.fixture
def scene() -> np.ndarray:
    """A 160-px label window with five classes and some void."""
    _, label = draw_scene(7, 160, 160)
    return np.array(label)


def png(array: np.ndarray) -> bytes:
    """The array as PNG bytes."""
    out = io.BytesIO()
    Image.fromarray(array).save(out, "png")
    return out.getvalue()
