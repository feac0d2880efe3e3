"""A small generated data set, as a folder and as a tar."""

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
