"""Data sets small enough to travel: images as small WebP files, labels exact, several sets in one tar."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from PIL import Image

from .dataset import DataSet, Item

#: The short side that images are scaled down to, px, and the quality of WebP.
SHORT_SIDE = 256
QUALITY = 62


def packed(item: Item) -> tuple[bytes, bytes]:
    """An item's image as WebP and its label as PNG, at most SHORT_SIDE px on the short side."""
    label = item.open_label()
    picture = Image.open(io.BytesIO(item.image)).convert("RGB")
    scale = min(1.0, SHORT_SIDE / min(label.size))
    size = (round(label.width * scale), round(label.height * scale))
    image, ids = io.BytesIO(), io.BytesIO()
    picture.resize(size, Image.LANCZOS).save(image, "WEBP", quality=QUALITY, method=6)
    small = Image.frombytes("L", label.size, label.tobytes()).resize(size, Image.NEAREST)
    small.save(ids, "PNG", optimize=True)
    return image.getvalue(), ids.getvalue()


def write_pack(sets: Sequence[DataSet], split: str, out: Path) -> None:
    """A tar of set folders as `data.sets` reads them, with one split."""
    with tarfile.open(out, "w") as archive, ThreadPoolExecutor() as pool:

        def add(name: str, data: bytes) -> None:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))

        for data in sets:
            about = {"name": data.name, "classes": data.classes, "void": 255, "perImageIds": data.per_image_ids}
            add(f"{data.name}/dataset.json", json.dumps(about).encode())
            for item, (image, label) in zip(data.items, pool.map(packed, data.items), strict=True):
                add(f"{data.name}/{split}/images/{item.name}.webp", image)
                add(f"{data.name}/{split}/labels/{item.name}.png", label)


def decoded(item: Item) -> Item:
    """The same item with image and label in formats that cost next to nothing to open."""
    picture, label = io.BytesIO(), io.BytesIO()
    Image.open(io.BytesIO(item.image)).convert("RGB").save(picture, "PPM")
    ids = item.open_label()
    Image.frombytes("L", ids.size, ids.tobytes()).save(label, "PPM")
    return replace(item, image=picture.getvalue(), label=label.getvalue(), ids=None)
