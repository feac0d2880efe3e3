"""The damage of the error-finding protocol: clean labels with a known share of their components made wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import U8, VOID, Bool
from .components import bounds, components
from .noise import KINDS

#: By name, in the order of `data.noise.KINDS`.
KIND_NAMES = ("drop", "swap", "boundary", "polygon")
LEAST_COMPONENT = 256
SHARE = 0.1
#: Damage that changes fewer pixels is not an error anyone would look for.
LEAST_WRONG = 16


@dataclass(frozen=True)
class Damage:
    """A damaged label [H,W] (void is never touched) and its errors: for each the pixels it made wrong."""

    label: U8
    errors: tuple[Bool, ...]


def damage_for_finding(rng: np.random.Generator, label: U8, kind: str) -> Damage | None:
    """Damages 10 % of the components of >= 256 px, at least one, all in the way `kind` names.

    Errors never touch one another, so that each can be found by itself. None where the label allows none.
    """
    spoil = KINDS[KIND_NAMES.index(kind)]
    found = components(label, LEAST_COMPONENT)
    damaged = label.copy()
    errors: list[Bool] = []
    taken = np.zeros(label.shape, bool)
    for index in rng.permutation(len(found)):
        if len(errors) >= max(1, round(SHARE * len(found))):
            break
        spoiled = spoil(rng, label, found[index])
        wrong = (spoiled != label) & (label != VOID)
        if np.count_nonzero(wrong) < LEAST_WRONG or wrong.sum() > label.size // 2 or taken[wrong].any():
            continue
        damaged[wrong] = spoiled[wrong]
        errors.append(wrong)
        taken[bounds(wrong, 2)] = True
    return Damage(damaged, tuple(errors)) if errors else None
