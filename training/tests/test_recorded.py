"""Recorded passes are the passes that they record. Only a CUDA device can record."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from lmae.evaluation.golden import synthetic_input
from lmae.model.config import TINY
from lmae.model.lmae import LMAE
from lmae.training.losses import completion_loss
from lmae.training.recorded import RecordedPasses

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
SLOTS = 5


def windows(size: int, seeds: range) -> dict[str, Tensor]:
    samples = [synthetic_input(size, 3, seed) for seed in seeds]
    return {name: torch.stack([sample[name] for sample in samples]).cuda() for name in samples[0]}


def test_recorded_passes_have_the_losses_and_gradients_of_plain_ones() -> None:
    torch.manual_seed(0)
    model = LMAE(TINY).cuda()
    model.every_slot = True

    def losses(batch: dict[str, Tensor]) -> dict[str, Tensor]:
        logits = model(batch["image"], batch["given"], batch["nearest"], batch["distance"], SLOTS).logits
        hidden = batch["given"] == 255
        target = torch.where(hidden, batch["nearest"], batch["given"]).clamp(max=SLOTS - 1)
        return {"total": completion_loss(logits, target, hidden, torch.zeros_like(hidden), 0.1)}

    passes = RecordedPasses(model, losses)
    for frozen in (False, True):
        model.encoder.requires_grad_(not frozen)
        for size, seeds in ((64, range(2)), (96, range(2)), (64, range(2, 4))):
            batch = windows(size, seeds)
            found = passes(batch)["total"].clone()
            trainable = [p for p in model.parameters() if p.requires_grad]
            recorded = [p.grad.clone() for p in trainable if p.grad is not None]
            plain = losses(batch)["total"]
            assert torch.allclose(found, plain, rtol=1e-4)
            wanted = torch.autograd.grad(plain, trainable, allow_unused=True)
            assert len(recorded) == len(wanted)
            for one, other in zip(recorded, wanted, strict=True):
                assert torch.allclose(one, torch.zeros_like(one) if other is None else other, rtol=1e-2, atol=1e-4)
        assert all((p.grad is None) == frozen for p in model.encoder.parameters())
