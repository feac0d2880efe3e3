"""What training minimises: the errors of completion on hidden pixels and of the error head on visible ones."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from ..arrays import VOID
from ..model.slots import OTHER

#: How much a pixel within two px of a class boundary counts.
EDGE_WEIGHT = 3.0


def completion_loss(logits: Tensor, target: Tensor, hidden: Tensor, wrong: Tensor, visible_weight: float) -> Tensor:
    """Cross-entropy on hidden pixels, plus a small weight on visible ones of windows with damaged labels.

    logits [B, K + 1, H, W]; target uint8 [B, H, W] (slot, OTHER, VOID); hidden, wrong bool [B, H, W]. Within a
    window a class weighs as its share of hidden pixels to the power 0.75, so that small classes are not lost, and
    pixels at class boundaries weigh EDGE_WEIGHT times as much, so that these get sharp.
    """
    slots = logits.shape[1] - 1
    index = target.long()
    index = torch.where(target == OTHER, torch.full_like(index, slots), index)
    scored = hidden & (target != VOID)
    # A class the network was not shown cannot be predicted as a slot: its logit is -1e9.
    loss = F.cross_entropy(logits.float(), index.masked_fill(target == VOID, 0), reduction="none").clamp(max=20)
    # Of each window: how often a class is among the scored pixels.
    group = index.clamp(max=slots) + (slots + 1) * torch.arange(len(index), device=index.device)[:, None, None]
    # Not bincount: it asks an accelerator for the largest value, and waits.
    count = torch.zeros(len(index) * (slots + 1), device=index.device)
    count = count.index_add(0, group.flatten(), scored.flatten().float())
    share = count.reshape(-1, slots + 1) / scored.sum((1, 2)).clamp(min=1)[:, None]
    class_weight = share.clamp(min=1e-4) ** -0.25
    weight = class_weight.flatten()[group] * scored * (1 + (EDGE_WEIGHT - 1) * near_boundaries(target))
    weight = weight / weight.sum((1, 2), keepdim=True).clamp(min=1e-6)
    noisy = wrong.flatten(1).any(1)[:, None, None] & ~hidden & (target < OTHER)
    visible = visible_weight * (loss * noisy).sum() / noisy.sum().clamp(min=1)
    return (loss * weight).sum() / target.shape[0] + visible


def near_boundaries(target: Tensor) -> Tensor:
    """1 at pixels at most two px from another class, 0 elsewhere: target uint8 [B, H, W] -> float [B, H, W]."""
    values = target.float()[:, None]
    most, least = F.max_pool2d(values, 5, 1, 2), -F.max_pool2d(-values, 5, 1, 2)
    return (most != least).float()[:, 0]


def error_loss(error_logit: Tensor, given: Tensor, wrong: Tensor) -> Tensor:
    """Cross-entropy of the error head on visible pixels, in cells of stride 4.

    error_logit [B, 1, h4, w4]; given uint8 [B, H, W], wrong bool [B, H, W]. A cell counts as much as it shows
    slots; its target is the share of wrong pixels among these.
    """
    visible = (given < OTHER)[:, None]
    known = F.avg_pool2d(visible.float(), 4)
    share = F.avg_pool2d((wrong[:, None] & visible).float(), 4) / known.clamp(min=1e-3)
    loss = F.binary_cross_entropy_with_logits(error_logit.float(), share, reduction="none")
    return (loss * known).sum() / known.sum().clamp(min=1)
