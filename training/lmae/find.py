"""Error finding, measured: which labels are wrong, and what should stand there.

`python3 -m lmae.find --model ../public/models/NAME --data TAR_OR_DIR... --split val --out report.json`

Clean windows of the evaluation protocol are damaged (seeded; kinds in turn, one kind a window, see `lmae.damage`) and
scanned; every region that is proposed is compared with the damage. The probe (`lmae.probe`) learns from the damaged
labels of the same split, an image always judged by the others. `--tune` fits the rules and the threshold on the train
split and writes them into the model's manifest. `--baselines` scores nearest copying and a segmenter of the
model's size as well (`lmae.segmenter`, trained here on each set), in the same frame and with rules of their own.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch

from .damage import KIND_NAMES, Damage, damage_for_finding
from .data import DataError, DataSet, load_sets
from .export import load
from .finding import find_errors
from .findscore import FindTally
from .memory import keep_freed_memory
from .prior import U8
from .probe import NO_OPINION, Opinion, Probe
from .proposals import Rule
from .protocol import Window, ahead, protocol_windows, seed_of
from .scan import Inputs, Judge, ModelJudge, scan_window
from .segmenter import SegmenterJudge, split_for_rules, train_segmenter
from .setting import Place
from .tune import Scanned, tune

T = TypeVar("T")

MAX_WINDOWS = 100
TUNE_WINDOWS = 40
#: The probe learns from at most so many damaged windows of a set, whether they are scanned or not.
PROBE_WINDOWS = 200


@dataclass(frozen=True)
class Case:
    """A window with damage on it, all of one kind."""

    set_name: str
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
            yield Case(data.name, window, damage, kind)


def taught(judge: Judge, data: DataSet, most: int, rest: DataSet | None = None) -> Iterator[tuple[Case, Opinion]]:
    """At most `most` damaged windows of a split with the probe's opinion of each.

    The probe learns from the split's damaged labels, and, while these are fewer than PROBE_WINDOWS, from those of
    `rest`, other images of the same set: users have all of them.
    """
    probe, found = Probe(), []
    for case in ahead(cases(data, max(most, PROBE_WINDOWS))):
        features = judge.view(case.window.image, case.window.place)
        if features is not None:
            probe.learn(case.window.image_name, features, case.damage.label, case.window.place)
        found.append((case, features))
    if rest is not None and probe.images:
        for case in ahead(cases(rest, PROBE_WINDOWS - len(found))):
            features = judge.view(case.window.image, case.window.place)
            assert features is not None
            probe.learn(f"rest/{case.window.image_name}", features, case.damage.label, case.window.place)
    probe.fit()
    for case, features in found[:most]:
        window, label = case.window, case.damage.label
        if features is None:
            yield case, judge.opinion(window.image)
        else:
            yield case, probe.opinion(window.image_name, features, label, window.place)


def case_rng(case: Case) -> np.random.Generator:
    """The draws of a window depend on its key only."""
    return np.random.default_rng([1, seed_of(case.window.key)])


class NearestJudge:
    """Baseline: the nearest visible label, the surer the nearer (exp(-distance / 8 px)); it trusts every label."""

    def complete(self, inputs: Inputs, classes: U8) -> torch.Tensor:
        slots = torch.arange(len(classes), dtype=torch.uint8)[None, :, None, None]
        near = torch.exp(-inputs.distance / 8)[:, None]
        spread = (1 - near) / (len(classes) + 1)
        return torch.cat([(inputs.nearest[:, None] == slots) * near + spread, spread], 1)

    def distrust(self, inputs: Inputs, classes: U8) -> torch.Tensor:
        return torch.zeros_like(inputs.distance)

    def view(self, image: U8, place: Place) -> None:
        return None

    def opinion(self, image: U8) -> Opinion:
        return NO_OPINION


def evaluate_finding(
    judge: Judge,
    rule: Rule,
    sets: Sequence[DataSet],
    max_windows: int = MAX_WINDOWS,
    progress: Callable[[str], None] | None = None,
    rest: Sequence[DataSet] = (),
) -> dict[str, Any]:
    """{"sets": {SET: {figures, "kinds": {KIND: figures}}}, "mean": figures}; figures of `lmae.findscore`.

    rest: another split of the sets, for the probe to learn from as well (`taught`).
    """
    others = {data.name: data for data in rest}
    rows = in_parallel(partial(score_set, judge, rule, max_windows), [(data, others.get(data.name)) for data in sets])
    report: dict[str, Any] = {}
    for data, (scores, seconds) in zip(sets, rows, strict=True):
        report[data.name] = scores
        if progress is not None:
            progress(f"{data.name:12s} {_line(scores)}  in {seconds:.0f} s")
    return {"sets": report, "mean": mean_of(report)}


def score_set(
    judge: Judge, rule: Rule, max_windows: int, data: DataSet, rest: DataSet | None
) -> tuple[dict[str, Any], float]:
    """One set's figures, and the seconds they took."""
    began = time.monotonic()
    whole, kinds = FindTally(), {kind: FindTally() for kind in KIND_NAMES}
    for case, opinion in taught(judge, data, max_windows, rest):
        finding = find_errors(judge, rule, case.window.image, case.damage.label, opinion, case_rng(case))
        for tally in (whole, kinds[case.kind]):
            tally.add(finding, case.window.label, case.damage.label, case.damage.errors, rule.accept)
    scores = {kind: tally.scores() for kind, tally in kinds.items() if tally.windows}
    return {**whole.scores(), "kinds": scores}, time.monotonic() - began


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


