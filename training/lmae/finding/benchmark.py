"""Error finding, measured: which labels are wrong, and what should stand there.

Clean windows of the evaluation protocol are damaged (seeded; kinds in turn, one kind a window, see
`data.damage`) and scanned; every region that is proposed is compared with the damage. Support
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

from ..arrays import U8
from ..data.damage import KIND_NAMES, Damage, damage_for_finding
from ..data.dataset import DataError, DataSet, Item
from ..data.sets import load_sets
from ..evaluation.protocol import Window, prefetch, protocol_windows, seed_of
from ..memory import keep_freed_memory
from .find_window import find_errors
from .posteriors import NO_POSTERIORS, ClassPosteriors, support_posteriors
from .predictor import MaskedInputs, Predictor
from .rule import Rule
from .scan import scan_window
from .scores import FindTally, reliability
from .segmenter import SegmenterPredictor, split_for_rules, train_segmenter
from .tune import Scanned, tune

T = TypeVar("T")

MAX_WINDOWS = 100
TUNE_WINDOWS = 40
#: Support learns from the images of at most so many damaged windows of a set, whether they are scanned or not.
SUPPORT_WINDOWS = 200


@dataclass(frozen=True)
class Case:
    """A window with damage on it, all of one kind."""

    window: Window
    damage: Damage
    kind: str


def cases(data: DataSet, most: int, seed: int = 0) -> Iterator[Case]:
    """At most `most` damaged windows of a set, kinds in turn; windows that allow no damage are skipped."""
    count = 0
    for window in protocol_windows(data, seed):
        if count >= most:
            return
        kind = KIND_NAMES[count % len(KIND_NAMES)]
        damage = damage_for_finding(np.random.default_rng([seed, seed_of(window.key)]), window.label, kind)
        if damage is not None:
            count += 1
            yield Case(window, damage, kind)


def with_posteriors(
    predictor: Predictor, data: DataSet, most: int, rest: DataSet | None = None
) -> Iterator[tuple[Case, ClassPosteriors]]:
    """At most `most` damaged windows of a split, each with its class posteriors.

    Support learns from the split's damaged labels, and, while these are fewer than SUPPORT_WINDOWS, from those of
    `rest`, other images of the same set: users have all of them.
    """
    found = list(prefetch(cases(data, max(most, SUPPORT_WINDOWS))))
    items = damaged_items(data, found)
    others = [] if rest is None else damaged_items(rest, prefetch(cases(rest, SUPPORT_WINDOWS - len(found)))).values()
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


def case_rng(case: Case) -> np.random.Generator:
    """The draws of a window depend on its key only."""
    return np.random.default_rng([1, seed_of(case.window.key)])


class NearestPredictor:
    """Baseline: the nearest visible label, with a probability of about exp(-distance / 8 px); no error anywhere."""

    def complete(self, inputs: MaskedInputs, classes: U8) -> torch.Tensor:
        slots = torch.arange(len(classes), dtype=torch.uint8)[None, :, None, None]
        near = torch.exp(-inputs.distance / 8)[:, None]
        spread = (1 - near) / (len(classes) + 1)
        return torch.cat([(inputs.nearest[:, None] == slots) * near + spread, spread], 1)

    def error_logits(self, inputs: MaskedInputs, classes: U8) -> torch.Tensor:
        return torch.zeros_like(inputs.distance)

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
) -> dict[str, Any]:
    """{"sets": {SET: {figures, "kinds": {KIND: figures}}}, "mean": figures, "reliability": bins}; see `finding.scores`.

    rest: another split of the sets, for support to learn from as well (`with_posteriors`).
    """
    others = {data.name: data for data in rest}
    rows = in_parallel(
        partial(score_set, predictor, rule, max_windows), [(data, others.get(data.name)) for data in sets]
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
    predictor: Predictor, rule: Rule, max_windows: int, data: DataSet, rest: DataSet | None
) -> tuple[dict[str, Any], list[tuple[float, bool]], float]:
    """One set's figures, how its proposals did (`worth_accepting`), and the seconds they took."""
    began = time.monotonic()
    whole, kinds = FindTally(), {kind: FindTally() for kind in KIND_NAMES}
    for case, posteriors in with_posteriors(predictor, data, max_windows, rest):
        finding = find_errors(predictor, rule, case.window.image, case.damage.label, posteriors, case_rng(case))
        for tally in (whole, kinds[case.kind]):
            tally.add(finding, case.window.label, case.damage.label, case.damage.errors, rule.accept)
    scores = {kind: tally.scores() for kind, tally in kinds.items() if tally.windows}
    return {**whole.scores(), "kinds": scores}, whole.worth, time.monotonic() - began


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
    samples: list[Scanned] = []
    for data, found in zip(
        sets, in_parallel(partial(scan_cases, predictor, windows), [(data,) for data in sets]), strict=True
    ):
        progress(f"tune: {data.name} scanned")
        samples += found
    return tune(predictor, samples)


def scan_cases(predictor: Predictor, windows: int, data: DataSet) -> list[Scanned]:
    """`windows` damaged windows of a set, scanned."""
    return [
        (
            case.window,
            case.damage,
            scan_window(predictor, case.window.image, case.damage.label, posteriors, case_rng(case)),
        )
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
