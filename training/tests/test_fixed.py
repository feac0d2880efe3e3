"""The paper's fixed-class model: a channel a class, hidden classes included; and its training and export."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import png

from lmae import calibrate, evaluate, export, train
from lmae.data import windows
from lmae.data.dataset import DataError, DataSet, Item, one_taxonomy, require_classes
from lmae.data.masks import Mask
from lmae.data.sets import load_sets
from lmae.data.windows import WindowSampler, make_sample
from lmae.evaluation.golden import random_state, synthetic_input
from lmae.evaluation.scoring import evaluate_model, model_predictor
from lmae.model.config import TINY
from lmae.model.fixed import FixedClassMAE, build_model
from lmae.model.lmae import LMAE
from lmae.model.weights import load
from lmae.training.losses import completion_loss

CLASSES = 5
CONFIG = replace(TINY, name="lmae-tiny-fixed", fixed_classes=CLASSES)


@pytest.fixture(scope="module")
def model() -> FixedClassMAE:
    net = FixedClassMAE(CONFIG)
    net.load_state_dict(random_state(net, 5))
    return net.eval()


def answer(model: torch.nn.Module, sample: dict[str, torch.Tensor], slots: int = CLASSES) -> torch.Tensor:
    image = sample["image"][None].float() / 255
    given, nearest, distance = (sample[name][None] for name in ("given", "nearest", "distance"))
    with torch.no_grad():
        return model(image, given, nearest, distance.float(), slots).logits


def test_every_class_can_be_answered_and_other_never_is(model: FixedClassMAE) -> None:
    sample = synthetic_input(64, 3, 1)  # classes 3 and 4 are visible nowhere
    sample["given"][sample["given"] == 254] = 0
    logits = answer(model, sample)
    assert logits.shape == (1, CLASSES + 1, 64, 64)
    probabilities = logits.softmax(1)
    assert (probabilities[:, :CLASSES] > 1e-6).all() and (probabilities[:, CLASSES] == 0).all()


def test_channels_are_classes_not_slots(model: FixedClassMAE) -> None:
    sample = synthetic_input(64, 3, 1)
    table = torch.arange(256, dtype=torch.uint8)
    table[:3] = torch.tensor([2, 0, 1], dtype=torch.uint8)
    moved = {**sample, "given": table[sample["given"].long()], "nearest": table[sample["nearest"].long()]}
    assert not torch.allclose(answer(model, sample)[:, :3], answer(model, moved)[:, [2, 0, 1]], atol=1e-2)
    with pytest.raises(ValueError, match="5 fixed classes and was given 3 anonymous slots"):
        answer(model, sample, slots=3)


def test_an_untrained_model_copies_the_nearest_label() -> None:
    sample = synthetic_input(64, 3, 1)
    near = (sample["nearest"] < 3) & (sample["distance"] < 10)
    chosen = answer(FixedClassMAE(CONFIG).eval(), sample).argmax(1)[0]
    assert (chosen == sample["nearest"])[near].all()


def test_build_model_follows_the_config() -> None:
    assert isinstance(build_model(CONFIG), FixedClassMAE)
    assert isinstance(build_model(TINY), LMAE)


def test_slots_are_class_ids_and_hidden_classes_stay_targets(scene: np.ndarray) -> None:
    image = np.zeros((3, 160, 160), np.uint8)
    mask = Mask(scene == 2, "component")
    sample = make_sample(image, scene, mask, 7, rng=np.random.default_rng(0), fixed=True)
    assert sample is not None
    assert sample["classes"].tolist() == list(range(7))
    np.testing.assert_array_equal(sample["target"], scene)
    assert (sample["target"][sample["hidden"]] == 2).all() and 2 not in sample["given"]
    known = sample["given"] != 255
    np.testing.assert_array_equal(sample["given"][known], scene[known])


def test_training_windows_keep_the_taxonomy(shapes_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def merge(rng: np.random.Generator, label: np.ndarray) -> np.ndarray:
        raise AssertionError("classes of a fixed taxonomy were merged")

    monkeypatch.setattr(windows, "sample_taxonomy", merge)
    sets = load_sets([shapes_folder], "train")
    sampler = WindowSampler(sets, window=128, rng=np.random.default_rng(0), slots=CLASSES, fixed=True)
    for _ in range(20):
        sample = sampler.sample()
        assert sample["classes"].tolist() == list(range(CLASSES))
        assert set(np.unique(sample["target"])) <= {*range(CLASSES), 255}


def test_an_id_beyond_the_class_list_is_named() -> None:
    label = np.zeros((160, 160), np.uint8)
    label[80:] = 9
    two = DataSet("two", ("a", "b"), (Item("only", png(np.zeros((160, 160, 3), np.uint8)), png(label)),))
    sampler = WindowSampler([two], rng=np.random.default_rng(0), slots=2, fixed=True)
    with pytest.raises(DataError, match="two/only: its label holds class id 9, the class list ends at 1"):
        for _ in range(20):
            sampler.sample()
    with pytest.raises(DataError, match="only: its label holds class id 9"):
        evaluate_model(model_predictor(build_model(replace(CONFIG, fixed_classes=2))), [two], fixed_classes=2)


def test_sets_of_different_class_lists_are_refused(shapes_folder: Path) -> None:
    shapes = load_sets([shapes_folder], "train")[0]
    assert one_taxonomy([shapes, replace(shapes, name="more")]) == CLASSES
    with pytest.raises(DataError, match="shapes and other have different class lists.*give one set"):
        one_taxonomy([shapes, replace(shapes, name="other", classes=("a", "b"))])
    with pytest.raises(DataError, match="differ between images"):
        one_taxonomy([replace(shapes, per_image_ids=True)])
    require_classes([shapes], 0)
    with pytest.raises(DataError, match="shapes has 5 classes, the model 21 fixed ones"):
        require_classes([shapes], 21)


def test_a_hidden_class_costs_what_it_is_given() -> None:
    """The loss of a class that is visible nowhere is an ordinary cross-entropy, not the clamped one."""
    logits = torch.zeros(1, CLASSES + 1, 16, 16)
    logits[:, CLASSES] = -1e9
    hidden = torch.ones(1, 16, 16, dtype=torch.bool)
    target = torch.full((1, 16, 16), 4, dtype=torch.uint8)
    loss = completion_loss(logits, target, hidden, torch.zeros_like(hidden), 0.1)
    assert float(loss) == pytest.approx(np.log(CLASSES), abs=1e-4)


def test_a_model_is_trained_exported_and_evaluated(
    shapes_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run, shipped = tmp_path / "run", tmp_path / "shipped"
    command = ["train", "--data", str(shapes_folder), "--config", "lmae-tiny", "--fixed-classes"]
    command += ["--batch", "2", "--workers", "0", "--threads", "1", "--windows", "4", "--sizes", "128"]
    monkeypatch.setattr(sys, "argv", [*command, "--out", str(run)])
    train.main()
    monkeypatch.setattr(sys, "argv", ["export", "--checkpoint", str(run / "last.pt"), "--out", str(shipped)])
    export.main()

    loaded, config = load(shipped)
    assert isinstance(loaded, FixedClassMAE) and config == CONFIG
    trained = torch.load(run / "last.pt")["ema"]
    for name, value in loaded.state_dict().items():
        assert torch.allclose(value, trained[name].half().float())
    card = (shipped / "README.md").read_text()
    assert "5 fixed classes" in card and "names only classes visible" not in card

    words = ["--model", str(shipped), "--data", str(shapes_folder), "--threads", "1"]
    limits = ["--max-windows", "2", "--masks", "component", "--out", str(tmp_path / "report.json")]
    monkeypatch.setattr(sys, "argv", ["evaluate", *words, *limits])
    evaluate.main()
    scores = json.loads((tmp_path / "report.json").read_text())["sets"]["shapes"]["component"]
    assert scores["ceiling"] == 100 and scores["windows"] == 2

    monkeypatch.setattr(sys, "argv", ["calibrate", *words])
    with pytest.raises(SystemExit):
        calibrate.main()
    assert "needs anonymous slots" in capsys.readouterr().err

    # It may go on from its own weights, not from or to anonymous slots.
    monkeypatch.setattr(sys, "argv", [*command, "--out", str(tmp_path / "more"), "--init", str(shipped)])
    train.main()
    command.remove("--fixed-classes")
    for init in (shipped, run / "last.pt"):
        monkeypatch.setattr(sys, "argv", [*command, "--out", str(tmp_path / "other"), "--init", str(init)])
        with pytest.raises(ValueError, match="has 5 fixed classes, this run 0"):
            train.main()
