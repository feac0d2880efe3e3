from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from conftest import png

from lmae import evaluate
from lmae.data.dataset import DataSet, Item
from lmae.data.masks import PROTOCOL_MASKS
from lmae.data.sets import load_sets
from lmae.evaluation.metrics import Tally, confusion, mean_iou
from lmae.evaluation.protocol import prefetch, protocol_tasks, protocol_windows
from lmae.evaluation.scoring import Batch, best_slots, evaluate_model, mask_name


def one_hot(slots: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Probabilities that choose those slots; 254 and 255 choose "other"."""
    count = batch["classes"].shape[1]
    return F.one_hot(slots.long().clamp(max=count), count + 1).permute(0, 3, 1, 2).float()


def perfect(batch: Batch) -> torch.Tensor:
    return one_hot(batch["target"], batch)


def copying(batch: Batch) -> torch.Tensor:
    return one_hot(batch["nearest"], batch)


@pytest.fixture(scope="module")
def shapes(shapes_folder: Path) -> list[DataSet]:
    return load_sets([shapes_folder], "val")


def test_confusion_and_mean_iou_by_hand() -> None:
    target = np.array([[0, 0, 1, 1]], np.uint8)
    answer = np.array([[0, 1, 1, 255]], np.uint8)
    counts = confusion(target, answer, np.ones((1, 4), bool))
    # Class 0: 1 right of 2, never answered wrongly: 1/2. Class 1: 1 right, 1 missed, 1 false: 1/3.
    assert mean_iou(counts) == pytest.approx((1 / 2 + 1 / 3) / 2)
    assert np.isnan(mean_iou(np.zeros((256, 256), np.int64)))


def test_a_class_answered_but_absent_is_not_averaged() -> None:
    target, answer = np.zeros((1, 4), np.uint8), np.array([[0, 0, 0, 9]], np.uint8)
    assert mean_iou(confusion(target, answer, np.ones((1, 4), bool))) == pytest.approx(0.75)


def test_ids_that_differ_between_images_are_averaged_by_image() -> None:
    zeros, ones, everywhere = np.zeros((1, 2), np.uint8), np.ones((1, 2), np.uint8), np.ones((1, 2), bool)
    whole, apart = Tally(False), Tally(True)
    for tally in (whole, apart):
        tally.add("a", zeros, zeros, everywhere)
        tally.add("b", zeros, ones, everywhere)
        tally.add("b", ones, ones, everywhere)
    assert whole.mean_iou() == pytest.approx((2 / 4 + 2 / 4) / 2)
    assert apart.mean_iou() == pytest.approx((1 + (0 + 2 / 4) / 2) / 2)
    assert whole.pixel_accuracy() == apart.pixel_accuracy() == pytest.approx(4 / 6)


def test_windows_tile_at_their_own_stride_and_small_images_are_scaled_up(shapes: list[DataSet]) -> None:
    windows = list(protocol_windows(shapes[0]))
    # 300x240 -> one, 150x120 -> 280x224 -> one, 500x260 -> two, then 300x240 again.
    assert sorted(w.key for w in windows) == ["000:0:0", "001:0:0", "002:0:0", "002:0:224", "003:0:0"]
    assert all(w.image.shape == (3, 224, 224) and w.label.shape == (224, 224) for w in windows)


def test_tasks_are_the_same_every_time_and_at_most_as_many_as_asked(shapes: list[DataSet]) -> None:
    windows = list(protocol_windows(shapes[0]))
    one, two = (list(protocol_tasks(windows, "random50", 3)) for _ in range(2))
    assert len(one) == 3
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a.sample["hidden"], b.sample["hidden"])
    # The mask of a window does not depend on the windows before it.
    alone = next(protocol_tasks(windows[2:], "random50", 1))
    np.testing.assert_array_equal(alone.sample["hidden"], one[2].sample["hidden"])


@pytest.mark.parametrize("mask", PROTOCOL_MASKS)
def test_copying_the_nearest_scores_as_nearest_copying(shapes: list[DataSet], mask: str) -> None:
    scores = evaluate_model(copying, shapes, [mask])["sets"]["shapes"][mask]
    assert scores["pa_miou"] == scores["nearest_pa_miou"]
    assert scores["nearest_pa_miou"] < scores["ceiling"] <= 100


@pytest.mark.parametrize("mask", ["random25", "component"])
def test_the_perfect_model_reaches_the_ceiling(shapes: list[DataSet], mask: str) -> None:
    scores = evaluate_model(perfect, shapes, [mask])["sets"]["shapes"][mask]
    # Every class is visible under these masks, by the hint or by chance.
    assert scores["pa_miou"] == scores["ceiling"] == 100 and scores["pixel_acc"] == 100


def test_ceiling_counts_what_cannot_be_named(shapes: list[DataSet]) -> None:
    left = np.zeros((224, 224), np.uint8)
    left[:, 112:] = 1
    image = png(np.zeros((224, 224, 3), np.uint8))
    data = DataSet("halves", ("a", "b"), (Item("i", image, png(left)),))
    scores = evaluate_model(perfect, [data], ["band", "block50"])["sets"]["halves"]
    assert scores["band"]["ceiling"] == 100 == scores["band"]["pa_miou"]
    tiny = np.zeros((224, 224), np.uint8)
    tiny[100:110, 100:110] = 1
    data = DataSet("speck", ("a", "b"), (Item("i", image, png(tiny)),))
    scores = evaluate_model(perfect, [data], ["band"])["sets"]["speck"]
    # The speck lies wholly in the band: its class has no name, and what is answered instead costs class 0.
    assert scores["band"]["ceiling"] == 50
    assert 40 < scores["band"]["pa_miou"] < 50


def test_more_visible_classes_than_slots_does_not_bind_copying() -> None:
    stripes = np.repeat(np.arange(56, dtype=np.uint8), 4)[None, :].repeat(224, axis=0)
    data = DataSet("stripes", (), (Item("i", png(np.zeros((224, 224, 3), np.uint8)), png(stripes)),))
    task = next(protocol_tasks(protocol_windows(data), "random50", 1))
    assert np.count_nonzero(task.sample["classes"] != 255) == 24
    assert len(np.unique(task.nearest)) > 40 and not (task.nearest == 255).any()
    scores = evaluate_model(copying, [data], ["random50"])["sets"]["stripes"]["random50"]
    assert scores["nearest_pa_miou"] >= scores["pa_miou"]


def test_other_and_unused_slots_are_never_answers() -> None:
    probabilities = torch.zeros(1, 4, 1, 2)
    probabilities[0, :, 0, 0] = torch.tensor([0.1, 0.2, 0.6, 0.9])
    classes = torch.tensor([[7, 9, 255]], dtype=torch.uint8)
    assert best_slots(probabilities, classes)[0, 0].tolist() == [1, 0]


def test_report_has_sets_means_and_a_row_only_where_windows_exist(shapes: list[DataSet]) -> None:
    flat = DataSet(
        "flat",
        ("a",),
        (Item("i", png(np.zeros((224, 224, 3), np.uint8)), png(np.zeros((224, 224), np.uint8))),),
    )
    lines: list[str] = []
    report = evaluate_model(copying, [*shapes, flat], ["random50", "band"], 2, progress=lines.append)
    assert set(report) == {"sets", "mean"}
    assert set(report["sets"]["flat"]) == {"random50"} and set(report["sets"]["shapes"]) == {
        "random50",
        "band",
    }
    row = report["sets"]["shapes"]["random50"]
    assert set(row) == {"pa_miou", "pixel_acc", "nearest_pa_miou", "ceiling", "windows"} and row["windows"] == 2
    wanted = (row["pa_miou"] + report["sets"]["flat"]["random50"]["pa_miou"]) / 2
    assert report["mean"]["random50"]["pa_miou"] == pytest.approx(wanted, abs=0.01)
    assert len(lines) == 3


def test_command_writes_the_report(
    shapes_tar: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from lmae.model.config import TINY
    from lmae.model.lmae import LMAE
    from lmae.model.weights import save

    torch.manual_seed(0)
    save(LMAE(TINY).state_dict(), TINY, tmp_path / "tiny")
    out = tmp_path / "report.json"
    words = [
        "--model",
        str(tmp_path / "tiny"),
        "--data",
        str(shapes_tar),
        "--out",
        str(out),
        "--max-windows",
        "2",
    ]
    monkeypatch.setattr(sys, "argv", ["lmae.evaluate", *words, "--masks", "block25", "--threads", "1"])
    evaluate.main()
    scores = json.loads(out.read_text())["sets"]["shapes"]["block25"]
    assert 0 <= scores["pa_miou"] <= scores["ceiling"] <= 100
    assert "block25" in capsys.readouterr().out


def test_masks_of_any_percentage_are_named_as_the_protocols_are() -> None:
    for name in ("random50", "random5", "block90", "component", "band"):
        assert mask_name(name) == name
    for name in ("random0", "block100", "random", "stroke5", "speck"):
        with pytest.raises(argparse.ArgumentTypeError, match="unknown mask"):
            mask_name(name)


def test_items_made_ahead_keep_their_order_and_errors_surface() -> None:
    assert list(prefetch(range(20), depth=3)) == list(range(20))

    def failing() -> Iterator[int]:
        yield 1
        raise RuntimeError("broken label")

    source = prefetch(failing())
    assert next(source) == 1
    with pytest.raises(RuntimeError, match="broken label"):
        next(source)


def test_abandoning_ends_the_thread() -> None:
    before = threading.active_count()
    source = prefetch(iter(int, 1))
    next(source)
    source.close()
    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() == before
