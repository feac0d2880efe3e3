"""Components that lie beside their object, or are too wide: the shift that puts them right."""

from __future__ import annotations

import numpy as np
import pytest

from lmae.arrays import VOID
from lmae.data.components import dilate, disc, erode
from lmae.finding.appearance import appearance_of, ranks_across
from lmae.finding.boundary_shifts import LEAST_SHIFTED, BoundaryShift, boundary_shifts, translations
from lmae.finding.find_errors import overlap

SIZE = 112


def picture(label: np.ndarray) -> np.ndarray:
    """image uint8 [3,S,S]: one grey a class, and noise."""
    grey = np.array([60, 130, 200], np.float64)[label]
    return np.clip(grey + np.random.default_rng(0).normal(0, 6, (3, *label.shape)), 0, 255).astype(np.uint8)


def scene() -> np.ndarray:
    """A disc, well inside, over a horizon."""
    label = np.zeros((SIZE, SIZE), np.uint8)
    label[70:] = 1
    label[disc(label.shape, 50, 55, 20)] = 2
    return label


def best_of(found: list[BoundaryShift], wrong: np.ndarray) -> BoundaryShift:
    return max(found, key=lambda shift: overlap(shift.where, wrong))


def test_edges_are_ranked_whatever_the_contrast() -> None:
    image = picture(scene())
    ranks = appearance_of(image).ranks
    assert ranks.min() == 0 and ranks.max() < 1
    assert ranks[50, 74:77].min() > 0.95 and ranks[68:71, 10].min() > 0.9
    assert np.median(ranks) < 0.6
    assert appearance_of(np.full_like(image, 7)).ranks.max() == 0


@pytest.mark.parametrize("offset", [(6, -4), (-9, 0), (0, 4)])
def test_a_component_beside_its_object_is_shifted_back(offset: tuple[int, int]) -> None:
    true = np.pad(scene(), ((0, 0), (0, 40)), mode="edge")  # images need not be square
    given = true.copy()
    given[true == 2] = np.where(np.arange(SIZE)[:, None] < 70, 0, 1).repeat(SIZE + 40, 1)[true == 2]
    given[disc(true.shape, 50 + offset[0], 55 + offset[1], 20)] = 2
    shift = best_of(boundary_shifts(given, appearance_of(picture(true))), given != true)
    assert overlap(shift.where, given != true) > 0.7
    assert (shift.label == true)[shift.where].mean() > 0.9
    assert min(shift.fit) > 1


@pytest.mark.parametrize("by", [5, -4])
def test_a_component_too_wide_or_too_narrow_is_mended(by: int) -> None:
    true = scene()
    given = true.copy()
    object_ = true == 2
    given[object_] = 0
    given[dilate(object_, by) if by > 0 else erode(object_, -by)] = 2
    shift = best_of(boundary_shifts(given, appearance_of(picture(true))), given != true)
    assert overlap(shift.where, given != true) > 0.7


def test_edges_are_ranked_by_what_of_them_crosses_the_line() -> None:
    appearance = appearance_of(picture(scene()))
    rows, columns = np.array([70]), np.array([10])  # on the horizon
    across, along = (
        ranks_across(appearance, rows, columns, np.array(normal)[:, None])[0] for normal in ((1, 0), (0, 1))
    )
    assert across == pytest.approx(appearance.ranks[70, 10], abs=0.01) and along < across - 0.2


def test_what_fits_gains_nothing_and_void_is_left_alone() -> None:
    true = scene()
    true[40:60, 80:] = VOID
    for shift in boundary_shifts(true, appearance_of(picture(scene()))):
        assert shift.fit[0] < 0.5 and shift.fit[1] < 0
        assert not (true[shift.where] == VOID).any() and not (shift.label[shift.where] == VOID).any()
        assert (shift.label != true)[shift.where].all()


def test_specks_and_windows_of_one_class_are_not_moved() -> None:
    label = np.zeros((SIZE, SIZE), np.uint8)
    assert boundary_shifts(label, appearance_of(picture(label))) == []
    label[50:60, 50:60] = 1
    assert np.count_nonzero(label) < LEAST_SHIFTED
    assert boundary_shifts(label, appearance_of(picture(label))) == []


def test_what_is_thin_does_not_leap_onto_another_edge() -> None:
    label = np.zeros((SIZE, SIZE), np.uint8)
    label[10:100, 50:58] = 1
    image = picture(label)
    image[:, 10:100, 60:68] = 255  # a brighter pole beside it
    found = boundary_shifts(label, appearance_of(image))
    assert found and not any(shift.where[:, 63:].any() for shift in found)


def test_shifts_go_every_way_and_no_two_axes_are_confused() -> None:
    offsets = translations()
    assert (0, 3) in offsets and (12, 0) in offsets and (-12, 0) in offsets and (0, -3) in offsets
    assert sum(row for row, _ in offsets) == sum(column for _, column in offsets) == 0


def test_what_comes_from_beyond_the_window_is_unknown() -> None:
    true = np.zeros((SIZE, SIZE), np.uint8)
    true[:30] = 1
    given = true.copy()
    given[:36] = 1
    shift = best_of(boundary_shifts(given, appearance_of(picture(true))), given != true)
    assert overlap(shift.where, given != true) > 0.8
