"""Data sets in memory: one split of a set, images and labels still compressed.

A set is a tar or a folder `<set>/dataset.json, <split>/images/ID.jpg, <split>/labels/ID.png`
(8-bit labels, 255 = void), or a public set as it is unpacked (`data.folders`).
"""

from __future__ import annotations

import json
import tarfile
import warnings
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from ..arrays import VOID
from .dataset import DataError, DataSet, Item, NotASetError
from .folders import find_layout, read_layout

PER_IMAGE_IDS = frozenset({"bsds", "rural"})


def load_sets(paths: Sequence[str | Path], split: str, only: Sequence[str] | None = None) -> list[DataSet]:
    """The sets with that split found in tars, set folders, or folders that hold either; no set twice."""
    sets: dict[str, DataSet] = {}
    reasons = ""
    for path in [Path(p) for p in paths]:
        for source in _sources(path):
            try:
                found = load_set(source, split, only)
            except NotASetError as error:
                warnings.warn(f"left out: {error}", stacklevel=2)
                reasons += f"; left out: {error}"
                continue
            if found is not None:
                sets.setdefault(found.name, found)
    if not sets:
        raise DataError(
            f"no data set with a split '{split}' in {', '.join(map(str, paths))}: give tars, set folders, or the root "
            f"of Pascal VOC 2012 or Cityscapes{reasons}"
        )
    return list(sets.values())


def load_set(path: Path, split: str, only: Sequence[str] | None = None) -> DataSet | None:
    """One split of the set in a tar or folder; None if it has no such split or `only` does not name it."""
    layout = None if (path / "dataset.json").exists() else find_layout(path)
    if layout is not None:
        return read_layout(layout, path, split) if only is None or layout.name in only else None
    files = _read_tar(path, split) if path.is_file() else _read_folder(path, split)
    header = files.pop("dataset.json", None)
    if header is None:
        raise NotASetError(f"{path}: no dataset.json inside; expected <set>/dataset.json and <set>/{split}/images")
    about = json.loads(header)
    name = str(about["name"])
    if only is not None and name not in only:
        return None
    if int(about.get("void", VOID)) != VOID:
        raise DataError(f"{path}: void is {about['void']}, only {VOID} is supported; renumber the labels")
    pictures = {PurePosixPath(name).stem: data for name, data in files.items() if "/images/" in f"/{name}"}
    labels = {PurePosixPath(name).stem: data for name, data in files.items() if "/labels/" in f"/{name}"}
    items = tuple(Item(stem, pictures[stem], labels[stem]) for stem in sorted(pictures) if stem in labels)
    if not items:
        return None
    per_image = bool(about.get("perImageIds", name in PER_IMAGE_IDS))
    return DataSet(name, tuple(map(str, about["classes"])), items, per_image)


def _sources(path: Path) -> list[Path]:
    if not path.exists():
        raise DataError(f"{path}: no such file or folder; give a .tar or a set folder")
    if path.is_file() or _is_set(path):
        return [path]
    return [p for p in sorted(path.iterdir()) if _is_set(p)] or [
        p for p in sorted(path.glob("*.tar")) if p.name != "formats-samples.tar"
    ]


def _is_set(path: Path) -> bool:
    return (path / "dataset.json").exists() or find_layout(path) is not None


def _read_tar(path: Path, split: str) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                inner = member.name.removeprefix("./").partition("/")[2]
                if member.isfile() and (inner == "dataset.json" or inner.startswith(f"{split}/")):
                    stream = archive.extractfile(member)
                    files[inner] = stream.read() if stream else b""
    except tarfile.TarError as error:
        raise DataError(
            f"{path}: not a readable tar ({error}); fetch it again or unpack it and give the folder"
        ) from error
    return files


def _read_folder(path: Path, split: str) -> dict[str, bytes]:
    wanted = [
        path / "dataset.json",
        *sorted((path / split).glob("images/*")),
        *sorted((path / split).glob("labels/*")),
    ]
    return {p.relative_to(path).as_posix(): p.read_bytes() for p in wanted if p.is_file()}
