from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from lmae.data import noise
from lmae.data.components import disc
from lmae.data.outline import outline, simplified_outline


@pytest.fixture
def label() -> np.ndarray:
    """Two halves, a disc of class 2 across them, a void corner."""
    ids = np.zeros((120, 120), np.uint8)
    ids[60:] = 1
    ids[disc(ids.shape, 50, 60, 20)] = 2
    ids[:10, :10] = 255
    return ids


def test_wrong_is_the_difference_and_void_stays(label: np.ndarray) -> None:
    damaged_ones = 0
    for seed in range(100):
        damaged, wrong = noise.damage_labels(np.random.default_rng(seed), label)
        np.testing.assert_array_equal(wrong, damaged != label)
        assert damaged.dtype == np.uint8
        np.testing.assert_array_equal(damaged == 255, label == 255)
        assert set(np.unique(damaged)) <= {0, 1, 2, 255}
        damaged_ones += bool(wrong.any())
    assert damaged_ones > 90
    assert np.count_nonzero(label == 2) == np.count_nonzero(disc(label.shape, 50, 60, 20))


def test_drop_takes_the_longest_border(label: np.ndarray) -> None:
    dropped = noise.drop_component(np.random.default_rng(0), label, label == 2)
    assert (dropped[label == 2] == 0).all()


def test_swap_takes_another_class_of_the_map(label: np.ndarray) -> None:
    swapped = noise.swap_class(np.random.default_rng(0), label, label == 2)
    assert len(np.unique(swapped[label == 2])) == 1 and swapped[50, 60] in (0, 1)


@pytest.mark.parametrize("seed", range(12))
def test_boundaries_move_by_at_most_12_px(label: np.ndarray, seed: int) -> None:
    moved = noise.move_boundary(np.random.default_rng(seed), label, label == 2)
    gap = ndimage.distance_transform_edt(label != 2) + ndimage.distance_transform_edt(label == 2)
    assert (moved != label).any() and gap[moved != label].max() <= 13.5
    left = (label == 2) & (moved != 2)
    assert set(np.unique(moved[left])) <= {0, 1}


@pytest.mark.parametrize("seed", range(8))
def test_polygons_stay_near_the_outline_and_keep_holes(label: np.ndarray, seed: int) -> None:
    label[disc(label.shape, 50, 60, 6)] = 0
    polygon = noise.polygonise(np.random.default_rng(seed), label, label == 2)
    assert (polygon[disc(label.shape, 50, 60, 6)] == 0).all()
    rim = ndimage.distance_transform_edt(~(disc(label.shape, 50, 60, 20) ^ disc(label.shape, 50, 60, 19)))
    assert rim[polygon != label].max() <= 12


def test_a_single_class_cannot_be_damaged() -> None:
    damaged, wrong = noise.damage_labels(np.random.default_rng(0), np.zeros((64, 64), np.uint8))
    assert not wrong.any() and not damaged.any()


def test_cover_is_70_to_120_percent_and_over_the_damage() -> None:
    wrong = disc((120, 120), 60, 60, 20)
    shares = []
    for seed in range(80):
        hidden = noise.cover_damage(np.random.default_rng(seed), wrong)
        shares.append(hidden.sum() / wrong.sum())
        assert (hidden & wrong).sum() >= 0.6 * min(hidden.sum(), wrong.sum())
    assert 0.69 <= min(shares) < 0.8 and 1.1 < max(shares) <= 1.21


def test_repair_masks_show_hints_of_the_true_class(label: np.ndarray) -> None:
    kinds = set()
    for seed in range(80):
        rng = np.random.default_rng(seed)
        _, wrong = noise.damage_labels(rng, label)
        mask = noise.sample_repair_mask(rng, label, wrong)
        kinds.add(mask.kind)
        assert not (mask.hidden & mask.hint).any()
        assert len(np.unique(label[mask.hint])) <= 1
    assert {"damage", "damage+hint", "damage+context"} <= kinds


def test_outline_of_a_square_and_its_corners() -> None:
    square = np.zeros((30, 30), bool)
    square[5:15, 8:20] = True
    border = {tuple(p) for p in outline(square)}
    assert border == {(y, x) for y, x in np.argwhere(square) if y in (5, 14) or x in (8, 19)}
    corners = {tuple(p) for p in simplified_outline(square, 1.5)}
    assert corners == {(5, 8), (5, 19), (14, 19), (14, 8)}


@pytest.mark.parametrize("rows", [[(0, 0)], [(0, 0), (1, 1), (2, 2)], [(1, 0), (1, 1), (1, 2)]])
def test_outline_closes_on_thin_shapes(rows: list[tuple[int, int]]) -> None:
    mask = np.zeros((5, 5), bool)
    for y, x in rows:
        mask[y, x] = True
    assert {tuple(p) for p in outline(mask)} == set(rows)
