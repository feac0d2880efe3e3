"""Multi-mask-ratio inference: passes that see the window another way, averaged. As the app does it.

A pass hides random patches of context until the mask ratio is reached, and every second pass sees the window
mirrored. Where the mask alone reaches the ratio there are two different passes, and no more are run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch

from ..arrays import VOID
from ..data.masks import PATCH
from ..data.windows import Sample, collate
from ..model.prior import nearest_label
from ..model.slots import UNKNOWN
from .scoring import Batch, Predict

#: Weight of "other" from a pass that misses one of the task's slots.
PARTIAL_OTHER = 1e-3
MIRRORED = ("image", "given", "nearest", "distance", "posteriors")


def hide_context(sample: Sample, ratio: float, rng: np.random.Generator) -> Sample:
    """The sample with random 16-px patches hidden too, until `ratio` of its non-void pixels are unknown.

    A hint is never hidden. The sample itself where enough is unknown already.
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
        block = (slice(y, y + PATCH), slice(x, x + PATCH))
        shown = (given[block] != UNKNOWN) & ~sample["hint"][block]
        unknown += np.count_nonzero(shown)
        given[block][shown] = UNKNOWN
    nearest, distance = nearest_label(given, given != UNKNOWN)
    return {**sample, "given": given, "nearest": nearest, "distance": distance}


def mirrored(predict: Predict, batch: Batch) -> torch.Tensor:
    """What `predict` says of the windows seen in a mirror, turned back."""
    return predict({**batch, **{name: batch[name].flip(-1) for name in MIRRORED if name in batch}}).flip(-1)


class Pass(NamedTuple):
    """What one pass says: probabilities [B, K + 1, S, S], and the weight [B, K + 1] of each slot and of "other"."""

    probabilities: torch.Tensor
    weight: torch.Tensor


def passes_of(predict: Predict, batch: Batch, ratio: float, passes: int, rng: np.random.Generator) -> Iterator[Pass]:
    """The passes one by one; two at most where no context is hidden.

    A slot that a pass does not show abstains there, and "other" hardly counts in a pass that misses a slot: the
    hidden class may be the one that is missed.
    """
    rows = [{name: tensor[i].numpy() for name, tensor in batch.items()} for i in range(len(batch["given"]))]
    used = batch["classes"] != VOID  # [B, K]
    for number in range(passes):
        shown = [hide_context(row, ratio, rng) for row in rows]
        if number > 1 and all(after is before for after, before in zip(shown, rows, strict=True)):
            return
        drawn = collate(shown)
        index = torch.arange(used.shape[1], dtype=torch.uint8)[None, :, None]
        seen = used & (drawn["given"].flatten(1)[:, None] == index).any(2)
        if "candidate" in drawn:  # visible in no pass, and known of in all
            seen = seen | drawn["candidate"][:, : used.shape[1]]
        other = torch.where((seen == used).all(1), 1.0, PARTIAL_OTHER)
        weight = torch.cat([seen.float(), other[:, None]], 1)
        yield Pass(mirrored(predict, drawn) if number % 2 else predict(drawn), weight)


def blend(passes: Sequence[Pass]) -> torch.Tensor:
    """The passes' mean probabilities, each slot over the passes that show it, made to sum to 1."""
    weights = torch.stack([weight for _, weight in passes])[..., None, None]
    above = (torch.stack([probabilities for probabilities, _ in passes]) * weights).sum(0)
    mean = above / weights.sum(0).clamp(min=1e-12)
    return mean / mean.sum(1, keepdim=True).clamp(min=1e-12)


def averaged(predict: Predict, ratio: float, passes: int, seed: int = 0) -> Predict:
    """`predict` blended over `passes` passes at mask ratio `ratio`; slots stay those of the whole task."""
    rng = np.random.default_rng(seed)
    return lambda batch: blend(list(passes_of(predict, batch, ratio, passes, rng)))
