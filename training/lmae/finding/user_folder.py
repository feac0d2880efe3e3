"""Errors in a user's own labels: every image of a folder searched, as the app's scan does, into a suggestions file.

Labels are PNGs of class ids (indexed or grey, 8 bits), images any picture of the same name (without extension) in the
other folder, in the same place below it. Support learns from these labels themselves, at most SUPPORT_IMAGES of them,
each image judged only by perceptrons that have not seen it.
"""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ..arrays import F32, U8, VOID, Bool, Ints
from ..data.dataset import DataError, Item
from ..support.set_support import SetSupport, TooFewLabelsError
from .find_errors import Finding, Proposal, find_errors
from .posteriors import NO_POSTERIORS, WHOLE, ClassPosteriors, support_posteriors
from .predictor import ModelPredictor
from .quality import LEAST_SHOWN, heat_of, soft_minimum
from .rule import Rules
from .scene import Scene, searched_size
from .suggestions import SCHEMA, SuggestionsFile, grey_png, label_hash, region

#: Images that are learnt from at most, as in the app.
SUPPORT_IMAGES = 200
#: Regions of fewer image px are dropped, and those that are right less often than this, as in the app.
LEAST_AREA, LEAST_RIGHT = 16, 0.2
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff")


@dataclass(frozen=True)
class Pair:
    """A label and its photograph, and their paths as the suggestions file says them."""

    label: Path
    image: Path
    label_name: str
    image_name: str


@dataclass(frozen=True)
class Classes:
    """The name of every id that is no void, and the void ids."""

    names: Mapping[int, str]
    void: frozenset[int]

    def header(self) -> list[dict[str, Any]]:
        ids = sorted({*self.names, *self.void})
        return [{"id": one, "name": self.names.get(one, "void"), "ignored": one in self.void} for one in ids]

    def table(self) -> tuple[int, ...]:
        """The class of each of 256 ids as it is searched: itself, or VOID."""
        return tuple(VOID if one in self.void else one for one in range(256))


def find_pairs(images: Path, labels: Path) -> tuple[list[Pair], list[str]]:
    """The labels with a photograph, in order, and what is wrong with the others. DataError where there is none."""
    for folder in (images, labels):
        if not folder.is_dir():
            raise DataError(f"{folder}: no such folder; give the folder of images, then that of labels")
    pictures: dict[str, Path] = {}
    for path in sorted(images.rglob("*")):
        if path.suffix.lower() in PICTURES:
            pictures.setdefault(path.relative_to(images).with_suffix("").as_posix(), path)
    common = _common(images, labels)
    pairs, wrong = [], []
    for path in sorted(labels.rglob("*.png")):
        name = path.relative_to(labels).with_suffix("").as_posix()
        found = pictures.get(name)
        if found is None or found == path:
            wrong.append(f"{path}: no image {name} in {images}; left out")
        else:
            pairs.append(Pair(path, found, _below(path, common), _below(found, common)))
    if not pairs:
        raise DataError(f"{labels}: no PNG label has an image of its name in {images}; {' '.join(wrong[:1])}")
    return pairs, wrong


def _common(images: Path, labels: Path) -> Path:
    """The innermost folder that holds both."""
    one, other = images.resolve(), labels.resolve()
    return next(folder for folder in (one, *one.parents) if folder == other or folder in other.parents)


def _below(path: Path, root: Path) -> str:
    return path.resolve().relative_to(root).as_posix()


