"""Multi-mask-ratio inference: passes that see the window another way, averaged. As the app does it.

A pass hides random patches of context until the mask ratio is reached, and every second pass sees the window
mirrored. Where the mask alone reaches the ratio there are two different passes, and no more are run.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from .data import Sample, collate
from .evaluate import Batch, Predict
from .masks import PATCH
from .prior import nearest_label
from .slots import UNKNOWN

MIRRORED = ("image", "given", "nearest", "distance")


def hide_context(sample: Sample, ratio: float, rng: np.random.Generator) -> Sample:
    """The sample with random 16-px patches hidden too, until `ratio` of its non-void pixels are unknown.

    The sample itself where enough is unknown already.
    """
    countable = np.count_nonzero(sample["hidden"]) + np.count_nonzero(sample["given"] != UNKNOWN)
    wanted = ratio * countable
    unknown = np.count_nonzero(sample["hidden"])
    if unknown >= wanted:
        return sample
    given = sample["given"].copy()
    rows, columns = given.shape[0] // PATCH, given.shape[1] // PATCH
    for patch in rng.permutation(rows * columns):
        if unknown >= wanted:
            break
        y, x = PATCH * (patch // columns), PATCH * (patch % columns)
        block = given[y : y + PATCH, x : x + PATCH]
        unknown += np.count_nonzero(block != UNKNOWN)
        block[:] = UNKNOWN
    nearest, distance = nearest_label(given, given != UNKNOWN)
    return {**sample, "given": given, "nearest": nearest, "distance": distance}


def mirrored(predict: Predict, batch: Batch) -> torch.Tensor:
    """What `predict` says of the windows seen in a mirror, turned back."""
    return predict({**batch, **{name: batch[name].flip(-1) for name in MIRRORED}}).flip(-1)


def answers(
    predict: Predict, batch: Batch, ratio: float, passes: int, rng: np.random.Generator
) -> Iterator[torch.Tensor]:
    """The probabilities [B, K + 1, S, S] of `passes` passes, one by one; two at most where no context is hidden."""
    rows = [{name: tensor[i].numpy() for name, tensor in batch.items()} for i in range(len(batch["given"]))]
    for number in range(passes):
        shown = [hide_context(row, ratio, rng) for row in rows]
        if number > 1 and all(after is before for after, before in zip(shown, rows, strict=True)):
            return
        drawn = collate(shown)
        yield mirrored(predict, drawn) if number % 2 else predict(drawn)


def averaged(predict: Predict, ratio: float, passes: int, seed: int = 0) -> Predict:
    """`predict` as the mean over `passes` passes at mask ratio `ratio`; slots stay those of the whole task."""
    rng = np.random.default_rng(seed)
    return lambda batch: torch.stack(list(answers(predict, batch, ratio, passes, rng))).mean(0)
