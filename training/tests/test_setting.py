"""What a cell's surroundings and its place in the picture add to its features."""

from __future__ import annotations

import numpy as np

from lmae.evaluation.protocol import Place
from lmae.finding.setting import SURROUNDINGS, WAVES, in_setting

WHOLE = Place(0.0, 0.0, 1.0, 1.0)
CHANNELS, SIDE = 3, 28


def features() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(CHANNELS, SIDE, SIDE)).astype(np.float32)


def test_own_features_stay_and_the_mean_around_follows() -> None:
    own = features()
    found = in_setting(own, WHOLE)
    assert found.shape == (2 * CHANNELS + WAVES**2 - 1, SIDE, SIDE) and found.dtype == np.float32
    np.testing.assert_array_equal(found[:CHANNELS], own)
    reach = SURROUNDINGS // 2
    for row, column in ((0, 0), (14, 3), (27, 20)):
        part = own[:, max(0, row - reach) : row + reach + 1, max(0, column - reach) : column + reach + 1]
        np.testing.assert_allclose(found[CHANNELS : 2 * CHANNELS, row, column], part.mean((1, 2)), atol=1e-5)


def test_the_place_is_the_pictures_not_the_windows() -> None:
    whole = in_setting(features(), WHOLE)[2 * CHANNELS :]
    half = in_setting(features(), Place(0.5, 0.0, 1.0, 0.5))[2 * CHANNELS :]
    # Two cells of the half are as large as one of the whole: their middles lie beside its middle.
    np.testing.assert_allclose((half[:, 0, 0] + half[:, 1, 1]) / 2, whole[:, 14, 0], atol=0.05)
    assert np.abs(half[:, 0, 0] - whole[:, 0, 0]).max() > 0.5
    # The first wave runs across: from 1 at the left to -1 at the right.
    assert whole[0, 5, 0] > 0.99 and whole[0, 5, -1] < -0.99