def read_class_list(path: Path) -> dict[int, str]:
    """Class names by id: a JSON object of names by id, a JSON list, or a text file, a line a class ("3 car" or "car",
    numbered from 0). DataError where it is neither.
    """
    text = path.read_text(encoding="utf-8-sig")
    try:
        found = json.loads(text)
        if isinstance(found, dict) and isinstance(found.get("classes"), (dict, list)):
            found = found["classes"]
        if isinstance(found, list):
            if all(isinstance(one, dict) for one in found):
                return {int(one["id"]): str(one["name"]) for one in found}
            return dict(enumerate(map(str, found)))
        return {int(one): str(name) for one, name in found.items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{path}: no class list ({error!r}); give names by id, or a list of names") from error
    except ValueError:
        pass
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    split = [line.replace(",", " ").replace(":", " ").split(maxsplit=1) for line in lines]
    if split and all(len(parts) == 2 and parts[0].isdigit() for parts in split):
        return {int(parts[0]): parts[1].strip() for parts in split}
    return dict(enumerate(lines))


def read_ids(path: Path) -> tuple[bytes, U8]:
    """A label file's bytes, and its ids [H,W]. DataError where it holds no ids of 8 bits."""
    content = path.read_bytes()
    try:
        with Image.open(io.BytesIO(content)) as picture:
            # Grey of 2 or 4 bits would be spread over 0..255.
            if picture.mode not in ("P", "L") or (picture.mode == "L" and content[24] != 8):
                raise DataError(f"{path}: not indexed and not grey of 8 bits; scan it in the app, or write it as grey")
            return content, np.array(picture, np.uint8)
    except OSError as error:
        raise DataError(f"{path}: not a readable picture ({error}); write it again") from error


def read_item(pair: Pair, classes: Classes) -> tuple[Item, U8]:
    """A pair as an item, and the ids [H,W] that the label file holds. DataError names the file and what to do."""
    content, ids = read_ids(pair.label)
    try:
        photograph = pair.image.read_bytes()
        with Image.open(io.BytesIO(photograph)) as picture:
            size = picture.size
            picture.load()
    except OSError as error:
        raise DataError(f"{pair.image}: not a readable picture ({error}); write it again") from error
    if size != (ids.shape[1], ids.shape[0]):
        raise DataError(f"{pair.label}: {ids.shape[1]}x{ids.shape[0]} px, its image has {size[0]}x{size[1]}")
    if VOID not in classes.void and (ids == VOID).any():
        raise DataError(f"{pair.label}: id {VOID} can only be void here; leave it in --void, or renumber it")
    return Item(pair.label_name, photograph, content, classes.table()), ids


def support_of(
    predictor: ModelPredictor, pairs: Sequence[Pair], classes: Classes, say: Callable[[str], None]
) -> SetSupport | None:
    """What at most SUPPORT_IMAGES of the labels teach; None where they are too few. Unreadable ones teach nothing."""
    chosen = np.sort(np.random.default_rng(0).permutation(len(pairs))[:SUPPORT_IMAGES])
    items = []
    for number in chosen:
        try:
            items.append(read_item(pairs[int(number)], classes)[0])
        except DataError:
            # Said when it is its turn to be searched.
            continue
    say(f"learning the classes from {len(items)} images")
    try:
        return SetSupport(predictor.model, items, max(classes.names, default=0) + 1)
    except TooFewLabelsError as error:
        say(f"{error}: errors are looked for without support")
        return None


def search(predictor: ModelPredictor, rules: Rules, item: Item, support: SetSupport | None) -> tuple[Finding, U8, bool]:
    """What looks wrong in an image, the label that it speaks of [h,w], and whether its classes were known."""
    label = item.open_label()
    size = searched_size(*label.size)
    picture = Image.open(io.BytesIO(item.image)).convert("RGB").resize(size, Image.BILINEAR)
    pixels = np.ascontiguousarray(np.asarray(picture, np.uint8).transpose(2, 0, 1))
    small = np.array(label.resize(size, Image.NEAREST), np.uint8)
    posteriors: ClassPosteriors = NO_POSTERIORS
    if support is not None:
        posteriors = support_posteriors(support, item, WHOLE, small)
        # Of thousands of images these would fill the memory.
        support.maps.clear()
    return find_errors(Scene(predictor, pixels, small, posteriors), rules), small, len(posteriors.classes) > 0


def followed(ids: U8, label: U8) -> Ints:
    """The pixel of a label as it was searched [h,w] that each pixel of the file's [H,W] follows, by index; -1: none.

    The one it lies in, or that one's neighbour, whichever is nearest of those that show its class, as in the app.
    """
    (high, wide), (h, w) = ids.shape, label.shape
    v, u = ((np.arange(high) + 0.5) * h / high)[:, None], ((np.arange(wide) + 0.5) * w / wide)[None]
    row, column = np.floor(v).astype(int), np.floor(u).astype(int)
    best, least = np.full((high, wide), -1), np.full((high, wide), np.inf)
    for down in (-1, 0, 1):
        for across in (-1, 0, 1):
            r, c = row + down, column + across
            inside = ((r >= 0) & (r < h)) & ((c >= 0) & (c < w))
            at = np.clip(r, 0, h - 1) * w + np.clip(c, 0, w - 1)
            distance = (c + 0.5 - u) ** 2 + (r + 0.5 - v) ** 2
            nearer = inside & (label.ravel()[at] == ids) & (distance < least)
            best[nearer], least[nearer] = at[nearer], np.broadcast_to(distance, nearer.shape)[nearer]
    own = row * w + column
    return np.where(label.ravel()[own] == ids, own, best)


@dataclass(frozen=True)
class Placed:
    """A proposal on a label file: its pixels [H,W], the ids that they would get [H,W], and how sure the rules are."""

    where: Bool
    new: Ints
    confidence: float


def placed(proposals: Sequence[Proposal], label: U8, searched: U8) -> list[Placed]:
    """Proposals on a label as it was searched [h,w] as those on the file's classes [H,W], but for the smallest."""
    at = followed(searched, label)
    result = []
    for one in proposals:
        new = np.where(at >= 0, one.label.ravel()[at], searched).astype(np.int64)
        where: Bool = (at >= 0) & one.where.ravel()[at] & (new != searched) & (new != VOID)
        if np.count_nonzero(where) >= LEAST_AREA:
            result.append(Placed(where, new, one.confidence))
    return result


def regions_of(found: Sequence[Placed], ids: U8, right: Callable[[float], float], known: bool) -> list[dict[str, Any]]:
    """Those of proposals on a file's ids [H,W] that the app shows, as regions."""
    return [
        region(one.where, ids.astype(np.int64), one.new, right(one.confidence), one.confidence, not known)
        for one in found
        if one.confidence >= LEAST_SHOWN and right(one.confidence) >= LEAST_RIGHT
    ]


def score_of(found: Sequence[Placed], suspicion: F32, searched: U8) -> float:
    """Label quality of a file's classes [H,W] whose pixels were searched with this suspicion [h,w], as the app
    says it.
    """
    (high, wide), (h, w) = searched.shape, suspicion.shape
    rows, columns = ((np.arange(high) + 0.5) * h / high).astype(int), ((np.arange(wide) + 0.5) * w / wide).astype(int)
    heat = heat_of(suspicion)[rows[:, None], columns] * (searched != VOID)
    shown = [(one.where, one.confidence) for one in found if one.confidence >= LEAST_SHOWN]
    return soft_minimum(heat.astype(np.float64) / 255, shown)


def calibration(manifest: Mapping[str, Any]) -> tuple[Callable[[float], float], list[list[float]] | None]:
    """How often a proposal of a confidence is right, to the percent, and the table by that (None: not measured)."""
    table = manifest.get("reliability", {}).get("found")
    if table is None:
        return (lambda confidence: confidence), None

    def right(confidence: float) -> float:
        return round(100 * [share for least, share in table if least <= confidence][-1]) / 100

    return right, [[0 if number == 0 else round(100 * share) / 100, share] for number, (_, share) in enumerate(table)]


def class_ids(pairs: Sequence[Pair], names: Mapping[int, str], void: Collection[int]) -> Classes:
    """The classes of a folder: those named, and ids that its labels hold besides."""
    found: set[int] = set()
    for pair in pairs:
        try:
            found |= set(np.unique(read_ids(pair.label)[1]).tolist())
        except DataError:
            continue
    if VOID not in void:
        found.discard(VOID)
    named = {one: names.get(one, f"class {one}") for one in {*names, *found} if one not in void}
    return Classes(named, frozenset(void))


def scan_folder(
    predictor: ModelPredictor,
    rules: Rules,
    manifest: Mapping[str, Any],
    folders: tuple[Path, Path],
    out: Path,
    names: Mapping[int, str],
    void: Collection[int],
    say: Callable[[str], None],
) -> int:
    """Searches every image that `out` does not hold yet; returns how many failed, each of which is said.

    names: of classes by id; ids that are not in it are named after their number. void: ids that are no class.
    """
    pairs, wrong = find_pairs(*folders)
    for reason in wrong:
        say(reason)
    classes = class_ids(pairs, names, void)
    right, table = calibration(manifest)
    header = {
        "schema": SCHEMA,
        "tool": "lmae.find",
        "version": tool_version(),
        "created": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "model": str(manifest["config"]["name"]),
        "accept": right(rules.accept),
        "reliability": table,
        "classes": classes.header(),
    }
    file = SuggestionsFile(out, header)
    left = [pair for pair in pairs if pair.label_name not in file.done]
    if len(left) < len(pairs):
        say(f"{len(pairs) - len(left)} of {len(pairs)} images are in {out} already")
    if not left:
        return 0
    support, failed, began = support_of(predictor, pairs, classes, say), 0, time.monotonic()
    for number, pair in enumerate(left, 1):
        try:
            item, ids = read_item(pair, classes)
            finding, label, known = search(predictor, rules, item, support)
            searched = np.array(classes.table(), np.uint8)[ids]
            found = placed(finding.proposals, label, searched)
            regions = regions_of(found, ids, right, known)
        except (DataError, OSError, RuntimeError, ValueError) as error:
            failed += 1
            say(f"failed: {error}" if isinstance(error, DataError) else f"failed: {pair.label}: {error!r}")
            continue
        file.add(
            {
                "label": pair.label_name,
                "image": pair.image_name,
                "width": ids.shape[1],
                "height": ids.shape[0],
                "labelHash": label_hash(ids.astype(np.int64)),
                "score": score_of(found, finding.suspicion, searched),
                "heat": grey_png(heat_of(finding.suspicion)),
                "regions": regions,
            }
        )
        minutes = (time.monotonic() - began) / number * (len(left) - number) / 60
        say(f"{number} of {len(left)}: {pair.label_name}, {len(regions)} found, about {minutes:.0f} min left")
    return failed


def tool_version() -> str:
    """Of this package; it may run from its folder, without being installed."""
    try:
        return version("lmae")
    except PackageNotFoundError:
        return "0.1.0"
