"""Tasks of the evaluation protocol with support: what other images say, and slots for classes it sees in a hole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import torch

from ..arrays import F32, VOID, Bool
from ..data.dataset import DataSet
from ..data.windows import Sample
from ..model.slots import OTHER
from ..model.support import CANDIDATES, LEAST_BEST, Support, best_in_hole
from ..support.set_support import SetSupport
from .protocol import Place, Task


def with_support(tasks: Iterable[Task], support: SetSupport, data: DataSet) -> Iterator[Task]:
    """The same tasks; their samples hold posteriors float32 [slots,S/8,S/8], candidate bool [slots] and told as well.

    Classes of candidates, and the target where it shows them, are theirs. data: the set that the windows are of.
    """
    items = {item.name: item for item in data.items}
    for task in tasks:
        size = task.window.label.shape[0]
        every = support.window(items[task.window.image_name], view_of(task.window.place), size)
        sample = dict(task.sample)
        add_candidates(sample, task, every)
        slots = np.zeros((len(sample["classes"]), *every.shape[1:]), np.float32)
        used = sample["classes"] != VOID
        slots[used] = every[sample["classes"][used]]
        yield replace(task, sample={**sample, "posteriors": slots, "told": np.array(True)})


def add_candidates(sample: Sample, task: Task, posteriors: F32) -> None:
    """Gives free slots to classes that posteriors [classes,S/8,S/8] see in the hole and the window does not show."""
    hole = cell_shares(sample["hidden"])
    best_of = best_in_hole(torch.from_numpy(posteriors), torch.from_numpy(hole)[None]).numpy()
    classes = sample["classes"].copy()
    used = int((classes != VOID).sum())
    best_of[classes[:used]] = -1
    best = [int(i) for i in np.argsort(-best_of, kind="stable")[:CANDIDATES] if best_of[i] >= LEAST_BEST]
    candidate = np.zeros(len(classes), bool)
    target = sample["target"].copy()
    for slot, class_id in enumerate(best[: len(classes) - used], used):
        classes[slot], candidate[slot] = class_id, True
        target[(target == OTHER) & (task.window.label == class_id)] = slot
    sample.update(classes=classes, candidate=candidate, target=target)


def cell_shares(hidden: Bool) -> F32:
    """The share of every cell's pixels that is hidden: [S,S] -> [S/8,S/8]."""
    rows, columns = hidden.shape[0] // 8, hidden.shape[1] // 8
    return hidden.reshape(rows, 8, columns, 8).mean((1, 3), dtype=np.float32)


def view_of(place: Place) -> F32:
    """Where a window lies in its picture, as an affine map [2,3] of -1..1."""
    across, down = place.left + place.right - 1, place.top + place.bottom - 1
    return np.array([[place.right - place.left, 0, across], [0, place.bottom - place.top, down]], np.float32)


def support_of(batch: dict[str, torch.Tensor]) -> Support | None:
    """What the network takes of a batch of tasks; None where these have no support."""
    if "posteriors" not in batch:
        return None
    slots = batch["classes"].shape[1]
    own, told = batch["posteriors"][:, :slots], batch["told"]
    rest = (1 - own.sum(1, keepdim=True)).clamp(0, 1) * told[:, None, None, None]
    return Support(torch.cat([own, rest], 1), batch["candidate"][:, :slots], told)
