"""Panels: the published colours, and five pictures a window that show what is hidden and rebuilt."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from lmae.data.sets import load_sets
from lmae.evaluation.panels import GAP, panel, voc_palette
from lmae.evaluation.protocol import protocol_tasks, protocol_windows
from lmae.evaluation.scoring import Batch


def test_palette_is_pascal_voc() -> None:
    colours = voc_palette()
    wanted = {
        1: (128, 0, 0),
        2: (0, 128, 0),
        8: (64, 0, 0),
        15: (192, 128, 128),
        20: (0, 64, 128),
        255: (224, 224, 192),
    }
    for class_id, colour in wanted.items():
        assert tuple(colours[class_id]) == colour


def test_a_row_a_window_and_the_truth_where_the_model_is_right(shapes_folder: Path) -> None:
    def perfect(batch: Batch) -> torch.Tensor:
        slots = batch["classes"].shape[1]
        one_hot = torch.nn.functional.one_hot(batch["target"].long().clamp(max=slots), slots + 1)
        return one_hot.permute(0, 3, 1, 2).float()

    data = load_sets([shapes_folder], "val")[0]
    tasks = list(protocol_tasks(protocol_windows(data), "random25", 2))
    picture = panel(perfect, tasks)
    assert picture.shape == (2 * 224 + GAP, 5 * 224 + 4 * GAP, 3)
    parts = [picture[:224, i * (224 + GAP) : i * (224 + GAP) + 224] for i in range(5)]
    hidden = tasks[0].sample["hidden"]
    named = hidden & (tasks[0].sample["target"] < 200)
    assert np.array_equal(parts[3][named], parts[4][named])
    assert np.array_equal(parts[1][hidden], parts[0][hidden])
