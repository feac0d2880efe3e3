from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from lmae.data.components import components, dilate, disc, erode, innermost
from lmae.data.masks import (
    MIXTURE,
    PROTOCOL_MASKS,
    boundary_band,
    polyline,
    protocol_mask,
    random_patches,
    rectangle,
    sample_mask,
)


def patches_of(hidden: np.ndarray) -> np.ndarray:
    """Share of each 16-px patch that is hidden."""
    rows, columns = hidden.shape[0] // 16, hidden.shape[1] // 16
    return hidden.reshape(rows, 16, columns, 16).mean(axis=(1, 3))


@pytest.mark.parametrize("ratio", [0.15, 0.25, 0.5, 0.75, 0.9])
def test_random_patches_hide_whole_patches_at_the_ratio(ratio: float) -> None:
    patches = patches_of(random_patches(np.random.default_rng(0), (224, 224), ratio))
    assert set(np.unique(patches)) == {0.0, 1.0}
    assert patches.sum() == round(ratio * 196)


def test_random_patches_fit_maps_that_are_no_multiple_of_the_patch() -> None:
    assert random_patches(np.random.default_rng(0), (50, 70), 0.5).shape == (50, 70)


@pytest.mark.parametrize("share", [0.05, 0.25, 0.5, 0.6])
def test_rectangle_has_area_and_aspect(share: float) -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        hidden = rectangle(rng, (224, 224), share)
        rows, columns = np.flatnonzero(hidden.any(axis=1)), np.flatnonzero(hidden.any(axis=0))
        assert hidden.sum() == len(rows) * len(columns)
        assert hidden.mean() == pytest.approx(share, rel=0.03)
        assert 0.49 <= len(rows) / len(columns) <= 2.05


def test_polyline_is_as_wide_and_about_as_long_as_asked() -> None:
    rng = np.random.default_rng(2)
    for _ in range(20):
        stroke = polyline(rng, (400, 400), 150, 24)
        # Twice the largest distance to the outside is the width; the far ends are at most the length apart.
        depth = ndimage.distance_transform_edt(np.pad(stroke, 1))
        assert 11 <= depth.max() <= 20
        rows, columns = np.nonzero(stroke)
        assert np.hypot(np.ptp(rows), np.ptp(columns)) <= 150 + 2 * 25
        assert 12 * 24 < stroke.sum() <= 1.15 * (150 * 25 + np.pi * 13**2)


def test_band_lies_within_its_width_of_a_boundary() -> None:
    label = np.zeros((40, 60), np.uint8)
    label[:, 30:] = 1
    band = boundary_band(label, 8)
    assert band is not None
    assert np.flatnonzero(band[0]).tolist() == list(range(22, 38))
    assert boundary_band(np.zeros((40, 60), np.uint8), 8) is None


def test_every_kind_is_drawn_about_as_often_as_it_should(scene: np.ndarray) -> None:
    rng = np.random.default_rng(3)
    kinds = [sample_mask(rng, scene).kind.split("+") for _ in range(1500)]
    for kind, share in MIXTURE.items():
        assert np.mean([k[0] == kind for k in kinds]) == pytest.approx(share, abs=0.045)
    components_hinted = ["hint" in k for k in kinds if k[0] == "component"]
    assert np.mean(components_hinted) == pytest.approx(0.5, abs=0.1)
    assert any("context" in k for k in kinds) and not any("context" in k for k in kinds if k[0] == "random")


def test_masks_hide_something_and_hints_stay_visible(scene: np.ndarray) -> None:
    rng = np.random.default_rng(4)
    for _ in range(300):
        mask = sample_mask(rng, scene)
        assert mask.hidden.shape == mask.hint.shape == scene.shape
        assert mask.hidden.dtype == bool and mask.hidden.any()
        assert not (mask.hidden & mask.hint).any()
        assert mask.hint.any() == ("hint" in mask.kind)


def test_components_masks_hide_the_whole_component_but_for_hints(scene: np.ndarray) -> None:
    rng = np.random.default_rng(5)
    seen = 0
    for _ in range(300):
        mask = sample_mask(rng, scene)
        if not mask.kind.startswith("component"):
            continue
        seen += 1
        covered = mask.hidden | mask.hint
        assert any(covered[part].all() for part in components(scene, 36))
    assert seen > 40


def test_the_same_seed_draws_the_same_mask(scene: np.ndarray) -> None:
    for seed in range(20):
        one, two = (sample_mask(np.random.default_rng(seed), scene) for _ in range(2))
        assert one.kind == two.kind
        np.testing.assert_array_equal(one.hidden, two.hidden)


def test_a_map_of_void_or_one_class_still_gives_masks() -> None:
    for fill in (0, 255):
        label = np.full((128, 128), fill, np.uint8)
        for seed in range(60):
            assert sample_mask(np.random.default_rng(seed), label).hidden.any()


@pytest.mark.parametrize("name", PROTOCOL_MASKS)
def test_protocol_masks(name: str) -> None:
    label = np.zeros((224, 224), np.uint8)
    label[112:] = 1
    label[disc(label.shape, 60, 70, 30)] = 2
    label[200:, 200:] = 255
    for seed in range(10):
        mask = protocol_mask(np.random.default_rng(seed), label, name)
        assert mask is not None and mask.kind == name
        share = mask.hidden.mean()
        if name.startswith("random"):
            assert patches_of(mask.hidden).sum() == round(int(name[6:]) * 1.96)
        elif name.startswith("block"):
            assert share == pytest.approx(int(name[5:]) / 100, rel=0.01)
            assert ndimage.label(mask.hidden)[1] == 1
        elif name == "stroke":
            assert 0.03 < share < 0.3
        elif name == "band":
            assert mask.hidden[112 - 8 : 112 + 8, 150].all() and not mask.hidden[112 + 8, 150]
        else:
            hit = [c for c in components(label, 256, label.size // 2) if (mask.hidden | mask.hint)[c].all()]
            assert hit and any((mask.hidden | mask.hint).sum() == dilate(c, 8).sum() for c in hit)
            assert mask.hint.sum() == (0 if name == "object" else disc((20, 20), 10, 10, 4).sum())


def test_component_needs_one_of_the_right_size() -> None:
    label = np.zeros((224, 224), np.uint8)
    label[:10, :10] = 1
    assert protocol_mask(np.random.default_rng(0), label, "component") is None


def test_unknown_protocol_mask_is_refused() -> None:
    with pytest.raises(ValueError, match="random50"):
        protocol_mask(np.random.default_rng(0), np.zeros((224, 224), np.uint8), "nonsense")


def test_dilation_and_erosion_are_euclidean() -> None:
    mask = np.zeros((41, 41), bool)
    mask[20, 20] = True
    np.testing.assert_array_equal(dilate(mask, 5), disc(mask.shape, 20, 20, 5))
    np.testing.assert_array_equal(erode(dilate(mask, 5), 5), mask)


def test_innermost_counts_the_edge_of_the_map_as_outside() -> None:
    mask = np.zeros((21, 21), bool)
    mask[:, :9] = True
    assert innermost(mask)[1] == 4
    assert innermost(np.ones((21, 21), bool)) == (10, 10)
