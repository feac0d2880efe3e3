from __future__ import annotations

import numpy as np
import pytest

from lmae.model.prior import nearest_label


def brute_force(given: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The definition, word for word: the closest known pixel, lowest row first, then lowest column."""
    nearest, distance = np.full(given.shape, 255, np.uint8), np.full(given.shape, 1e4, np.float32)
    candidates = sorted(zip(*np.nonzero(known), strict=True))
    for y in range(given.shape[0]):
        for x in range(given.shape[1]):
            if candidates:
                best = min(candidates, key=lambda p: ((p[0] - y) ** 2 + (p[1] - x) ** 2, p[0], p[1]))
                nearest[y, x] = given[best]
                distance[y, x] = np.hypot(best[0] - y, best[1] - x)
    return nearest, distance


@pytest.mark.parametrize("seed", range(30))
def test_exact_equals_the_definition(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape = (int(rng.integers(1, 20)), int(rng.integers(1, 20)))
    # Every pixel its own id, so that a tie broken the wrong way shows.
    given = np.arange(shape[0] * shape[1]).reshape(shape).astype(np.uint8)
    known = rng.random(shape) < rng.choice([0.01, 0.05, 0.3, 0.9])
    nearest, distance = nearest_label(given, known, exact=True)
    wanted, wanted_distance = brute_force(given, known)
    np.testing.assert_array_equal(nearest, wanted)
    np.testing.assert_allclose(distance, wanted_distance, rtol=1e-6)


def test_ties_go_to_the_lowest_row_then_column() -> None:
    given = np.array([[9, 1, 9], [2, 9, 3], [9, 4, 9]], np.uint8)
    known = given != 9
    assert nearest_label(given, known, exact=True)[0][1, 1] == 1
    known[0, 1] = False
    assert nearest_label(given, known, exact=True)[0][1, 1] == 2


@pytest.mark.parametrize("seed", range(5))
def test_fast_differs_from_exact_on_ties_only(seed: int) -> None:
    rng = np.random.default_rng(seed)
    given = rng.integers(0, 5, (60, 80)).astype(np.uint8)
    known = rng.random((60, 80)) < 0.02
    fast, fast_distance = nearest_label(given, known)
    exact, exact_distance = nearest_label(given, known, exact=True)
    np.testing.assert_allclose(fast_distance, exact_distance, rtol=1e-6)
    for y, x in zip(*np.nonzero(fast != exact), strict=True):
        gaps = np.hypot(*(np.argwhere(known & (given == fast[y, x])) - (y, x)).T)
        assert gaps.min() == pytest.approx(exact_distance[y, x])


@pytest.mark.parametrize("exact", [True, False])
def test_known_pixels_keep_their_label_at_distance_zero(exact: bool) -> None:
    rng = np.random.default_rng(1)
    given = rng.integers(0, 5, (30, 20)).astype(np.uint8)
    known = rng.random((30, 20)) < 0.5
    nearest, distance = nearest_label(given, known, exact)
    assert nearest.dtype == np.uint8 and distance.dtype == np.float32
    np.testing.assert_array_equal(nearest[known], given[known])
    assert (distance[known] == 0).all() and (distance[~known] >= 1).all()


@pytest.mark.parametrize("exact", [True, False])
def test_nothing_known(exact: bool) -> None:
    nearest, distance = nearest_label(np.zeros((4, 5), np.uint8), np.zeros((4, 5), bool), exact)
    assert (nearest == 255).all() and (distance == 1e4).all()


def test_shapes_must_match() -> None:
    with pytest.raises(ValueError, match="same"):
        nearest_label(np.zeros((4, 5), np.uint8), np.zeros((5, 4), bool))
