"""The (window, slot) pairs that the parts shared by all slots run on, P of them: the valid ones, or all.

All pairs are always as many, which an accelerator wants: shapes that never change need no new kernels, one recording of
the work serves every batch, and going from windows to pairs and back is a view or a sum instead of a gather.
"""

from __future__ import annotations

import torch
from torch import Tensor


class Pairs:
    """The valid pairs of valid bool [B, K], in the order of windows, then slots."""

    def __init__(self, valid: Tensor) -> None:
        self.valid = valid
        window, slot = self.numbers()
        self.window, self.slot = window, slot

    def numbers(self) -> tuple[Tensor, Tensor]:
        window, slot = self.valid.nonzero(as_tuple=True)
        return window, slot

    def own(self, x: Tensor) -> Tensor:
        """x [B, K, ...] -> [P, ...]."""
        return x[self.window, self.slot]

    def shared(self, x: Tensor) -> Tensor:
        """x [B, ...] -> [P, ...]: what all slots of a window share."""
        return x[self.window]

    def by_window(self, x: Tensor, rest: float) -> Tensor:
        """x [P, ...] -> [B, K, ...], `rest` at pairs that are not valid."""
        full = torch.full((*self.valid.shape, *x.shape[1:]), rest, device=x.device, dtype=x.dtype)
        return self.hidden(full.index_put((self.window, self.slot), x), rest)

    def summed(self, x: Tensor) -> Tensor:
        """x [P, ...] -> [B, ...], summed over the slots of a window."""
        total = torch.zeros(self.valid.shape[0], *x.shape[1:], device=x.device, dtype=x.dtype)
        return total.index_add(0, self.window, x)

    def hidden(self, full: Tensor, rest: float) -> Tensor:
        return full


class AllPairs(Pairs):
    """Every pair; those that are not valid are computed and left out of the answer."""

    def numbers(self) -> tuple[Tensor, Tensor]:
        number = torch.arange(self.valid.numel(), device=self.valid.device)
        return torch.div(number, self.valid.shape[1], rounding_mode="floor"), number % self.valid.shape[1]

    def own(self, x: Tensor) -> Tensor:
        return x.flatten(0, 1)

    def shared(self, x: Tensor) -> Tensor:
        return x[:, None].expand(-1, self.valid.shape[1], *x.shape[1:]).flatten(0, 1)

    def by_window(self, x: Tensor, rest: float) -> Tensor:
        valid = self.valid.reshape(*self.valid.shape, *[1] * (x.ndim - 1))
        return x.unflatten(0, self.valid.shape).masked_fill(~valid, rest)

    def summed(self, x: Tensor) -> Tensor:
        return x.unflatten(0, self.valid.shape).sum(1)
