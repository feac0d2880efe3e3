"""Pictures to look at: image, visible label, nearest copying, L-MAE and truth, side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from ..arrays import U8, VOID
from ..model.slots import UNKNOWN
from .protocol import Task, slots_to_ids
from .scoring import Predict, best_slots, collate_tasks

GAP = 4
SHADE = 0.45


def voc_palette() -> U8:
    """The colours [256, 3] of Pascal VOC: the bits of an id spread over the channels, high bits first."""
    ids = np.arange(256)
    channels = [sum(((ids >> (3 * bit + channel)) & 1) << (7 - bit) for bit in range(8)) for channel in range(3)]
    return np.stack(channels, 1).astype(np.uint8)


def painted(image: U8, label: U8, shown: np.ndarray) -> U8:
    """The label's colours over the image [S, S, 3] where `shown` [S, S]; the bare image elsewhere."""
    colours = voc_palette()[label]
    mixed = (SHADE * image + (1 - SHADE) * colours).astype(np.uint8)
    return np.where(shown[..., None] & (label != VOID)[..., None], mixed, image)


def row(task: Task, answer: U8) -> U8:
    """One window's five pictures side by side, [S, 5 S + 4 GAP, 3]; answer holds class ids [S, S]."""
    image = task.window.image.transpose(1, 2, 0)
    hidden, label = task.sample["hidden"], task.window.label
    everywhere = np.ones_like(hidden)
    parts = [
        image,
        painted(image, label, task.sample["given"] != UNKNOWN),
        painted(image, np.where(hidden, task.nearest, label), everywhere),
        painted(image, np.where(hidden, answer, label), everywhere),
        painted(image, label, everywhere),
    ]
    return joined(parts, 1)


def joined(parts: Sequence[U8], axis: int) -> U8:
    """Pictures next to each other along an axis, GAP white pixels between them."""
    shape = list(parts[0].shape)
    shape[axis] = GAP
    white = np.full(shape, 255, np.uint8)
    return np.concatenate([p for part in parts for p in (part, white)][:-1], axis)


def panel(predict: Predict, tasks: Sequence[Task]) -> U8:
    """The rows of the tasks, one below the other."""
    batch = collate_tasks(tasks)
    with torch.no_grad():
        answers = best_slots(predict(batch), batch["classes"]).numpy()
    rows = [row(task, slots_to_ids(a, task.sample["classes"])) for task, a in zip(tasks, answers, strict=True)]
    return joined(rows, 0)
