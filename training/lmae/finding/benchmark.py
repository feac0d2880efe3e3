"""Error finding, measured: which labels are wrong, and what should stand there.

Clean windows of the evaluation protocol, or whole images, are damaged (seeded; kinds in turn, one kind a window, see
`data.damage`) and searched; every region that is proposed is compared with the damage. Support
(`lmae.support`) learns from the damaged labels of the same split, each image held out from its own posteriors.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from PIL import Image

from ..arrays import F32, U8, VOID, Bool
from ..data.damage import KIND_NAMES, Damage, damage_for_finding
from ..data.dataset import DataError, DataSet, Item
from ..data.sets import load_sets
from ..evaluation.protocol import Window, prefetch, protocol_windows, seed_of
from ..memory import keep_freed_memory
from ..model.prior import nearest_label
from .find_errors import find_errors
from .posteriors import NO_POSTERIORS, WHOLE, ClassPosteriors, support_posteriors
from .predictor import Completion, Predictor
from .rule import Rule
from .scene import Scene, searched_size
from .scores import FindTally, reliability
from .segmenter import SegmenterPredictor, split_for_rules, train_segmenter
from .tune import Scanned, check, fit_pixels, fit_rule, quick_rows, rules_in_folds, scan

T = TypeVar("T")

MAX_WINDOWS = 100
TUNE_WINDOWS = 40
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
    items = damaged_items(data, found)
    others: list[Item] = []
    if rest is not None:
        others += damaged_items(rest, prefetch(cases(rest, SUPPORT_WINDOWS - len(found), whole=whole))).values()
    support = None
    if not data.per_image_ids:
        support = predictor.support([*items.values(), *others], len(data.classes))
    for case in found[:most]:
        window = case.window
        if support is None:
            yield case, predictor.class_posteriors(window.image)
        else:
            yield case, support_posteriors(support, items[window.image_name], window.place, case.damage.label)


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

    def support(self, items: Sequence[Item], classes: int) -> None:
        return None

    def class_posteriors(self, image: U8) -> ClassPosteriors:
        return NO_POSTERIORS


def evaluate_finding(
    predictor: Predictor,
    rule: Rule,
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
    rows = in_parallel(
        partial(score_set, predictor, rule, max_windows, whole), [(data, others.get(data.name)) for data in sets]
    )
    report: dict[str, Any] = {}
    worth: list[tuple[float, bool]] = []
    for data, (scores, of_set, seconds) in zip(sets, rows, strict=True):
        report[data.name] = scores
        worth += of_set
        if progress is not None:
            progress(f"{data.name:12s} {figures_line(scores)}  in {seconds:.0f} s")
    return {"sets": report, "mean": mean_of(report), "reliability": reliability(worth)}


def score_set(
    predictor: Predictor, rule: Rule, max_windows: int, whole: bool, data: DataSet, rest: DataSet | None
) -> tuple[dict[str, Any], list[tuple[float, bool]], float]:
    """One set's figures, how its proposals did (`worth_accepting`), and the seconds they took."""
    began = time.monotonic()
    every, kinds = FindTally(), {kind: FindTally() for kind in KIND_NAMES}
    for case, posteriors in with_posteriors(predictor, data, max_windows, rest, whole):
        window, damage = case.window, case.damage
        finding = find_errors(Scene(predictor, window.image, damage.label, posteriors), rule)
        for tally in (every, kinds[case.kind]):
            tally.add(finding, window.label, damage.label, damage.errors, rule.accept, case.kind in OUTLINE_KINDS)
    scores = {kind: tally.scores() for kind, tally in kinds.items() if tally.windows}
    return {**every.scores(), "kinds": scores}, every.worth, time.monotonic() - began


def in_parallel(work: Callable[..., T], arguments: Sequence[tuple[Any, ...]]) -> Iterator[T]:
    """work(*row) for every row, in order, a process for each of PyTorch's threads; here where that is one."""
    jobs = min(torch.get_num_threads(), len(arguments))
    if jobs == 1:
        yield from (work(*row) for row in arguments)
        return
    # Two processes of one thread each scan almost twice as fast as one of two: most steps are short.
    context = get_context("spawn")
    with ProcessPoolExecutor(jobs, context, initializer=start_worker) as pool:
        yield from (future.result() for future in [pool.submit(work, *row) for row in arguments])


def start_worker() -> None:
    keep_freed_memory()
    torch.set_num_threads(1)


def mean_of(report: dict[str, Any]) -> dict[str, float]:
    """The mean over sets of every figure."""
    names = [name for name in next(iter(report.values())) if name not in ("kinds", "windows")]
    return {name: round(float(np.mean([row[name] for row in report.values()])), 4) for name in names}


def figures_line(scores: dict[str, float]) -> str:
    return "  ".join(f"{key} {value:.3f}" for key, value in scores.items() if isinstance(value, float))


def fitted_rule(predictor: Predictor, sets: Sequence[DataSet], windows: int, progress: Callable[[str], None]) -> Rule:
    """A rule fitted on `windows` damaged windows of each set."""
    scanned = []
    for data, of_set in zip(
        sets, in_parallel(partial(scan_cases, predictor, windows), [(d,) for d in sets]), strict=True
    ):
        progress(f"tune: {data.name} scanned")
        scanned.append(of_set)
    pixel = fit_pixels([one for of_set in scanned for one in of_set])
    rows = list(in_parallel(partial(quick_rows, predictor, pixel), [(of_set,) for of_set in scanned]))
    # The folds of every set begin anew.
    folds = rules_in_folds(rows)
    checked = in_parallel(partial(check, predictor, pixel, folds), [(of_set,) for of_set in scanned])
    return fit_rule(pixel, rows, scanned, list(checked))


def scan_cases(predictor: Predictor, windows: int, data: DataSet) -> list[Scanned]:
    """`windows` damaged windows of a set, scanned."""
    return [
        scan(predictor, case.window, case.damage, posteriors)
        for case, posteriors in with_posteriors(predictor, data, windows)
    ]


def baselines(
    sets: Sequence[DataSet],
    train_sets: Sequence[DataSet],
    windows: int,
    minutes: float,
    progress: Callable[[str], None],
) -> dict[str, Any]:
    """{"nearest": report, "segmenter": report}; everything is trained and fitted on the sets' train splits."""
    progress("nearest copying")
    rule = fitted_rule(NearestPredictor(), train_sets, TUNE_WINDOWS, progress)
    reports = {"nearest": evaluate_finding(NearestPredictor(), rule, sets, windows, progress)}
    by_name = {data.name: data for data in train_sets}
    rows: dict[str, Any] = {}
    for data in sets:
        learn, held = split_for_rules(by_name[data.name])
        predictor = SegmenterPredictor(train_segmenter(learn, minutes, 0, progress))
        rule = fitted_rule(predictor, [held], TUNE_WINDOWS, progress)
        rows |= evaluate_finding(predictor, rule, [data], windows, progress)["sets"]
    reports["segmenter"] = {"sets": rows, "mean": mean_of(rows)}
    return reports


def train_splits(paths: Sequence[Path], names: Sequence[str]) -> list[DataSet]:
    """The train splits of the sets that have one."""
    try:
        return load_sets(paths, "train", names)
    except DataError:
        return []
