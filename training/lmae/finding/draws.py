"""What is hidden of a window in turn: all patches, or all components, a share at a time."""

from __future__ import annotations

import numpy as np

from ..arrays import U8, Bool
from ..data.components import components, dilate
from ..data.masks import PATCH

LEAST_HIDDEN_COMPONENT = 64
COMPONENT_RIM = 4.0
COMPONENT_GAP = 12.0
COMPONENT_PASSES = 4


def patch_draws(rng: np.random.Generator, shape: tuple[int, ...], parts: int) -> list[Bool]:
    """A random partition of the 16-px patches into `parts` equal parts; draw i hides all but part i."""
    rows, columns = -(-shape[0] // PATCH), -(-shape[1] // PATCH)
    part = rng.permutation(rows * columns).reshape(rows, columns) % parts
    large = part.repeat(PATCH, 0).repeat(PATCH, 1)[: shape[0], : shape[1]]
    return [np.asarray(large != i) for i in range(parts)]


def component_draws(label: U8) -> list[Bool]:
    """At most COMPONENT_PASSES masks that together hide the components of the label, largest first.

    Components of a mask lie at least COMPONENT_GAP px apart, and a mask hides at most half of the label.
    """
    found = sorted(components(label, LEAST_HIDDEN_COMPONENT, label.size // 2), key=lambda c: -np.count_nonzero(c))
    draws: list[Bool] = []
    zones: list[Bool] = []
    for component in found:
        hidden = dilate(component, COMPONENT_RIM)
        zone = dilate(component, COMPONENT_RIM + COMPONENT_GAP)
        for index, draw in enumerate(draws):
            fits = np.count_nonzero(draw) + np.count_nonzero(hidden) <= label.size // 2
            if fits and not (zones[index] & hidden).any():
                draws[index], zones[index] = draw | hidden, zones[index] | zone
                break
        else:
            if len(draws) < COMPONENT_PASSES:
                draws.append(hidden)
                zones.append(zone)
    return draws
