"""Where a slot stands against its nearest rival, and how the hole around looks: what tells a band along a boundary
from a hole in one class or across several.

Exact distances to the nearest visible pixel of every slot, at stride 2 (the even rows' even pixels stand for all).
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from .pairs import Pairs

#: Window pixels over which both rasters fade.
LENGTH = 16.0
#: Distance to a slot that no sampled pixel shows, px.
NOWHERE = 1e4
#: About what mean and standard deviation of `Rivals.between` are in a band.
USUAL_MEAN, USUAL_DEVIATION = 0.25, 0.1
#: Added to a variance under its root: rounding of a constant must not show.
LEAST_VARIANCE = 1e-4
#: The least share of hidden cells that a mean over them is divided by.
LEAST_SHARE = 1e-3


class Rivals(NamedTuple):
    """At stride 2, with d the distance to a slot and r that to the nearest other slot, of P visible pairs."""

    lead: Tensor  # [P, 1, h2, w2], tanh((r - d) / LENGTH), 0 halfway between them
    width: Tensor  # [P, 1, h2, w2], exp(-(r + d) / LENGTH), high where both are near
    between: Tensor  # [B, 1, h2, w2], the same of the two nearest slots of the window


def distance_to(shown: Tensor) -> Tensor:
    """shown bool [..., h, w] -> Euclidean distance in cells to the nearest shown cell, NOWHERE if there is none."""
    height, width = shown.shape[-2:]
    rows = torch.arange(height, device=shown.device, dtype=torch.float32)[:, None]
    above = torch.where(shown, rows, torch.full_like(rows, -NOWHERE)).cummax(-2).values
    below = torch.where(shown, rows, torch.full_like(rows, NOWHERE)).flip(-2).cummin(-2).values.flip(-2)
    gap = torch.minimum(rows - above, below - rows)  # to the nearest shown cell of the column
    columns = torch.arange(width, device=shown.device, dtype=torch.float32)
    across = (columns[:, None] - columns).square()
    if shown.is_cuda:
        nearest = (gap.square()[..., None, :] + across).amin(-1)
    else:  # a column at a time stays in a processor's caches
        nearest = torch.stack([(gap.square() + across[column]).amin(-1) for column in range(width)], -1)
    return nearest.sqrt().clamp(max=NOWHERE)


def rivals(given: Tensor, pairs: Pairs) -> Rivals:
    """given uint8 [B, H, W] and the P visible (window, slot) pairs -> where each stands against the others."""
    coarse = given[:, ::2, ::2]
    own = 2 * distance_to(pairs.shared(coarse) == pairs.slot.to(given.dtype)[:, None, None])
    every = pairs.by_window(own, NOWHERE)
    every = torch.cat([every, torch.full_like(every[:, :1], NOWHERE)], 1)
    nearest, second = every.topk(2, dim=1, largest=False).values.unbind(1)
    first, other = pairs.shared(nearest), pairs.shared(second)
    rival = torch.where(own <= first, other, first)
    lead = torch.tanh((rival - own) / LENGTH)
    width = torch.exp(-(rival + own) / LENGTH)
    return Rivals(lead[:, None], width[:, None], torch.exp(-(nearest + second) / LENGTH)[:, None])


def hole_shape(between: Tensor, known: Tensor) -> Tensor:
    """How the hidden cells around every cell of stride 8 (3 x 3 of these) lie between two classes: [B, 3, h8, w8].

    between and known (share that shows a label) [B, 1, h2, w2]. Mean and standard deviation of `between` over the
    hidden cells, scaled, and their share: a band along a boundary is as wide everywhere, so that it hardly deviates.
    """
    hidden = 1 - known
    sums = F.avg_pool2d(torch.cat([hidden, hidden * between, hidden * between.square()], 1), 4)
    around = F.avg_pool2d(sums, 3, stride=1, padding=1, count_include_pad=False)
    share = around[:, :1]
    mean, square = (around[:, 1:] / share.clamp(min=LEAST_SHARE)).split(1, 1)
    deviation = ((square - mean.square()).clamp(min=0) + LEAST_VARIANCE).sqrt()
    return torch.cat([mean / USUAL_MEAN, deviation / USUAL_DEVIATION, share], 1)
