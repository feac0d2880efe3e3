"""A temperature for the mean of 1, 2, 4 and 8 passes, fitted on training splits; and what passes and thresholds buy.

Where the network listens to support, half of what it is fitted on has some; both halves are checked apart.

Confidence as the app states it: the likeliest slot's share of softmax(log(blended probability) / T), at most the share
of passes that agree. One pass, and a second that is mirrored, see all that is known; 4 and 8 passes each hide other
context patches until RATIO of the window's non-void pixels are unknown (`evaluation.context`), more than any of
the masks does by itself. On another split: ECE (15 equal-mass bins, hidden
pixels, block50 and component) before and after, and accuracy at and above confidence thresholds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import torch

from ..arrays import Floats, Ints
from ..data.dataset import DataSet
from ..model.slots import OTHER
from ..support.set_support import SetSupport
from .context import Pass, blend, passes_of
from .protocol import MOST_SLOTS, Task, protocol_tasks, protocol_windows
from .scoring import Predict, collate_tasks
from .supported import with_support

PASSES = (1, 2, 4, 8)
MASKS = ("block50", "component")
RATIO = 0.6
PIXELS = 200
BINS = 15
THRESHOLDS = (0.5, 0.7, 0.8, 0.9, 0.95)


class Draws(NamedTuple):
    """Sampled hidden pixels after some number of passes."""

    means: Floats  # [pixels, MOST_SLOTS + 1], mean probabilities, "other" last
    agreeing: Floats  # [pixels], share of the passes whose best slot is that of the mean

    @property
    def chosen(self) -> Ints:
        """The slot that is proposed, [pixels]; never "other"."""
        return self.means[:, :MOST_SLOTS].argmax(1)

    def confidence(self, temperature: float) -> Floats:
        own = tempered(self.means, temperature)[np.arange(len(self.means)), self.chosen]
        return np.minimum(own, self.agreeing)


class Sampled(NamedTuple):
    """Sampled hidden pixels: what is drawn of them at every pass count, and their true slot (MOST_SLOTS = other)."""

    draws: dict[int, Draws]
    truth: Ints

    @staticmethod
    def joined(parts: Sequence[Sampled]) -> Sampled:
        draws = {n: Draws(*map(np.concatenate, zip(*(part.draws[n] for part in parts), strict=True))) for n in PASSES}
        return Sampled(draws, np.concatenate([part.truth for part in parts]))


#: Support of a set's labels, None where its ids mean nothing across images.
SupportOf = Callable[[DataSet], SetSupport | None]


def collect(
    predict: Predict, sets: Sequence[DataSet], windows: int, seed: int = 0, support: SupportOf | None = None
) -> Sampled:
    """Pixels of `windows` windows a set and mask; with support, sets that have none are left out."""
    rng = np.random.default_rng(seed)
    parts: dict[int, list[Draws]] = {passes: [] for passes in PASSES}
    truth: list[Ints] = []
    for data in sets:
        known = None if support is None else support(data)
        if support is not None and known is None:
            continue
        for mask in MASKS:
            tasks = list(protocol_tasks(islice(protocol_windows(data, seed), 2 * windows), mask, windows, seed))
            if not tasks:
                continue
            if known is not None:
                tasks = list(with_support(tasks, known, data))
            batch, picked = collate_tasks(tasks), [hidden_pixels(rng, task) for task in tasks]
            with torch.no_grad():
                alone = list(passes_of(predict, batch, 0.0, 2, rng))
                several = list(passes_of(predict, batch, RATIO, max(PASSES), rng))
            for count in PASSES:
                parts[count].append(drawn((alone if count <= 2 else several)[:count], picked))
            for task, (y, x) in zip(tasks, picked, strict=True):
                target = task.sample["target"][y, x].astype(np.int64)
                truth.append(np.where(target == OTHER, MOST_SLOTS, target))
    return Sampled(
        {passes: Draws(*map(np.concatenate, zip(*found, strict=True))) for passes, found in parts.items()},
        np.concatenate(truth),
    )


def hidden_pixels(rng: np.random.Generator, task: Task) -> tuple[Ints, Ints]:
    """Rows and columns of at most PIXELS hidden pixels of a task."""
    y, x = np.nonzero(task.sample["hidden"])
    chosen = rng.permutation(len(y))[:PIXELS]
    return y[chosen], x[chosen]


def at_pixels(answer: torch.Tensor, picked: Sequence[tuple[Ints, Ints]]) -> Floats:
    """Probabilities [B, K + 1, S, S] at each window's pixels -> [pixels, MOST_SLOTS + 1], unused slots at 0."""
    found = np.concatenate([answer[i][:, y, x].T.double().numpy() for i, (y, x) in enumerate(picked)])
    wide = np.zeros((len(found), MOST_SLOTS + 1))
    wide[:, : found.shape[1] - 1] = found[:, :-1]
    wide[:, -1] = found[:, -1]
    return wide


