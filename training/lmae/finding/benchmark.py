"""Error finding, measured: which labels are wrong, and what should stand there.

Clean windows of the evaluation protocol, or whole images, are damaged (seeded; kinds in turn, one kind a window, see
`data.damage`) and searched; every region that is proposed is compared with the damage. Support
(`lmae.support`) learns from the damaged labels of the same split, each image held out from its own posteriors.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ..arrays import F32, U8, VOID, Bool
from ..data.damage import KIND_NAMES, Damage, damage_for_finding
from ..data.dataset import DataError, DataSet, Item
from ..data.sets import load_sets
from ..evaluation.protocol import Window, prefetch, protocol_windows, seed_of
from ..model.autoencoder import MaskedAutoencoder
from ..model.prior import nearest_label
from .find_errors import find_errors
from .posteriors import WHOLE, ClassPosteriors
from .predictor import Completion, Judge, Predictor, says_nothing
from .rule import Rules
from .scene import Scene, searched_size
from .scores import FindTally, reliability
from .segmenter import SegmenterPredictor, split_for_rules, train_segmenter
from .tune import Scanned, check, fit_pixels, fit_rules, quick_rows, rules_in_folds, scan

MAX_WINDOWS = 100
TUNE_WINDOWS = 24
#: Kinds of damage that are errors in outlines.
OUTLINE_KINDS = ("boundary", "polygon")
#: Support learns from the images of at most so many damaged windows of a set, whether they are scanned or not.
SUPPORT_WINDOWS = 200


@dataclass(frozen=True)
class Case:
    """A window, or a whole image, with damage on it, all of one kind."""

    window: Window
    damage: Damage
    kind: str


def whole_images(data: DataSet, seed: int = 0) -> Iterator[Window]:
    """The images of a set as they are searched, in a seeded order; each is one window, of any shape."""
    order = np.random.default_rng([seed, seed_of(data.name)]).permutation(len(data.items))
    for item in (data.items[int(index)] for index in order):
        classes = item.open_label()
        size = searched_size(*classes.size)
        picture = Image.open(io.BytesIO(item.image)).convert("RGB").resize(size, Image.BILINEAR)
        pixels = np.ascontiguousarray(np.asarray(picture, np.uint8).transpose(2, 0, 1))
        label = np.array(classes.resize(size, Image.NEAREST), np.uint8)
        yield Window(item.name, item.name, pixels, label, WHOLE)


def cases(data: DataSet, most: int, seed: int = 0, whole: bool = False) -> Iterator[Case]:
    """At most `most` damaged windows, or whole images, of a set, kinds in turn; those that allow no damage are
    skipped.
    """
    count = 0
    for window in whole_images(data, seed) if whole else protocol_windows(data, seed):
        if count >= most:
            return
        kind = KIND_NAMES[count % len(KIND_NAMES)]
        damage = damage_for_finding(np.random.default_rng([seed, seed_of(window.key)]), window.label, kind)
        if damage is not None:
            count += 1
            yield Case(window, damage, kind)


def with_posteriors(
    predictor: Predictor, data: DataSet, most: int, rest: DataSet | None = None, whole: bool = False
) -> Iterator[tuple[Case, ClassPosteriors]]:
    """At most `most` damaged windows, or whole images, of a split, each with its class posteriors.

    Support learns from the split's damaged labels, and, while these are fewer than SUPPORT_WINDOWS, from those of
    `rest`, other images of the same set: users have all of them.
    """
    found = list(prefetch(cases(data, max(most, SUPPORT_WINDOWS), whole=whole)))
    items, others = damaged_items(data, found), {}
    if rest is not None:
        others = damaged_items(rest, prefetch(cases(rest, SUPPORT_WINDOWS - len(found), whole=whole)))
    judge = predictor.learn(data, items, others.values())
    for case in found[:most]:
        yield case, judge(case.window, case.damage.label)


def damaged_items(data: DataSet, damaged: Iterable[Case]) -> dict[str, Item]:
    """The images by name that windows are of, with the windows' damaged labels in their places."""
    items = {item.name: item for item in data.items}
    labels: dict[str, Image.Image] = {}
    for case in damaged:
        name, place = case.window.image_name, case.window.place
        if name not in labels:
            labels[name] = Image.fromarray(np.array(items[name].open_label(), np.uint8))
        width, height = labels[name].size
        left, right = round(place.left * width), round(place.right * width)
        top, bottom = round(place.top * height), round(place.bottom * height)
        part = Image.fromarray(case.damage.label).resize((right - left, bottom - top), Image.NEAREST)
        labels[name].paste(part, (left, top))
    return {name: relabelled(items[name], label) for name, label in labels.items()}


def relabelled(item: Item, label: Image.Image) -> Item:
    """The item with another label of class ids."""
    file = io.BytesIO()
    label.save(file, "PPM")
    return replace(item, label=file.getvalue(), ids=None)


