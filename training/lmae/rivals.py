"""Where a slot stands against its nearest rival: what tells a thin hole between two classes from a hole in one.

Exact distances to the nearest visible pixel of every slot, at stride 2 (the even rows' even pixels stand for all).
"""

from __future__ import annotations

from typing import Tuple

import torch
from torch import Tensor

#: Window pixels over which both rasters fade.
LENGTH = 16.0
#: Distance to a slot that no sampled pixel shows, px.
NOWHERE = 1e4


def distance_to(shown: Tensor) -> Tensor:
    """shown bool [..., h, w] -> Euclidean distance in cells to the nearest shown cell, NOWHERE if there is none."""
    height, width = shown.shape[-2:]
    rows = torch.arange(height, device=shown.device, dtype=torch.float32)[:, None]
    above = torch.where(shown, rows, torch.full_like(rows, -NOWHERE)).cummax(-2).values
    below = torch.where(shown, rows, torch.full_like(rows, NOWHERE)).flip(-2).cummin(-2).values.flip(-2)
    gap = torch.minimum(rows - above, below - rows)  # to the nearest shown cell of the column
    columns = torch.arange(width, device=shown.device, dtype=torch.float32)
    across = (columns[:, None] - columns).square()
    nearest = torch.stack([(gap.square() + across[column]).amin(-1) for column in range(width)], -1)
    return nearest.sqrt().clamp(max=NOWHERE)


def rivals(given: Tensor, window: Tensor, slot: Tensor, slots: int) -> Tuple[Tensor, Tensor]:
    """given uint8 [B, H, W] and the P visible (window, slot) pairs -> (lead, width), [P, 1, H / 2, W / 2] each.

    With d the distance to the slot and r that to the nearest other slot: lead = tanh((r - d) / LENGTH), 0 halfway
    between them; width = exp(-(r + d) / LENGTH), high where both are near.
    """
    coarse = given[:, ::2, ::2]
    own = 2 * distance_to(coarse[window] == slot.to(given.dtype)[:, None, None])
    every = torch.full((len(given), slots, *own.shape[1:]), NOWHERE, device=given.device)
    every[window, slot] = own
    every = torch.cat([every, torch.full_like(every[:, :1], NOWHERE)], 1)
    nearest, second = every.topk(2, dim=1, largest=False).values.unbind(1)
    rival = torch.where(own <= nearest[window], second[window], nearest[window])
    lead = torch.tanh((rival - own) / LENGTH)
    width = torch.exp(-(rival + own) / LENGTH)
    return lead[:, None], width[:, None]
