from __future__ import annotations

import json
import tarfile
from collections import Counter
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import png
from PIL import Image
from torch.utils.data import DataLoader

from lmae.data.augment import colour_matrix, jitter_colours, sample_taxonomy
from lmae.data.components import region_numbers
from lmae.data.dataset import DataError, DataSet, Item
from lmae.data.masks import Mask
from lmae.data.sets import load_sets
from lmae.data.windows import TrainStream, WindowSampler, collate, draw_task, make_sample, random_window
from lmae.model.slots import choose_slots


def one_image_set(name: str, image: np.ndarray, label: np.ndarray) -> DataSet:
    return DataSet(name, ("a", "b"), (Item("only", png(image), png(label)),))


def test_tar_and_folder_hold_the_same(shapes_folder: Path, shapes_tar: Path) -> None:
    folder, tar = load_sets([shapes_folder], "train"), load_sets([shapes_tar], "train")
    assert folder == tar
    assert (folder[0].name, len(folder[0].items), len(folder[0].classes)) == ("shapes", 6, 5)
    assert len(load_sets([shapes_tar], "val")[0].items) == 4


def test_a_folder_of_sets_is_searched_and_no_set_comes_twice(shapes_folder: Path, shapes_tar: Path) -> None:
    sets = load_sets([shapes_folder.parent, shapes_tar], "val", only=["shapes"])
    assert [s.name for s in sets] == ["shapes"]


