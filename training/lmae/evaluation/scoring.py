"""Scores of rebuilt labels: how well hidden labels are rebuilt, against nearest copying and what is possible.

All figures are in percent and count hidden pixels only.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import torch

from ..arrays import VOID
from ..data.dataset import DataSet, require_classes
from ..data.masks import PROTOCOL_MASKS
from ..data.windows import collate
from ..model.slots import OTHER
from ..model.support import Support
from ..support.set_support import SetSupport
from .metrics import NO_ANSWER, Tally
from .protocol import Task, prefetch, protocol_tasks, protocol_windows, slots_to_ids
from .supported import support_of, with_support

Batch = dict[str, torch.Tensor]
#: Batch of samples (see `data.windows.make_sample`) -> probabilities [B,K,S,S] of its K slots, or [B,K+1,S,S]
#: with "other" last; K is batch["classes"].shape[1].
Predict = Callable[[Batch], torch.Tensor]
Scores = dict[str, float]

BATCH = 8
MAX_WINDOWS = 200
KEYS = ("pa_miou", "pixel_acc", "nearest_pa_miou", "ceiling")


class Tallies(NamedTuple):
    """Confusion counts of the model, of nearest copying, and of the visible-class ceiling."""

    model: Tally
    nearest: Tally
    ceiling: Tally
    windows: int


def evaluate_model(
    predict: Predict,
    sets: Sequence[DataSet],
    masks: Sequence[str] = PROTOCOL_MASKS,
    max_windows: int = MAX_WINDOWS,
    batch: int = BATCH,
    progress: Callable[[str], None] | None = None,
    fixed_classes: int = 0,
    support: Callable[[DataSet], SetSupport | None] | None = None,
) -> dict[str, Any]:
    """{"sets": {SET: {MASK: scores}}, "mean": {MASK: scores}}; scores are KEYS in percent and "windows".

    Where the model answers "other" its best slot counts, because a label must be given. A set that allows no
    window of a mask has no entry for it. fixed_classes: those of the model, DataError where a set has others. support:
    that of a set, None where its ids mean nothing across images.
    """
    require_classes(sets, fixed_classes)
    report: dict[str, dict[str, Scores]] = {}
    for data in sets:
        windows = list(prefetch(islice(protocol_windows(data), 2 * max_windows)))
        rows: dict[str, Scores] = {}
        known = None if support is None else support(data)
        for mask in masks:
            began = time.monotonic()
            tasks = protocol_tasks(windows, mask, max_windows, fixed_classes=fixed_classes)
            if known is not None:
                tasks = with_support(tasks, known, data)
            scores = score_tasks(predict, tasks, data.per_image_ids, batch)
            if scores is not None:
                rows[mask] = scores
                if progress is not None:
                    progress(_line(data.name, mask, scores, time.monotonic() - began))
        report[data.name] = rows
    return {"sets": report, "mean": _means(report, masks)}


def score_tasks(predict: Predict, tasks: Iterable[Task], per_image_ids: bool, batch: int = BATCH) -> Scores | None:
    """Scores of one set and mask; None when there are no tasks."""
    tallies = tally_tasks(predict, tasks, per_image_ids, batch)
    if tallies.windows == 0:
        return None
    model, nearest, ceiling, windows = tallies
    figures = (model.mean_iou(), model.pixel_accuracy(), nearest.mean_iou(), ceiling.mean_iou())
    scores = {key: round(100 * figure, 2) for key, figure in zip(KEYS, figures, strict=True)}
    return {**scores, "windows": windows}


def tally_tasks(predict: Predict, tasks: Iterable[Task], per_image_ids: bool, batch: int = BATCH) -> Tallies:
    """Confusion counts on the hidden pixels of one set and mask."""
    model, nearest, ceiling = Tally(per_image_ids), Tally(per_image_ids), Tally(per_image_ids)
    count = 0
    for group in prefetch(_groups(tasks, batch)):
        tensors = collate_tasks(group)
        with torch.no_grad():
            answers = best_slots(predict(tensors), tensors["classes"]).numpy()
        for task, answer in zip(group, answers, strict=True):
            window, hidden = task.window, task.sample["hidden"]
            classes = task.sample["classes"]
            model.add(window.image_name, window.label, slots_to_ids(answer, classes), hidden)
            nearest.add(window.image_name, window.label, task.nearest, hidden)
            nameable = np.where(task.sample["target"] == OTHER, np.uint8(NO_ANSWER), window.label)
            ceiling.add(window.image_name, window.label, nameable, hidden)
            count += 1
    return Tallies(model, nearest, ceiling, count)


def collate_tasks(tasks: Sequence[Task]) -> Batch:
    """The tasks' samples stacked; slots padded to the most any of them uses (class 255 = unused)."""
    stacked = collate([task.sample for task in tasks])
    used = int((stacked["classes"] != VOID).sum(1).max())
    stacked["classes"] = stacked["classes"][:, :used]
    return stacked


def best_slots(probabilities: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
    """The likeliest used slot at every pixel, uint8 [B,S,S], from [B,K or K+1,S,S]; never "other"."""
    slots = classes.shape[1]
    unused = (classes == VOID)[:, :, None, None].to(probabilities.device)
    scores = probabilities[:, :slots].float().masked_fill(unused, -1.0)
    return scores.argmax(1).to(torch.uint8).cpu()


def model_predictor(model: torch.nn.Module, device: str | torch.device = "cpu") -> Predict:
    """`predict` for a network in memory (`model.fixed.build_model`): softmax over slots and "other"."""

    def predict(batch: Batch) -> torch.Tensor:
        image, given, nearest, distance = (batch[k].to(device) for k in ("image", "given", "nearest", "distance"))
        slots, support = int(batch["classes"].shape[1]), support_of(batch)
        if support is not None:
            support = Support(*(part.to(device) for part in support))
        logits = model(image.float() / 255, given, nearest, distance, slots, support=support).logits
        return torch.softmax(logits.float(), 1)

    return predict


def mask_name(text: str) -> str:
    """A protocol mask, or random or block with a percentage of 1 to 99."""
    if text in PROTOCOL_MASKS:
        return text
    kind, percent = text.rstrip("0123456789"), text.lstrip("abcdefghijklmnopqrstuvwxyz")
    if kind in ("random", "block") and percent.isdigit() and 0 < int(percent) < 100:
        return text
    raise argparse.ArgumentTypeError(f"unknown mask {text!r}: one of {', '.join(PROTOCOL_MASKS)}, randomN, blockN")


def _groups(tasks: Iterable[Task], size: int) -> Iterator[list[Task]]:
    source = iter(tasks)
    while group := list(islice(source, size)):
        yield group


def _means(report: dict[str, dict[str, Scores]], masks: Sequence[str]) -> dict[str, Scores]:
    means: dict[str, Scores] = {}
    for mask in masks:
        rows = [row[mask] for row in report.values() if mask in row]
        if rows:
            means[mask] = {key: round(float(np.mean([row[key] for row in rows])), 2) for key in KEYS}
    return means


def _line(name: str, mask: str, scores: Scores, seconds: float) -> str:
    figures = "  ".join(f"{key} {scores[key]:6.2f}" for key in KEYS)
    return f"{name:12s} {mask:10s} {figures}  {int(scores['windows'])} windows in {seconds:.0f} s"