class NearestPredictor:
    """Baseline: the nearest visible label, with a probability of about exp(-distance / 8 px); no error anywhere."""

    def view(self, image: U8, posteriors: ClassPosteriors) -> NearestPredictor:
        return self

    def complete(self, label: U8, hidden: Bool) -> Completion:
        known = ~hidden & (label != VOID)
        nearest, distance = nearest_label(label, known, exact=True)
        classes = np.unique(label[known])
        near = np.exp(-distance / 8)
        spread = (1 - near) / (len(classes) + 1)
        every = (nearest == classes[:, None, None]) * near + spread
        return Completion(classes, np.concatenate([every, spread[None]]).astype(np.float32))

    def error_logit(self, label: U8) -> F32:
        return np.zeros(label.shape, np.float32)

    def learn(self, data: DataSet, items: Mapping[str, Item], others: Iterable[Item] = ()) -> Judge:
        return says_nothing


def evaluate_finding(
    predictor: Predictor,
    rules: Rules,
    sets: Sequence[DataSet],
    max_windows: int = MAX_WINDOWS,
    progress: Callable[[str], None] | None = None,
    rest: Sequence[DataSet] = (),
    whole: bool = False,
) -> dict[str, Any]:
    """{"sets": {SET: {figures, "kinds": {KIND: figures}}}, "mean": figures, "reliability": bins}; see `finding.scores`.

    rest: another split of the sets, for support to learn from as well (`with_posteriors`); whole: whole images.
    """
    others = {data.name: data for data in rest}
    report: dict[str, Any] = {}
    worth: list[tuple[float, bool]] = []
    for data in sets:
        began = time.monotonic()
        every, kinds = FindTally(), {kind: FindTally() for kind in KIND_NAMES}
        for case, posteriors in with_posteriors(predictor, data, max_windows, others.get(data.name), whole):
            window, damage = case.window, case.damage
            finding = find_errors(Scene(predictor, window.image, damage.label, posteriors), rules)
            for tally in (every, kinds[case.kind]):
                tally.add(finding, window.label, damage.label, damage.errors, rules.accept, case.kind in OUTLINE_KINDS)
        of_kinds = {kind: tally.scores() for kind, tally in kinds.items() if tally.windows}
        report[data.name] = {**every.scores(), "kinds": of_kinds}
        worth += every.worth
        if progress is not None:
            progress(f"{data.name:12s} {figures_line(report[data.name])}  in {time.monotonic() - began:.0f} s")
    return {"sets": report, "mean": mean_of(report), "reliability": reliability(worth, rules.accept)}


def mean_of(report: dict[str, Any]) -> dict[str, float]:
    """The mean over sets of every figure."""
    names = [name for name in next(iter(report.values())) if name not in ("kinds", "windows")]
    return {name: round(float(np.mean([row[name] for row in report.values()])), 4) for name in names}


def figures_line(scores: dict[str, float]) -> str:
    return "  ".join(f"{key} {value:.3f}" for key, value in scores.items() if isinstance(value, float))


def fitted_rules(predictor: Predictor, sets: Sequence[DataSet], windows: int, progress: Callable[[str], None]) -> Rules:
    """Rules fitted on `windows` damaged windows of each set. The rule for pixels, and those that choose what the last
    rule learns from, have seen half as many whole images as well.
    """

    def scans(data: DataSet, most: int, whole: bool) -> list[Scanned]:
        found = with_posteriors(predictor, data, most, whole=whole)
        return [scan(predictor, case.window, case.damage, posteriors) for case, posteriors in found]

    scanned, images = [], []
    for data in sets:
        scanned.append(scans(data, windows, whole=False))
        images.append(scans(data, windows // 2, whole=True))
        progress(f"tune: {data.name} scanned")
    pixel = fit_pixels([one for of_set in zip(scanned, images, strict=True) for part in of_set for one in part])
    rows, of_images = ([quick_rows(predictor, pixel, of_set) for of_set in part] for part in (scanned, images))
    progress("tune: candidates described")
    # The folds of every set begin anew.
    folds = rules_in_folds([*rows, *of_images])
    checked = [check(predictor, pixel, folds, of_set) for of_set in scanned]
    return fit_rules(pixel, rows, scanned, checked)


def baselines(
    model: MaskedAutoencoder,
    sets: Sequence[DataSet],
    train_sets: Sequence[DataSet],
    windows: int,
    steps: int,
    progress: Callable[[str], None],
) -> dict[str, Any]:
    """{"nearest": report, "segmenter": report}; everything is trained and fitted on the sets' train splits, the
    segmenter on the model's backbone.
    """
    progress("nearest copying")
    rules = fitted_rules(NearestPredictor(), train_sets, TUNE_WINDOWS, progress)
    reports = {"nearest": evaluate_finding(NearestPredictor(), rules, sets, windows, progress)}
    by_name = {data.name: data for data in train_sets}
    rows: dict[str, Any] = {}
    for data in sets:
        learn, held = split_for_rules(by_name[data.name])
        predictor = SegmenterPredictor(train_segmenter(model, learn, steps, progress))
        rules = fitted_rules(predictor, [held], TUNE_WINDOWS, progress)
        rows |= evaluate_finding(predictor, rules, [data], windows, progress)["sets"]
    reports["segmenter"] = {"sets": rows, "mean": mean_of(rows)}
    return reports


def train_splits(paths: Sequence[Path], names: Sequence[str]) -> list[DataSet]:
    """The train splits of the sets that have one."""
    try:
        return load_sets(paths, "train", names)
    except DataError:
        return []
