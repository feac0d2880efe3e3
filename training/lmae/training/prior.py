"""The nearest-label prior of a batch on its device: `model.prior` for accelerators that outrun the data's workers."""

from __future__ import annotations

import torch
from torch import Tensor

from ..model.slots import UNKNOWN

NOWHERE = 1e4


def nearest_labels(given: Tensor) -> tuple[Tensor, Tensor]:
    """given uint8 [B,H,W] -> the nearest known label uint8 and its distance float, px; ties go to any."""
    known = given != UNKNOWN
    height, width = given.shape[1:]
    rows = torch.arange(height, device=given.device)[:, None].expand_as(given)
    above = torch.where(known, rows, -int(NOWHERE)).cummax(1).values
    below = torch.where(known, rows, int(NOWHERE)).flip(1).cummin(1).values.flip(1)
    row = torch.where(rows - above <= below - rows, above, below)
    gap = (rows - row).abs().float().clamp(max=NOWHERE).square()
    label = given.gather(1, row.clamp(0, height - 1))
    columns = torch.arange(width, device=given.device, dtype=torch.float32)
    across = (columns[:, None] - columns).square()
    least, source = (gap[:, :, None] + across).min(3)
    return label.gather(2, source), least.sqrt().clamp(max=NOWHERE)
