"""Training windows: one augmented window at a time, stacked batches."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch.utils.data import IterableDataset

from ..arrays import F32, U8, VOID
from ..model.prior import nearest_label
from ..model.slots import MAX_SLOTS, OTHER, UNKNOWN, choose_slots, slot_table
from .augment import jitter_colours, sample_taxonomy
from .cells import pure_cells
from .components import class_ids, region_numbers
from .dataset import DataError, DataSet, Item, check_ids
from .masks import Mask, sample_mask
from .noise import damage_labels, sample_repair_mask
from .sets import load_set, load_sets

__all__ = [
    "DEFAULT_SIZES", "DEFAULT_WEIGHTS", "MAX_SLOTS", "OTHER", "UNKNOWN", "DataError", "DataSet", "Item",
    "Sample", "TrainStream", "WindowSampler", "collate", "draw_task", "load_set", "load_sets", "make_sample",
    "random_window",
]  # fmt: skip

Sample = dict[str, npt.NDArray[Any]]

DEFAULT_WEIGHTS: dict[str, float] = {
    "camvid": 4, "idd": 3, "facade": 5, "clothing": 4, "bsds": 2.5, "carparts": 4, "coco": 1.5,
    "davis": 1, "horses": 1.5, "rural": 1, "human": 1, "pets": 1.2, "lfw": 1, "faces": 6, "water": 1,
    "aerialroads": 2, "rock": 0.6, "nuclei": 0.8, "cells": 0.6,
}  # fmt: skip
#: Pictures without an up and down: turned by 90 degrees and mirrored either way.
TURNABLE = frozenset({"water", "aerialroads", "rock", "nuclei", "cells"})
DEFAULT_SIZES: dict[int, float] = {128: 0.1, 160: 0.4, 192: 0.2, 224: 0.3}
NOISE_SHARE = 0.3
VISIBLE_NOISE_SHARE = 0.6
LEAST_COVER, SCALE_RANGE = 0.35, (0.5, 2.0)
LEAST_KNOWN = 0.01
ONE_CLASS_KEPT = 0.15
QUARTER_TURN = np.array([[0, -1], [1, 0]], np.float32)


class WindowSampler:
    """Draws training samples from weighted sets; a sample costs a few ms (decode, crop, mask, prior)."""

    def __init__(
        self,
        sets: Sequence[DataSet],
        weights: Mapping[str, float] | None = None,
        window: int = 160,
        rng: np.random.Generator | None = None,
        slots: int = MAX_SLOTS,
        fixed: bool = False,
        prior: bool = True,
    ) -> None:
        """weights: by set name, default DEFAULT_WEIGHTS (unnamed sets count 1, 0 leaves a set out).

        fixed: slots are the class ids of one taxonomy (see `make_sample`), so classes are never merged. Without
        `prior` samples lack the nearest-label prior.
        """
        table = DEFAULT_WEIGHTS if weights is None else weights
        shares = np.array([table.get(s.name, 1.0) for s in sets], np.float64)
        if not shares.sum() > 0:
            raise DataError("no training set has a weight above 0; check the sets and weights given")
        self.sets = list(sets)
        self.shares = shares / shares.sum()
        self.window = window
        self.rng = rng if rng is not None else np.random.default_rng()
        self.slots, self.fixed, self.prior = slots, fixed, prior

    def sample(self, window: int | None = None, regions: bool = True) -> Sample:
        """One accepted sample of `window` px (default: the sampler's); see `make_sample` for the fields.

        Besides them cell_classes uint8 [S/8,S/8], the set's own class of every pure cell (`data.cells`), 255 where
        there is none or ids differ between images; source and item, the set's number and the image's in it; view
        float32 [2,3], where the window lies in its image (`random_window`); groups uint8 [256], what the set's own
        classes are called in the sample, 255 where ids differ between images; truth uint8 [S,S], the label so called.
        """
        size = self.window if window is None else window
        while True:
            source = int(self.rng.choice(len(self.sets), p=self.shares))
            chosen = self.sets[source]
            number = int(self.rng.integers(len(chosen.items)))
            image, label, view = random_window(self.rng, chosen.items[number], size)
            if chosen.name in TURNABLE:
                turns = int(self.rng.integers(4))
                image = np.ascontiguousarray(np.rot90(image, turns, (1, 2)))
                label = np.ascontiguousarray(np.rot90(label, turns))
                view[:, :2] = view[:, :2] @ np.linalg.matrix_power(QUARTER_TURN, turns)
            named = 0 if chosen.per_image_ids else len(chosen.classes)
            cell_classes = pure_cells(np.where(label < named, label, np.uint8(VOID)))
            groups = np.arange(256, dtype=np.uint8)
            if self.fixed:
                check_ids(label, self.slots, f"{chosen.name}/{chosen.items[number].name}")
            else:
                groups = sample_taxonomy(self.rng, label)
                label = groups[label]
            if len(class_ids(label)) < 2 and self.rng.random() > ONE_CLASS_KEPT:
                continue
            sample = draw_task(self.rng, image, label, self.slots, self.fixed, self.prior, regions)
            if sample is not None:
                groups[named:] = VOID
                found = {"cell_classes": cell_classes, "source": np.array(source), "item": np.array(number)}
                return {**sample, **found, "view": view, "groups": groups, "truth": label}


def random_window(rng: np.random.Generator, item: Item, size: int) -> tuple[U8, U8, F32]:
    """A random crop scaled to size x size, flipped and recoloured at random: image [3,S,S], label [S,S], view [2,3].

    The crop's side is 0.35 to 1 of the short side as far as the scale stays in 0.5-2. The view takes (x, y, 1) in the
    window to (x, y) in the image, both -1 to 1 from edge to edge.
    """
    picture = Image.open(io.BytesIO(item.image))
    classes = item.open_label()
    width, height = classes.size
    short = min(width, height)
    lowest = max(LEAST_COVER * short, size / SCALE_RANGE[1])
    highest = min(float(short), size / SCALE_RANGE[0])
    side = (
        float(np.exp(rng.uniform(np.log(lowest), np.log(highest)))) if lowest < highest else min(lowest, float(short))
    )
    left, top = rng.uniform(0, width - side), rng.uniform(0, height - side)
    box = (left, top, left + side, top + side)
    # Draft decodes a JPEG at 1/2, 1/4 or 1/8: far cheaper, and still above the resolution asked for.
    picture.draft("RGB", (int(width * size / side), int(height * size / side)))
    across, down = picture.size[0] / width, picture.size[1] / height
    drafted = (box[0] * across, box[1] * down, box[2] * across, box[3] * down)
    cut = picture.convert("RGB").resize((size, size), Image.BILINEAR, box=drafted)
    label = np.asarray(classes.resize((size, size), Image.NEAREST, box=box), np.uint8)
    image = np.asarray(jitter_colours(rng, cut), np.uint8).transpose(2, 0, 1)
    view = np.array(
        [[side / width, 0, (2 * left + side) / width - 1], [0, side / height, (2 * top + side) / height - 1]],
        np.float32,
    )
    if rng.random() < 0.5:
        image, label = image[:, :, ::-1], label[:, ::-1]
        view[0, 0] *= -1
    return np.ascontiguousarray(image), np.ascontiguousarray(label), view


def draw_task(
    rng: np.random.Generator,
    image: U8,
    label: U8,
    slots: int = MAX_SLOTS,
    fixed: bool = False,
    prior: bool = True,
    regions: bool = True,
) -> Sample | None:
    """Hide part of the label, in a share of the draws after damaging it; None where the draw is useless."""
    given = label
    mask = sample_mask(rng, label)
    # A band along the boundaries of a damaged label would train the model to avoid the middle of every band.
    if not mask.kind.startswith("band") and rng.random() < NOISE_SHARE:
        given, wrong = damage_labels(rng, label)
        if wrong.any() and rng.random() >= VISIBLE_NOISE_SHARE:
            mask = sample_repair_mask(rng, label, wrong)
    return make_sample(image, label, mask, slots, given=given, rng=rng, fixed=fixed, prior=prior, regions=regions)


def make_sample(
    image: U8,
    label: U8,
    mask: Mask,
    slots: int,
    given: U8 | None = None,
    rng: np.random.Generator | None = None,
    exact: bool = False,
    least_known: float = LEAST_KNOWN,
    fixed: bool = False,
    prior: bool = True,
    regions: bool = True,
) -> Sample | None:
    """The model's input and target for one window.

    image uint8 [3,S,S]
    given uint8 [S,S]: slot at known pixels, 254 = known but without a slot, 255 = not known
    target uint8 [S,S]: slot of the true class, 254 = not among the slots, 255 = void
    hidden bool [S,S]: to be predicted; hint bool [S,S]: left visible inside the mask
    wrong bool [S,S]: the visible label is wrong there
    regions int16 [S/8,S/8]: the visible region of every cell (`data.components.region_numbers`), if asked for
    nearest uint8, distance float32 [S,S]: the nearest-label prior, as slots; left out without `prior`
    classes uint8 [slots]: class id of each slot, 255 = unused

    `given` as an argument is the label as shown (damaged), default the true one; hints show the true one.
    Slots come from visible labels only, in random order with an rng, else by size; `fixed` makes them the class
    ids 0 to slots - 1 instead, visible or not, in that order. None when nothing is to be predicted or less than
    `least_known` of the window is known.
    """
    shown = label if given is None else np.where(mask.hint, label, given)
    known = ~mask.hidden & (label != VOID)
    hidden = mask.hidden & (label != VOID)
    if not hidden.any() or not known.any() or np.count_nonzero(known) < least_known * label.size:
        return None
    if fixed:
        chosen = np.arange(slots, dtype=np.uint8)
    else:
        chosen = choose_slots(shown, known, hidden, slots)
        if rng is not None:
            chosen = rng.permutation(chosen)
    table = slot_table(chosen)
    classes = np.full(slots, VOID, np.uint8)
    classes[: len(chosen)] = chosen
    slots_shown = np.where(known, table[shown], np.uint8(UNKNOWN))
    sample = {
        "image": image,
        "given": slots_shown,
        "target": table[label],
        "hidden": hidden,
        "hint": mask.hint & known,
        "wrong": known & (shown != label),
        "classes": classes,
    }
    if regions:
        sample["regions"] = region_numbers(slots_shown)
    if prior:
        sample["nearest"], sample["distance"] = nearest_label(slots_shown, known, exact)
    return sample


def collate(samples: Sequence[Sample]) -> dict[str, torch.Tensor]:
    """Stacks samples of one window size into [B,...] tensors (uint8, bool, float32 as in the samples)."""
    return {key: torch.from_numpy(np.stack([s[key] for s in samples])) for key in samples[0]}


class TrainStream(IterableDataset[dict[str, torch.Tensor]]):
    """Endless stream of stacked batches, one window size each; for DataLoader(..., batch_size=None).

    batch counts windows at 160 px: other sizes get as many as keep the pixels of a batch about the same.
    Every worker and rank draws its own seeded sequence. regions_share of the batches hold regions.
    """

    def __init__(
        self,
        sets: Sequence[DataSet],
        batch: int,
        seed: int,
        weights: Mapping[str, float] | None = None,
        sizes: Mapping[int, float] | None = None,
        slots: int = MAX_SLOTS,
        rank: int = 0,
        fixed: bool = False,
        prior: bool = True,
        regions_share: float = 1.0,
    ) -> None:
        super().__init__()
        self.sets, self.weights, self.slots, self.fixed, self.prior = list(sets), weights, slots, fixed, prior
        self.batch, self.seed, self.rank, self.regions_share = batch, seed, rank, regions_share
        self.sizes = dict(DEFAULT_SIZES if sizes is None else sizes)

    def batch_of(self, size: int) -> int:
        """Windows in a batch of that window size."""
        return max(1, round(self.batch * 160 * 160 / (size * size)))

    def __iter__(self) -> Iterator[dict[str, torch.Tensor]]:
        worker = torch.utils.data.get_worker_info()
        rng = np.random.default_rng([self.seed, self.rank, worker.id if worker is not None else 0])
        sampler = WindowSampler(self.sets, self.weights, rng=rng, slots=self.slots, fixed=self.fixed, prior=self.prior)
        sizes = np.array(list(self.sizes), np.int64)
        shares = np.array(list(self.sizes.values()), np.float64)
        while True:
            size = int(rng.choice(sizes, p=shares / shares.sum()))
            regions = rng.random() < self.regions_share
            yield collate([sampler.sample(size, regions) for _ in range(self.batch_of(size))])
