"""The probe: a linear classifier from labels at hand, every image held out from its own posteriors."""

from __future__ import annotations

import numpy as np
import pytest

from lmae.evaluation.protocol import Place
from lmae.finding.discriminant import LEAST_CELLS, Sums, discriminant
from lmae.finding.probe import TEMPERATURES, Probe, quadrants_of
from lmae.finding.readings import purity, read_probe

CHANNELS, CELLS = 6, 4
#: In one quadrant of the picture, and over all four.
CORNER, WHOLE = Place(0, 0, 0.4, 0.4), Place(0, 0, 1, 1)


def window(seed: int, noise: float = 0.3) -> tuple[np.ndarray, np.ndarray]:
    """Features [C,4,4] that tell the classes of a label [32,32] of whole cells apart."""
    rng = np.random.default_rng(seed)
    cells = rng.integers(0, 3, (CELLS, CELLS))
    features = np.eye(CHANNELS)[cells].transpose(2, 0, 1) + rng.normal(0, noise, (CHANNELS, CELLS, CELLS))
    return features.astype(np.float32), cells.repeat(8, 0).repeat(8, 1).astype(np.uint8)


def probe_of(count: int, noise: float = 0.3) -> Probe:
    probe = Probe()
    for seed in range(count):
        probe.learn(f"image {seed}", *window(seed, noise), CORNER)
    return probe


def test_classes_are_told_apart_and_calibration_does_not_change_the_ranking() -> None:
    probe = probe_of(12)
    probe.fit()
    assert probe.temperature in TEMPERATURES
    features, label = window(99)
    found = probe.posteriors("unseen", features, label, CORNER)
    assert found.probabilities.shape == (3, 32, 32)
    np.testing.assert_allclose(found.probabilities.sum(0), 1, atol=1e-5)
    middles = (slice(4, None, 8), slice(4, None, 8))
    assert (found.classes[found.probabilities.argmax(0)] == label)[middles].mean() > 0.8


def test_an_image_does_not_change_its_own_posteriors() -> None:
    with_it, without = probe_of(8), probe_of(7)
    features, label = window(7)
    ours, theirs = (probe.posteriors("image 7", features, label, CORNER) for probe in (with_it, without))
    np.testing.assert_allclose(ours.probabilities, theirs.probabilities, atol=1e-4)


def test_an_image_unlike_all_others_is_known_by_its_other_quadrants() -> None:
    probe = probe_of(8)
    rng = np.random.default_rng(5)
    cells = rng.integers(0, 3, (8, 8))
    # It shows other features for each class than the others do.
    features = (np.eye(CHANNELS)[cells + 3].transpose(2, 0, 1) + rng.normal(0, 0.2, (CHANNELS, 8, 8))).astype(
        np.float32
    )
    label = cells.repeat(8, 0).repeat(8, 1).astype(np.uint8)
    probe.learn("odd", features, label, WHOLE)
    found = probe.posteriors("odd", features, label, WHOLE)
    middles = (slice(4, None, 8), slice(4, None, 8))
    assert (found.classes[found.probabilities.argmax(0)] == label)[middles].mean() > 0.9


def test_no_quadrant_is_classified_by_its_own_labels() -> None:
    rng = np.random.default_rng(6)
    features, label = (np.tile(part, reps) for part, reps in zip(window(50), ((1, 2, 2), (2, 2)), strict=True))
    features = features + rng.normal(0, 0.1, features.shape).astype(np.float32)
    first = quadrants_of(WHOLE, 8, 8).repeat(8, 0).repeat(8, 1) == 0
    right, wrong = probe_of(4), probe_of(4)
    right.learn("it", features, label, WHOLE)
    wrong.learn("it", features, np.where(first, (label + 1) % 3, label).astype(np.uint8), WHOLE)
    for quadrant, (ours, theirs) in enumerate(
        zip(right.held_out_classifiers("it"), wrong.held_out_classifiers("it"), strict=True)
    ):
        assert np.allclose(ours.weights, theirs.weights, atol=1e-6) == (quadrant == 0)


def test_the_probe_does_not_count_for_what_is_finer_than_a_cell() -> None:
    label = np.zeros((32, 32), np.uint8)
    label[:, 18:21] = 1
    pure = purity(label)
    assert (pure[:, 18:21] == 0).all() and (pure[:, :4] == 1).all() and 0 < pure[16, 14] < 1


def test_noisier_features_are_believed_less() -> None:
    sure, unsure = probe_of(20, 0.2), probe_of(20, 1.5)
    features, label = window(99, 0.2)
    for probe in (sure, unsure):
        probe.fit()
    highest = [
        probe.posteriors("unseen", features, label, CORNER).probabilities.max(0).mean() for probe in (sure, unsure)
    ]
    assert highest[0] > highest[1] + 0.1


def test_a_picture_that_it_would_call_something_else_all_over_has_no_posteriors() -> None:
    probe = probe_of(8)
    features, label = window(99)
    assert len(probe.posteriors("unseen", features, label, CORNER).classes) == 3
    assert len(probe.posteriors("unseen", features, (label + 1) % 3, CORNER).classes) == 0


def test_sums_add_up_and_mixed_or_void_cells_do_not_count() -> None:
    features, label = window(0)
    label[:8, :8] = 255
    label[8:12, 8:16] = (label[8, 8] + 1) % 3
    sums = Sums.of(features, label)
    assert sums.counts.sum() == CELLS * CELLS - 2
    assert ((sums + sums) - sums).counts.tolist() == sums.counts.tolist()


def test_rare_classes_are_unknown_and_say_nothing() -> None:
    features, label = window(0)
    label[:] = 0
    label[:8, :8] = 1
    probe = Probe()
    assert len(probe.posteriors("x", features, label, CORNER).classes) == 0
    probe.learn("image", features, label, CORNER)
    found = probe.posteriors("x", features, label, CORNER)
    assert LEAST_CELLS > 1 and found.classes.tolist() == [0]
    assert not read_probe(found, label).coverage.any()


def test_discriminant_is_the_textbooks() -> None:
    rng = np.random.default_rng(1)
    x = np.concatenate([rng.normal(0, 1, (400, 2)), rng.normal((2, 1), 1, (600, 2))])
    y = np.repeat([0, 1], (400, 600))
    label = np.zeros((8, 8 * len(y)), np.uint8) + y.repeat(8).astype(np.uint8)
    found = discriminant(Sums.of(x.T.reshape(2, 1, -1).astype(np.float32), label))
    between = found.weights[1] - found.weights[0]
    within = np.mean([np.cov(x[y == k].T) * (n - 1) / 1000 * 2 for k, n in ((0, 400), (1, 600))], 0)
    ridge = 0.1 * np.diag(x.var(0))
    expected = np.linalg.solve(within + ridge, x[y == 1].mean(0) - x[y == 0].mean(0))
    assert between == pytest.approx(expected, rel=1e-3)
