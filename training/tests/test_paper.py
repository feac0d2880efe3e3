"""The paper's tables, end to end on small generated folders."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from lmae import export, paper, train
from lmae.data.sets import load_sets
from lmae.evaluation.metrics import mean_iou
from lmae.evaluation.paper import TABLES, markdown, score_table
from lmae.evaluation.scoring import Batch
from lmae.model.config import TINY
from lmae.model.fixed import build_model
from lmae.model.weights import load, save


def test_background_can_be_left_out_of_the_mean() -> None:
    counts = np.zeros((256, 256), np.int64)
    counts[0, 0], counts[0, 1], counts[1, 1] = 6, 2, 2
    assert mean_iou(counts) == pytest.approx((6 / 8 + 2 / 4) / 2)
    assert mean_iou(counts, [0]) == pytest.approx(2 / 4)


def test_voc_is_counted_without_and_with_background(voc_made: Path) -> None:
    def all_right_but_background(batch: Batch) -> torch.Tensor:
        """Right wherever the truth is a thing; background (class 0) is called class 1."""
        target = batch["target"].long().clamp(max=20)
        return torch.nn.functional.one_hot(target.clamp(min=1), 22).permute(0, 3, 1, 2).float()

    (data,) = load_sets([voc_made], "val")
    report = score_table(all_right_but_background, TABLES["voc"], data, 0, 21)
    without, with_background = report["rows"]
    assert report["windows"] == 1 and without["paper"] == 91.0 and with_background["paper"] is None
    # Background's IoU is 0 and what was called class 1 counts against it; classes 2, 3, 4 are right.
    assert with_background["pa_miou"] == pytest.approx(without["pa_miou"] * 4 / 5, abs=0.01)
    assert 75 < without["pa_miou"] < 100 and without["ceiling"] == 100
    text = markdown("tiny", report["rows"]).splitlines()
    assert text[0] == "| model | PA-mIoU ours | nearest copying | paper's figure |"
    assert text[2].startswith("| tiny, 20 classes without background |") and text[2].endswith("| 91.0 |")
    assert text[3].startswith("| tiny, 21 classes with background |") and text[3].endswith("|  |")


@pytest.mark.parametrize("name,classes,size,windows", [("voc", 21, 224, 1), ("cityscapes", 19, 448, 2)])
def test_train_export_and_table_run_on_a_users_folder(
    name: str,
    classes: int,
    size: int,
    windows: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    root = str(request.getfixturevalue(f"{name}_made"))
    run, shipped, out = tmp_path / "run", tmp_path / "shipped", tmp_path / "report.json"
    command = ["train", "--fixed-classes", "--data", root, "--out", str(run), "--config", "lmae-tiny"]
    command += ["--batch", "1", "--windows", "2", "--sizes", "96", "--workers", "0", "--threads", "1"]
    monkeypatch.setattr(sys, "argv", command)
    train.main()
    monkeypatch.setattr(sys, "argv", ["export", "--checkpoint", str(run / "last.pt"), "--out", str(shipped)])
    export.main()
    words = ["paper", "--table", name, "--root", root, "--model", str(shipped), "--threads", "1"]
    monkeypatch.setattr(sys, "argv", [*words, "--out", str(out)])
    paper.main()
    report = json.loads(out.read_text())
    assert (report["table"], report["size"], report["mask"], report["windows"]) == (
        name,
        size,
        "random50",
        windows,
    )
    assert report["model"] == "lmae-tiny-fixed" and load(shipped)[1].fixed_classes == classes
    assert all(0 <= row["pa_miou"] <= row["ceiling"] == 100 for row in report["rows"])
    printed = capsys.readouterr().out
    assert f"crops of {size} px" in printed and "quoted, not measured here" in printed
    assert f"| {TABLES[name].paper} |" in printed


def test_a_model_with_anonymous_slots_can_be_scored_too(
    voc_made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    save(build_model(TINY).state_dict(), TINY, tmp_path)
    words = ["--root", str(voc_made), "--model", str(tmp_path), "--threads", "1"]
    monkeypatch.setattr(sys, "argv", ["paper", "--table", "voc", *words])
    paper.main()
    assert "| lmae-tiny, 20 classes without background |" in capsys.readouterr().out


def test_what_cannot_be_run_says_so(
    voc_made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refusal(*words: str) -> str:
        monkeypatch.setattr(sys, "argv", ["paper", "--threads", "1", *words])
        with pytest.raises(SystemExit) as stopped:
            paper.main()
        assert stopped.value.code == 2
        return capsys.readouterr().err

    config = replace(TINY, fixed_classes=19)
    save(build_model(config).state_dict(), config, tmp_path / "streets")
    voc, streets = str(voc_made), str(tmp_path / "streets")
    assert "not run: no --root with Pascal VOC 2012; unpack VOC" in refusal("--table", "voc", "--model", streets)
    assert "not run: no --model; train one by" in refusal("--table", "voc", "--root", voc)
    said = refusal("--table", "voc", "--root", voc, "--model", str(tmp_path / "none"))
    assert "not run:" in said and "none/model.json" in said
    said = refusal("--table", "voc", "--root", str(tmp_path), "--model", streets)
    assert "JPEGImages: no such folder; unpack VOC" in said
    said = refusal("--table", "voc", "--root", voc, "--model", streets)
    assert "voc has 21 classes, the model 19 fixed ones" in said
    said = refusal("--table", "voc", "--root", voc, "--model", streets, "--split", "test")
    assert "no split 'test'" in said
