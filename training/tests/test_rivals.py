"""Where a slot stands against its nearest rival: exact distances, and what counts as a rival."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.ndimage import distance_transform_edt

from lmae.autoencoder import NO_SLOT, UNKNOWN
from lmae.rivals import LENGTH, NOWHERE, distance_to, rivals


@pytest.mark.parametrize("height,width", [(1, 9), (9, 1), (20, 33)])
@pytest.mark.parametrize("density", [0.01, 0.1, 0.6])
def test_distances_are_exact(height: int, width: int, density: float) -> None:
    rng = np.random.default_rng(3)
    shown = rng.random((4, height, width)) < density
    shown[:, rng.integers(height), rng.integers(width)] = True
    wanted = np.stack([distance_transform_edt(~one) for one in shown])
    np.testing.assert_allclose(distance_to(torch.from_numpy(shown)).numpy(), wanted, rtol=1e-6)


def test_nothing_shown_is_farther_than_any_window() -> None:
    assert (distance_to(torch.zeros(2, 112, 112, dtype=torch.bool)) > NOWHERE / 2).all()


def test_rivals_are_the_other_visible_slots_of_the_window() -> None:
    slots = 4  # slot 3 is visible nowhere
    rng = np.random.default_rng(5)
    given = np.full((2, 32, 48), UNKNOWN, np.uint8)
    sown = rng.random(given.shape) < 0.05
    given[sown] = rng.choice([0, 1, 2, NO_SLOT], np.count_nonzero(sown))
    given[1][given[1] == 2] = NO_SLOT  # and slot 2 not in the second window
    pairs = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)]
    window, slot = torch.tensor(pairs).unbind(1)
    lead, width = rivals(torch.from_numpy(given), window, slot, slots)
    assert lead.shape == width.shape == (5, 1, 16, 24)

    own = {(b, s): 2 * distance_transform_edt(given[b, ::2, ::2] != s) for b, s in pairs}
    for pair, (b, s) in enumerate(pairs):
        rival = np.min([own[other] for other in pairs if other[0] == b and other[1] != s], 0)
        np.testing.assert_allclose(lead[pair, 0].numpy(), np.tanh((rival - own[b, s]) / LENGTH), atol=1e-5)
        np.testing.assert_allclose(width[pair, 0].numpy(), np.exp(-(rival + own[b, s]) / LENGTH), atol=1e-6)


def test_a_slot_alone_leads_and_one_that_no_sampled_pixel_shows_does_not() -> None:
    given = torch.full((1, 16, 16), UNKNOWN, dtype=torch.uint8)
    given[0, 1, 1] = 1  # between the sampled pixels

    def both(*slots: int) -> tuple[list[float], list[float]]:
        pairs = torch.tensor(slots)
        lead, width = rivals(given, torch.zeros_like(pairs), pairs, 2)
        assert torch.isfinite(lead).all() and torch.isfinite(width).all()
        return lead.flatten(1).unique(dim=1)[:, 0].tolist(), width.flatten(1).amax(1).tolist()

    assert both(1) == ([-1.0], [0.0])
    given[0, 4, 4] = 0
    assert both(0) == ([1.0], [0.0])
    assert both(0, 1) == ([1.0, -1.0], [0.0, 0.0])
