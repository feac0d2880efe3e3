"""What other labelled images of the data set say of a window's classes (`lmae.support`), as the network reads it."""

from __future__ import annotations

import math
from typing import Dict, NamedTuple

import torch
from torch import Tensor

#: Rasters a slot gets: its probability, the logarithm of that scaled to 0..1, and that there is support at all.
CHANNELS = 3
#: Probabilities below this count as this.
LEAST_POSTERIOR = 1e-3
#: Classes visible nowhere that may get a slot, and the least `best_in_hole` that one needs.
CANDIDATES = 3
LEAST_BEST = 0.2
#: Cells that an object should fill to be noticed.
BEST_CELLS = 4


class Support(NamedTuple):
    """Class posteriors of a window at stride 8, by slot. A window without support has zeros and False throughout."""

    posteriors: Tensor  # [B, K + 1, h8, w8], of the slots, then of all classes without a slot; they sum to 1
    candidate: Tensor  # [B, K] bool, the slot takes part although its class may be visible nowhere
    given: Tensor  # [B] bool, the window has support


def no_support(windows: int, slots: int, height: int, width: int, device: torch.device) -> Support:
    """For windows of height x width px without support."""
    return Support(
        torch.zeros(windows, slots + 1, height // 8, width // 8, device=device),
        torch.zeros(windows, slots, dtype=torch.bool, device=device),
        torch.zeros(windows, dtype=torch.bool, device=device),
    )


def best_in_hole(posteriors: Tensor, shares: Tensor) -> Tensor:
    """The mean posterior of every class over the BEST_CELLS cells of the hole where it is highest, whatever else is
    hidden: posteriors [..., K, h, w], hidden shares of the cells [..., 1, h, w] -> [..., K].
    """
    best = (posteriors * shares).flatten(-2).topk(BEST_CELLS, -1)[0].sum(-1)
    return best / shares.sum((-2, -1)).clamp(min=1e-6, max=BEST_CELLS)


def evidence(support: Support) -> Tensor:
    """-> [B, K + 1, CHANNELS, h8, w8], all of them 0 where a window has no support."""
    p = support.posteriors
    log = 1 - p.clamp(min=LEAST_POSTERIOR).log() / math.log(LEAST_POSTERIOR)
    rasters = torch.stack([p, log, torch.ones_like(p)], 2)
    return rasters * support.given[:, None, None, None, None]


def without_support(state: Dict[str, Tensor]) -> Dict[str, Tensor]:
    """The state of the network that answers as this one does where there is no support, and has no input for it.

    A state of a network without that input stays as it is.
    """
    if "support_scale" not in state:
        return state
    cut = {name: value for name, value in state.items() if not name.startswith(("support_", "other_support"))}
    for name in ("slot8_in.weight", "slot4_in.weight", "error8_in.weight"):
        cut[name] = state[name][:, :-CHANNELS]
    cut["other_image.bias"] = state["other_image.bias"] + state["other_support.bias"]
    return cut
