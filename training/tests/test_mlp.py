"""The perceptron: classes that no line separates, and random numbers as the app draws them."""

from __future__ import annotations

import numpy as np

from lmae.finding.mlp import mulberry, train_mlp


def quadrants(seed: int, count: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Cells [N,2] whose class says whether both features have the same sign."""
    x = np.random.default_rng(seed).uniform(-2, 2, (count, 2)).astype(np.float32)
    return x + 10, np.where((x[:, 0] > 0) == (x[:, 1] > 0), 7, 3).astype(np.uint8)


def test_it_learns_what_no_line_separates() -> None:
    known = np.array([3, 7], np.uint8)
    found = train_mlp(*quadrants(1), known, seed=0)
    features, labels = quadrants(2)
    assert (known[found.logits(features).argmax(1)] == labels).mean() > 0.9


def test_it_learns_the_same_from_the_same_cells_and_seed() -> None:
    known = np.array([3, 7], np.uint8)
    a, again, other = (train_mlp(*quadrants(1), known, seed=seed) for seed in (0, 0, 1))
    assert np.array_equal(a.first, again.first) and np.array_equal(a.second, again.second)
    assert not np.array_equal(a.first, other.first)


def test_random_numbers_are_those_of_the_app() -> None:
    # createRandom(5) in src/core/random.ts.
    wanted = [0.6897749109193683, 0.7727432732935995, 0.21976301027461886, 0.6231788222212344]
    assert mulberry(5, 4).tolist() == wanted