def _line(scores: dict[str, float]) -> str:
    return "  ".join(f"{key} {value:.3f}" for key, value in scores.items() if isinstance(value, float))


def tuned(judge: Judge, sets: Sequence[DataSet], windows: int, progress: Callable[[str], None]) -> Rule:
    """A rule fitted on `windows` damaged windows of each set."""
    samples: list[Scanned] = []
    for data, found in zip(
        sets, in_parallel(partial(scanned, judge, windows), [(data,) for data in sets]), strict=True
    ):
        progress(f"tune: {data.name} scanned")
        samples += found
    return tune(judge, samples)


def scanned(judge: Judge, windows: int, data: DataSet) -> list[Scanned]:
    """`windows` damaged windows of a set, scanned."""
    return [
        (case.window, case.damage, scan_window(judge, case.window.image, case.damage.label, opinion, case_rng(case)))
        for case, opinion in taught(judge, data, windows)
    ]


def baselines(
    sets: Sequence[DataSet], teach: Sequence[DataSet], windows: int, minutes: float, progress: Callable[[str], None]
) -> dict[str, Any]:
    """{"nearest": report, "segmenter": report}; everything is taught and fitted on the sets' train splits."""
    progress("nearest copying")
    rule = tuned(NearestJudge(), teach, TUNE_WINDOWS, progress)
    reports = {"nearest": evaluate_finding(NearestJudge(), rule, sets, windows, progress)}
    by_name = {data.name: data for data in teach}
    rows: dict[str, Any] = {}
    for data in sets:
        learn, held = split_for_rules(by_name[data.name])
        judge = SegmenterJudge(train_segmenter(learn, minutes, 0, progress))
        rule = tuned(judge, [held], TUNE_WINDOWS, progress)
        rows |= evaluate_finding(judge, rule, [data], windows, progress)["sets"]
    reports["segmenter"] = {"sets": rows, "mean": mean_of(rows)}
    return reports


def train_splits(paths: Sequence[Path], names: Sequence[str]) -> list[DataSet]:
    """The train splits of the sets that have one."""
    try:
        return load_sets(paths, "train", names)
    except DataError:
        return []


def main() -> None:
    parser = argparse.ArgumentParser(prog="lmae.find", description="Scores how well label errors are found.")
    parser.add_argument("--model", type=Path, required=True, help="an exported folder")
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="tars, set folders, or folders of them")
    parser.add_argument("--split", default="val")
    parser.add_argument("--out", type=Path, help="report.json to write")
    parser.add_argument("--sets", nargs="+", help="only these sets")
    parser.add_argument("--max-windows", type=int, default=MAX_WINDOWS, help="a set")
    parser.add_argument("--tune", action="store_true", help="fit the rules on --split and write them to the manifest")
    parser.add_argument(
        "--baselines", action="store_true", help="also nearest copying and a segmenter, taught on train"
    )
    parser.add_argument("--segmenter-minutes", type=float, default=4, help="training of a set's segmenter")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    args = parser.parse_args()
    keep_freed_memory()
    torch.set_num_threads(args.threads)
    model, config = load(args.model)
    if config.fixed_classes:
        parser.error(f"{args.model} has fixed classes; finding needs anonymous slots")
    judge = ModelJudge(model, args.device)
    sets = load_sets(args.data, args.split, args.sets)

    def say(text: str) -> None:
        print(text, flush=True)

    manifest = args.model / "model.json"
    if args.tune:
        rule = tuned(judge, sets, args.max_windows, say)
        manifest.write_text(
            json.dumps({**json.loads(manifest.read_text()), "finding": rule.to_json()}, indent=1) + "\n"
        )
        say(f"written to {manifest}")
        return
    stored = json.loads(manifest.read_text()).get("finding")
    if stored is None:
        parser.error(f"{manifest} has no rules for finding: fit them with --split train --tune")
    if args.out is None:
        parser.error("--out is needed: the report to write")
    teach = [] if args.split == "train" else train_splits(args.data, [data.name for data in sets])
    report = evaluate_finding(judge, Rule.from_json(stored), sets, args.max_windows, say, teach)
    say(f"{'mean':12s} {_line(report['mean'])}")
    if args.baselines:
        if len(teach) < len(sets):
            parser.error("--baselines needs the train split of every set, and another --split to score")
        report["baselines"] = baselines(sets, teach, args.max_windows, args.segmenter_minutes, say)
    args.out.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
