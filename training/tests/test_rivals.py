"""Where a slot stands against its nearest rival: exact distances, what counts as a rival, and the shape of a hole."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.ndimage import distance_transform_edt

from lmae.data.masks import boundary_band
from lmae.model.autoencoder import NO_SLOT, UNKNOWN
from lmae.model.pairs import Pairs
from lmae.model.rivals import (
    LEAST_VARIANCE,
    LENGTH,
    NOWHERE,
    USUAL_DEVIATION,
    USUAL_MEAN,
    distance_to,
    hole_shape,
    rivals,
)


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
    valid = torch.zeros(2, slots, dtype=torch.bool)
    valid[tuple(torch.tensor(pairs).T)] = True
    lead, width, between = rivals(torch.from_numpy(given), Pairs(valid))
    assert lead.shape == width.shape == (5, 1, 16, 24)
    assert between.shape == (2, 1, 16, 24)

    own = {(b, s): 2 * distance_transform_edt(given[b, ::2, ::2] != s) for b, s in pairs}
    for pair, (b, s) in enumerate(pairs):
        rival = np.min([own[other] for other in pairs if other[0] == b and other[1] != s], 0)
        np.testing.assert_allclose(lead[pair, 0].numpy(), np.tanh((rival - own[b, s]) / LENGTH), atol=1e-5)
        np.testing.assert_allclose(width[pair, 0].numpy(), np.exp(-(rival + own[b, s]) / LENGTH), atol=1e-6)
        leads = own[b, s] <= rival
        np.testing.assert_allclose(between[b, 0].numpy()[leads], width[pair, 0].numpy()[leads], atol=1e-6)


def test_a_slot_alone_leads_and_one_that_no_sampled_pixel_shows_does_not() -> None:
    given = torch.full((1, 16, 16), UNKNOWN, dtype=torch.uint8)
    given[0, 1, 1] = 1  # between the sampled pixels

    def both(*slots: int) -> tuple[list[float], list[float]]:
        lead, width, _ = rivals(given, Pairs(torch.tensor([[slot in slots for slot in range(2)]])))
        assert torch.isfinite(lead).all() and torch.isfinite(width).all()
        return lead.flatten(1).unique(dim=1)[:, 0].tolist(), width.flatten(1).amax(1).tolist()

    assert both(1) == ([-1.0], [0.0])
    given[0, 4, 4] = 0
    assert both(0) == ([1.0], [0.0])
    assert both(0, 1) == ([1.0, -1.0], [0.0, 0.0])


def test_the_shape_of_a_hole_is_counted_over_hidden_cells_only() -> None:
    generator = torch.Generator().manual_seed(2)
    between = torch.rand(1, 1, 24, 40, generator=generator)
    known = (torch.rand(1, 1, 24, 40, generator=generator) < 0.5).float()
    known[..., 28:] = 1.0  # nothing is hidden around the last cells
    mean, deviation, share = hole_shape(between, known)[0]
    assert share.shape == (6, 10)
    for row, column in [(0, 0), (2, 3), (5, 4), (3, 9)]:
        rows, columns = (slice(max(0, 4 * (at - 1)), 4 * (at + 2)) for at in (row, column))
        values = between[0, 0, rows, columns][known[0, 0, rows, columns] == 0]
        assert float(share[row, column]) == pytest.approx(len(values) / known[0, 0, rows, columns].numel(), abs=1e-6)
        wanted = values.numpy() if len(values) else np.zeros(1)
        assert float(mean[row, column]) * USUAL_MEAN == pytest.approx(wanted.mean(), abs=1e-5)
        spread = np.sqrt(wanted.var() + LEAST_VARIANCE)
        assert float(deviation[row, column]) * USUAL_DEVIATION == pytest.approx(spread, abs=1e-5)


def test_a_band_deviates_less_than_a_stroke_across_it() -> None:
    label = np.zeros((64, 64), np.uint8)
    label[:, 32:] = 1
    band = boundary_band(label, 8)
    stroke = np.zeros_like(label, bool)
    stroke[24:40] = True

    def deviation(hidden: np.ndarray | None) -> float:
        assert hidden is not None
        given = torch.from_numpy(np.where(hidden, np.uint8(UNKNOWN), label))[None]
        between = rivals(given, Pairs(torch.ones(1, 2, dtype=torch.bool))).between
        known = (given[:, None, ::2, ::2] != UNKNOWN).float()
        return float(hole_shape(between, known)[0, 1, 4, 4])

    assert deviation(stroke) > 5 * deviation(band)