def test_what_cannot_be_read_is_named(shapes_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nowhere.*no such file"):
        load_sets([tmp_path / "nowhere"], "train")
    with pytest.raises(DataError, match="split 'test'"):
        load_sets([shapes_folder], "test")
    with pytest.raises(DataError, match="split 'train'"):
        load_sets([shapes_folder], "train", only=["another"])
    broken = tmp_path / "broken.tar"
    broken.write_bytes(b"not a tar" * 200)
    with pytest.raises(DataError, match="broken.tar.*not a readable tar"):
        load_sets([broken], "train")
    (tmp_path / "dataset.json").write_text(json.dumps({"name": "x", "void": 0, "classes": []}))
    with pytest.raises(DataError, match="void is 0"):
        load_sets([tmp_path], "train")


def test_what_is_no_set_is_left_out_with_a_warning(shapes_folder: Path, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "samples.tar", "w") as archive:
        archive.add(shapes_folder / "val", arcname="samples/val")
    with pytest.warns(UserWarning, match=r"samples\.tar: no dataset\.json"):
        sets = load_sets([tmp_path / "samples.tar", shapes_folder], "val")
    assert [s.name for s in sets] == ["shapes"]


def test_image_without_label_is_left_out(shapes_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "train" / "images").mkdir(parents=True)
    (tmp_path / "train" / "labels").mkdir()
    (tmp_path / "dataset.json").write_text((shapes_folder / "dataset.json").read_text())
    for stem in ("000", "001"):
        (tmp_path / "train/images" / f"{stem}.jpg").write_bytes(
            (shapes_folder / f"train/images/{stem}.jpg").read_bytes()
        )
    (tmp_path / "train/labels/001.png").write_bytes((shapes_folder / "train/labels/001.png").read_bytes())
    assert [item.name for item in load_sets([tmp_path], "train")[0].items] == ["001"]


@pytest.mark.parametrize("size", [128, 160, 224])
def test_image_and_label_of_a_window_are_cut_alike(size: int) -> None:
    rng = np.random.default_rng(0)
    label = np.kron(rng.integers(0, 2, (12, 15)), np.ones((20, 20))).astype(np.uint8)
    # The image shows its own label, so a shift between the two would show at every edge.
    image = np.repeat((label * 200)[:, :, None], 3, axis=2)
    item = one_image_set("edges", image, label).items[0]
    for seed in range(20):
        pixels, classes, _ = random_window(np.random.default_rng(seed), item, size)
        assert pixels.shape == (3, size, size) and classes.shape == (size, size)
        bright = pixels.mean(axis=0)
        if 0 < classes.mean() < 1:
            middle = (bright[classes == 0].mean() + bright[classes == 1].mean()) / 2
            assert ((bright > middle) == (classes == 1)).mean() > 0.97


def test_crop_covers_between_a_third_and_all_of_the_short_side() -> None:
    rows, columns = np.mgrid[0:240, 0:320]
    label = (columns // 2).astype(np.uint8)
    image = np.repeat(rows[:, :, None].astype(np.uint8), 3, axis=2)
    item = one_image_set("ramp", image, label).items[0]
    sides = []
    for seed in range(200):
        _, classes, _ = random_window(np.random.default_rng(seed), item, 128)
        sides.append(2.0 * (int(classes.max()) - int(classes.min())))
    assert min(sides) == pytest.approx(0.35 * 240, abs=8) and max(sides) == pytest.approx(240, abs=8)


def test_image_smaller_than_the_window_allows_is_scaled_up_whole() -> None:
    label = np.tile(np.arange(60, dtype=np.uint8), (60, 1))
    item = one_image_set("tiny", np.zeros((60, 60, 3), np.uint8), label).items[0]
    _, classes, _ = random_window(np.random.default_rng(0), item, 160)
    assert len(np.unique(classes)) == 60


def test_slots_never_come_from_hidden_pixels(scene: np.ndarray) -> None:
    image = np.zeros((3, 160, 160), np.uint8)
    mask = Mask((scene == 2) | (scene == 3), "components")
    sample = make_sample(image, scene, mask, 8, rng=np.random.default_rng(0))
    assert sample is not None
    visible = set(sample["classes"][sample["classes"] != 255].tolist())
    assert visible == set(np.unique(scene)) - {2, 3, 255}
    assert (sample["target"][mask.hidden] == 254).all()
    assert (sample["given"][mask.hidden] == 255).all()


def test_sample_fields_mean_what_they_say(shapes_folder: Path) -> None:
    sampler = WindowSampler(load_sets([shapes_folder], "train"), window=128, rng=np.random.default_rng(1))
    noisy = 0
    for _ in range(150):
        s = sampler.sample()
        assert s["image"].shape == (3, 128, 128) and s["image"].dtype == np.uint8
        assert [s[k].dtype for k in ("given", "target", "nearest", "classes")] == [np.uint8] * 4
        assert s["distance"].dtype == np.float32 and s["hidden"].dtype == s["wrong"].dtype == bool
        known = s["given"] != 255
        assert known.mean() >= 0.01 and s["hidden"].any()
        assert not (known & s["hidden"]).any()
        np.testing.assert_array_equal(~known & ~s["hidden"], s["target"] == 255)
        np.testing.assert_array_equal(s["nearest"][known], s["given"][known])
        np.testing.assert_array_equal(s["distance"] == 0, known)
        shown = set(np.unique(s["given"])) - {254, 255}
        assert shown == set(range(np.count_nonzero(s["classes"] != 255)))
        right = known & ~s["wrong"] & (s["given"] != 254)
        np.testing.assert_array_equal(s["given"][right], s["target"][right])
        assert not (s["wrong"] & ~known).any()
        noisy += bool(s["wrong"].any())
    assert 15 < noisy < 60


def test_cell_classes_are_the_classes_of_the_set() -> None:
    """Whatever is merged for the slots; an id that the class list lacks, or that is an image's own, means nothing."""
    label = np.zeros((200, 200), np.uint8)
    label[:, 70:140] = 1
    label[:, 140:] = 9
    stray = one_image_set("stray", np.repeat(label[..., None] * 20, 3, 2), label)
    sets = [stray, replace(stray, name="own", per_image_ids=True)]
    sampler = WindowSampler(sets, window=128, rng=np.random.default_rng(0))
    seen: dict[int, set[int]] = {0: set(), 1: set()}
    for _ in range(30):
        sample = sampler.sample()
        assert sample["cell_classes"].shape == (16, 16) and sample["cell_classes"].dtype == np.uint8
        seen[int(sample["source"])] |= set(sample["cell_classes"].ravel().tolist())
    assert seen == {0: {0, 1, 255}, 1: {255}}


def test_more_classes_than_slots_keeps_those_near_the_hole() -> None:
    label = np.repeat(np.arange(12, dtype=np.uint8), 16)[None, :].repeat(192, axis=0)
    hidden = np.zeros(label.shape, bool)
    hidden[:, 80:96] = True
    sample = make_sample(np.zeros((3, 192, 192), np.uint8), label, Mask(hidden, "block"), 4)
    assert sample is not None
    assert set(sample["classes"].tolist()) == {3, 4, 6, 7}
    assert (sample["given"][:, :16] == 254).all() and (sample["target"][:, :16] == 254).all()
    assert choose_slots(label, ~hidden, hidden, 24).tolist() == [i for i in range(12) if i != 5]


def test_slot_order_is_random() -> None:
    label = np.zeros((128, 128), np.uint8)
    label[:, 64:] = 1
    hidden = np.zeros(label.shape, bool)
    hidden[:16] = True
    image = np.zeros((3, 128, 128), np.uint8)
    firsts: Counter[int] = Counter()
    for seed in range(100):
        sample = make_sample(image, label, Mask(hidden, "x"), 8, rng=np.random.default_rng(seed))
        assert sample is not None
        firsts[int(sample["classes"][0])] += 1
    assert min(firsts[0], firsts[1]) > 30


def test_useless_masks_are_rejected(scene: np.ndarray) -> None:
    image = np.zeros((3, 160, 160), np.uint8)
    nothing, everything = np.zeros(scene.shape, bool), np.ones(scene.shape, bool)
    nearly = everything.copy()
    nearly[20:28, 20:28] = False
    for hidden in (nothing, everything, nearly, scene == 255):
        assert make_sample(image, scene, Mask(hidden, "x"), 8) is None


def test_hints_show_the_true_label_over_damage(scene: np.ndarray) -> None:
    damaged = np.where(scene == 255, 255, 0).astype(np.uint8)
    hint = np.zeros(scene.shape, bool)
    hint[120:124, 60:64] = True
    hidden = np.zeros(scene.shape, bool)
    hidden[100:150, 40:100] = True
    mask = Mask(hidden & ~hint, "damage+hint", hint)
    sample = make_sample(np.zeros((3, 160, 160), np.uint8), scene, mask, 8, given=damaged)
    assert sample is not None
    np.testing.assert_array_equal(sample["given"][hint], sample["target"][hint])
    assert not sample["wrong"][hint].any() and sample["wrong"].any()


def test_noise_is_drawn_visible_and_under_the_mask(scene: np.ndarray) -> None:
    rng = np.random.default_rng(0)
    image = np.zeros((3, 160, 160), np.uint8)
    samples = [s for s in (draw_task(rng, image, scene) for _ in range(400)) if s is not None]
    assert 0.15 < np.mean([s["wrong"].any() for s in samples]) < 0.35


def test_a_label_is_not_damaged_under_a_band(scene: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lmae.data.masks.MIXTURE", {"band": 1.0})
    rng = np.random.default_rng(0)
    image = np.zeros((3, 160, 160), np.uint8)
    samples = [s for s in (draw_task(rng, image, scene) for _ in range(50)) if s is not None]
    assert len(samples) > 10
    assert not any(s["wrong"].any() for s in samples)


def test_taxonomy_merges_classes_but_keeps_void(scene: np.ndarray) -> None:
    rng = np.random.default_rng(0)
    sizes: Counter[bool] = Counter()
    for _ in range(400):
        groups = sample_taxonomy(rng, scene)
        other = groups[scene]
        np.testing.assert_array_equal(other == 255, scene == 255)
        merged = {(int(a), int(b)) for a, b in zip(scene.ravel()[::7], other.ravel()[::7], strict=True)}
        assert len(merged) == len({a for a, _ in merged})
        sizes[bool((groups == np.arange(256)).all())] += 1
    assert 0.25 < sizes[False] / 400 < 0.45


def test_colour_jitter_without_change_is_the_identity() -> None:
    np.testing.assert_allclose(colour_matrix(1, 1, 1, 0, 100)[:, :3], np.eye(3), atol=1e-6)
    grey = colour_matrix(1, 1, 0, 0, 100)[:, :3] @ np.array([10, 200, 90])
    assert np.ptp(grey) < 1e-6
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8))
    assert jitter_colours(np.random.default_rng(0), picture).size == (40, 40)


def test_collate_stacks(shapes_folder: Path) -> None:
    sampler = WindowSampler(load_sets([shapes_folder], "train"), window=128, rng=np.random.default_rng(0))
    batch = collate([sampler.sample() for _ in range(3)])
    assert batch["image"].shape == (3, 3, 128, 128) and batch["hidden"].dtype == torch.bool
    assert batch["classes"].shape == (3, 8)


def test_stream_is_seeded_and_keeps_the_pixels_of_a_batch(shapes_folder: Path) -> None:
    sets = load_sets([shapes_folder], "train")
    sizes = {128: 0.5, 160: 0.5}
    one, two = (list(islice(TrainStream(sets, 4, 3, sizes=sizes), 4)) for _ in range(2))
    for a, b in zip(one, two, strict=True):
        assert all(torch.equal(a[key], b[key]) for key in a)
    shapes = {tuple(a["image"].shape) for a in islice(TrainStream(sets, 4, 5, sizes=sizes), 8)}
    assert shapes == {(6, 3, 128, 128), (4, 3, 160, 160)}
    other = next(iter(TrainStream(sets, 4, 3, sizes={160: 1}, rank=1)))
    assert not torch.equal(other["image"], next(iter(TrainStream(sets, 4, 3, sizes={160: 1})))["image"])


def test_workers_draw_different_windows(shapes_folder: Path) -> None:
    stream = TrainStream(load_sets([shapes_folder], "train"), 2, 0, sizes={128: 1})
    loader = iter(DataLoader(stream, batch_size=None, num_workers=2))
    first, second = next(loader), next(loader)
    assert first["image"].shape == (3, 3, 128, 128)
    assert not torch.equal(first["image"], second["image"])


def test_pictures_without_an_up_are_turned_image_and_label_alike() -> None:
    label = np.zeros((200, 200), np.uint8)
    label[:100] = 1
    image = np.repeat(label[..., None] * 200, 3, 2)
    for name, sides in (("water", 4), ("street", 1)):
        sampler = WindowSampler([one_image_set(name, image, label)], window=160, rng=np.random.default_rng(0))
        tops = set()
        for _ in range(60):
            sample = sampler.sample()
            bright = sample["image"].mean(0) - sample["image"].mean()
            edges = (bright[:20].mean(), bright[-20:].mean(), bright[:, :20].mean(), bright[:, -20:].mean())
            if max(edges) > 20:
                tops.add(int(np.argmax(edges)))
            named = sample["target"] < 2
            true = sample["classes"][sample["target"][named]]
            if len(set(true.tolist())) == 2:
                assert np.corrcoef(true, bright[named])[0, 1] > 0.9
        assert len(tops) == sides


def test_a_set_of_weight_zero_is_never_drawn(shapes_folder: Path) -> None:
    shapes = load_sets([shapes_folder], "train")[0]
    black = np.zeros((200, 200, 3), np.uint8)
    two = one_image_set("black", black, np.tile(np.arange(200, dtype=np.uint8) // 100, (200, 1)))
    sampler = WindowSampler([shapes, two], {"shapes": 0, "black": 1}, 128, np.random.default_rng(0))
    assert all(sampler.sample()["image"].max() < 60 for _ in range(10))
    with pytest.raises(DataError, match="weight"):
        WindowSampler([shapes], {"shapes": 0}, 128)


def test_regions_are_numbered_by_what_lies_under_the_cells_middles() -> None:
    slots = np.zeros((32, 32), np.uint8)
    slots[:, 16:] = 1
    slots[14:16] = 255  # cuts both halves; no cell's middle lies in it
    slots[24:, 24:] = 254
    numbers = region_numbers(slots)
    assert numbers.shape == (4, 4) and numbers.dtype == np.int16
    assert len(np.unique(numbers)) == 5 and numbers[3, 3] == 0, numbers
    assert numbers[0, 0] != numbers[2, 0] == numbers[3, 0]
    assert (numbers[:, :2] != numbers[:, 2:]).all()
