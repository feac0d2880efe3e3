"""Multi-mask-ratio inference: passes that hide other parts of the context, averaged. As the app does it."""

from __future__ import annotations

import numpy as np
import torch

from .data import Sample, collate
from .evaluate import Batch, Predict
from .masks import PATCH
from .prior import nearest_label
from .slots import UNKNOWN


def hide_context(sample: Sample, ratio: float, rng: np.random.Generator) -> Sample:
    """The sample with random 16-px patches hidden too, until `ratio` of its non-void pixels are unknown."""
    given = sample["given"].copy()
    countable = np.count_nonzero(sample["hidden"]) + np.count_nonzero(given != UNKNOWN)
    wanted = ratio * countable
    rows, columns = given.shape[0] // PATCH, given.shape[1] // PATCH
    unknown = np.count_nonzero(sample["hidden"])
    for patch in rng.permutation(rows * columns):
        if unknown >= wanted:
            break
        y, x = PATCH * (patch // columns), PATCH * (patch % columns)
        block = given[y : y + PATCH, x : x + PATCH]
        unknown += np.count_nonzero(block != UNKNOWN)
        block[:] = UNKNOWN
    nearest, distance = nearest_label(given, given != UNKNOWN)
    return {**sample, "given": given, "nearest": nearest, "distance": distance}


def averaged(predict: Predict, ratio: float, passes: int, seed: int = 0) -> Predict:
    """`predict` as the mean over `passes` draws at mask ratio `ratio`; slots stay those of the whole task."""
    rng = np.random.default_rng(seed)

    def over_passes(batch: Batch) -> torch.Tensor:
        count = len(batch["given"])
        rows = [{name: tensor[i].numpy() for name, tensor in batch.items()} for i in range(count)]
        draws = [predict(collate([hide_context(row, ratio, rng) for row in rows])) for _ in range(passes)]
        return torch.stack(draws).mean(0)

    return over_passes