def drawn(passes: Sequence[Pass], picked: Sequence[tuple[Ints, Ints]]) -> Draws:
    """The blend of some passes at the picked pixels, and how many of them agree with it."""
    means = at_pixels(blend(passes), picked)
    chosen = means[:, :MOST_SLOTS].argmax(1)
    votes = [at_pixels(blend([one]), picked)[:, :MOST_SLOTS].argmax(1) for one in passes]
    return Draws(means, np.mean([vote == chosen for vote in votes], axis=0))


def tempered(means: Floats, temperature: float) -> Floats:
    """softmax(log(means) / T) over the last axis."""
    logits = np.log(np.maximum(means, 1e-12)) / temperature
    scaled = np.exp(logits - logits.max(1, keepdims=True)) * (means > 0)
    return scaled / scaled.sum(1, keepdims=True)


def fit_temperature(draws: Draws, truth: Ints) -> float:
    """The temperature of least ECE, on a grid of 2 % steps from 0.3 to 4."""
    grid = np.exp(np.arange(np.log(0.3), np.log(4), 0.02))
    errors = [expected_calibration_error(draws, truth, t) for t in grid]
    return round(float(grid[int(np.argmin(errors))]), 3)


def expected_calibration_error(draws: Draws, truth: Ints, temperature: float) -> float:
    """ECE of the stated confidence over BINS equal-mass bins, 0..1."""
    confidence, right = draws.confidence(temperature), draws.chosen == truth
    order = np.argsort(confidence, kind="stable")
    gaps = [abs(confidence[part].mean() - right[part].mean()) * len(part) for part in np.array_split(order, BINS)]
    return float(sum(gaps) / len(truth))


def thresholds(draws: Draws, truth: Ints, temperature: float) -> dict[str, dict[str, float]]:
    """By confidence threshold: the share of hidden pixels at or above it, and the accuracy there (0..1)."""
    confidence, right = draws.confidence(temperature), draws.chosen == truth
    table = {}
    for threshold in THRESHOLDS:
        kept = confidence >= threshold
        accuracy = float(right[kept].mean()) if kept.any() else float("nan")
        table[str(threshold)] = {"share": round(float(kept.mean()), 4), "accuracy": round(accuracy, 4)}
    return table


def reliability(report: dict[str, Any], passes: int) -> list[list[float]]:
    """[least confidence, share of pixels right] of the bins between the thresholds of `checked`, the lowest first: what
    the app's "about N of 10 are right" goes by. Empty bins are left out, and the first begins at 0.
    """
    rows = [(0.0, 1.0, report["accuracy"][str(passes)])]
    rows += [(float(t), row["share"], row["accuracy"]) for t, row in report["thresholds"][str(passes)].items()]
    bins: list[list[float]] = []
    for (least, share, accuracy), (_, above, accuracy_above) in zip(rows, [*rows[1:], (1.0, 0.0, 0.0)], strict=True):
        if share > above:
            right = share * accuracy - (above * accuracy_above if above > 0 else 0.0)
            bins.append([least if bins else 0.0, round(min(max(right / (share - above), 0.0), 1.0), 3)])
    return bins


def calibrate(
    predict: Predict, fit: Sequence[DataSet], check: Sequence[DataSet], windows: int, support: SupportOf | None = None
) -> dict[str, Any]:
    """ "temperatures" by pass count; on the check sets "ece" before and after, "accuracy" and "thresholds", and where
    there is support the same under "with support".
    """
    fitted = [collect(predict, fit, windows)]
    if support is not None:
        fitted.append(collect(predict, fit, windows, support=support))
    both = Sampled.joined(fitted)
    temperatures = {str(passes): fit_temperature(both.draws[passes], both.truth) for passes in PASSES}
    report: dict[str, Any] = {"temperatures": temperatures}
    report.update(checked(collect(predict, check, windows, seed=1), temperatures))
    if support is not None:
        report["with support"] = checked(collect(predict, check, windows, seed=1, support=support), temperatures)
    return report


def checked(sampled: Sampled, temperatures: dict[str, float]) -> dict[str, Any]:
    """What the temperatures are worth on these pixels."""
    report: dict[str, Any] = {"ece": {}, "accuracy": {}, "thresholds": {}}
    for passes in PASSES:
        key, draws, truth = str(passes), sampled.draws[passes], sampled.truth
        before = expected_calibration_error(draws, truth, 1.0)
        after = expected_calibration_error(draws, truth, temperatures[key])
        report["ece"][key] = {"before": round(before, 4), "after": round(after, 4)}
        report["accuracy"][key] = round(float((draws.chosen == truth).mean()), 4)
        report["thresholds"][key] = thresholds(draws, truth, temperatures[key])
    return report
