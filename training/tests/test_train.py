"""Training: the loss, the schedule, and a run that stops, goes on and exports."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from lmae import export, train
from lmae.data.sets import load_sets
from lmae.evaluation.golden import random_state, synthetic_input
from lmae.model.config import TINY
from lmae.model.lmae import LMAE
from lmae.model.slots import OTHER, UNKNOWN
from lmae.model.weights import load
from lmae.training import loop
from lmae.training.loop import learning_rate
from lmae.training.losses import EDGE_WEIGHT, completion_loss, error_loss
from lmae.training.options import size_share
from lmae.training.start import ADDED_PARTS, WIDENED_WEIGHTS, start_model, widened


def loss_of(logits: torch.Tensor, target: torch.Tensor, hidden: torch.Tensor, wrong: torch.Tensor) -> float:
    return float(completion_loss(logits, target, hidden, wrong, 0.1))


def test_loss_counts_hidden_pixels_only() -> None:
    target = torch.zeros(1, 4, 4, dtype=torch.uint8)
    hidden = torch.zeros(1, 4, 4, dtype=torch.bool)
    hidden[:, :2] = True
    none = torch.zeros_like(hidden)
    logits = torch.zeros(1, 3, 4, 4)
    logits[:, 0, :2] = 20
    assert loss_of(logits, target, hidden, none) < 1e-6
    logits[:, 1, 2:] = 20
    assert loss_of(logits, target, hidden, none) < 1e-6
    assert loss_of(logits, target, hidden, ~hidden) > 1


def test_void_and_other_in_the_loss() -> None:
    hidden = torch.ones(1, 4, 4, dtype=torch.bool)
    none = torch.zeros_like(hidden)
    logits = torch.zeros(1, 3, 4, 4)
    logits[:, 2] = 20
    other = torch.full((1, 4, 4), 254, dtype=torch.uint8)
    assert loss_of(logits, other, hidden, none) < 1e-6
    void = torch.full((1, 4, 4), 255, dtype=torch.uint8)
    assert loss_of(logits, void, hidden, none) == 0


def test_pixels_at_class_boundaries_weigh_more_in_the_loss() -> None:
    target = torch.zeros(1, 1, 20, dtype=torch.uint8)
    target[..., 10:] = 1
    hidden, none = torch.ones_like(target, dtype=torch.bool), torch.zeros_like(target, dtype=torch.bool)

    def wrong_at(*columns: int) -> float:
        logits = torch.zeros(1, 3, 1, 20)
        logits[:, 0, :, :10] = logits[:, 1, :, 10:] = 20
        for column in columns:
            logits[:, :, :, column] = logits[:, [1, 0, 2], :, column]
        return loss_of(logits, target, hidden, none)

    assert wrong_at(8) == pytest.approx(EDGE_WEIGHT * wrong_at(7), rel=1e-3)
    assert wrong_at(11) == pytest.approx(EDGE_WEIGHT * wrong_at(12), rel=1e-3)


def test_error_loss_counts_visible_pixels_only() -> None:
    given = torch.zeros(1, 8, 8, dtype=torch.uint8)
    given[:, :, 4:] = UNKNOWN
    wrong = torch.zeros(1, 8, 8, dtype=torch.bool)
    wrong[:, :4, :4] = True
    right = torch.tensor([[20.0, -20.0], [-20.0, -20.0]])[None, None]
    assert float(error_loss(right, given, wrong)) < 1e-6
    right[..., 1] = 20.0
    assert float(error_loss(right, given, wrong)) < 1e-6
    assert float(error_loss(-right, given, wrong)) > 5


def test_a_widened_network_answers_as_before() -> None:
    torch.manual_seed(0)
    model = LMAE(TINY)
    model.load_state_dict(random_state(model, 2))
    before = {name: value.clone() for name, value in model.state_dict().items() if not name.startswith(ADDED_PARTS)}
    silent = model.state_dict()
    silent["hole_out.weight"].zero_()
    silent["hole_out.bias"].zero_()
    for name in before.keys() & WIDENED_WEIGHTS:
        before[name] = before[name][:, :-2]
        silent[name][:, -2:] = 0
    sample = {name: value[None] for name, value in synthetic_input(64, 3, 1).items()}
    sample["image"] = sample["image"].float() / 255
    answers = []
    for state in (silent, widened(before, LMAE(TINY).state_dict())):
        model.load_state_dict(state)
        with torch.no_grad():
            answers.append(model(**sample, slots=3).logits)
    assert torch.equal(*answers)


def test_weights_of_another_network_are_refused() -> None:
    state, wanted = LMAE(TINY).state_dict(), LMAE(TINY).state_dict()
    for change in ({"ips.weight": torch.zeros(3, 3)}, {"foreign": torch.zeros(1)}):
        with pytest.raises(ValueError, match=next(iter(change))):
            widened({**state, **change}, wanted)
    del state["ips.weight"]
    with pytest.raises(ValueError, match="lack 'ips.weight'"):
        widened(state, wanted)


def test_a_pixel_without_a_slot_does_not_count() -> None:
    given = torch.full((1, 4, 4), OTHER, dtype=torch.uint8)
    wrong = torch.ones(1, 4, 4, dtype=torch.bool)
    assert float(error_loss(torch.full((1, 1, 1, 1), -20.0), given, wrong)) == 0


def test_window_sizes_are_multiples_of_a_patch() -> None:
    assert size_share("160:0.6") == (160, 0.6)
    assert size_share("224") == (224, 1.0)
    with pytest.raises(argparse.ArgumentTypeError):
        size_share("100")


def test_learning_rate_rises_then_falls() -> None:
    assert learning_rate(0, 0.0, 1.0, 100) == pytest.approx(0.01)
    assert learning_rate(200, 0.0, 1.0, 100) == pytest.approx(1.0)
    assert learning_rate(200, 1.0, 1.0, 100) == pytest.approx(0.01)


def test_the_log_tells_the_losses_apart(shapes_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "LOG_STEPS", 2)
    monkeypatch.setattr(loop, "FIRST_STEPS", ())
    command = ["train", "--data", str(shapes_folder), "--out", str(tmp_path), "--config", "lmae-tiny", "--batch", "1"]
    command += ["--workers", "0", "--threads", "1", "--windows", "4", "--sizes", "160"]
    command += ["--error-weight", "0.25", "--semantic-weight", "2"]
    monkeypatch.setattr(sys, "argv", command)
    train.main()
    entries = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [entry["step"] for entry in entries] == [2, 4]
    for entry in entries:
        assert 0 < entry["semantic"] < 5
        parts = entry["completion"] + 0.25 * entry["error"] + 2 * entry["semantic"]
        assert entry["total"] == pytest.approx(parts, abs=1e-3)


def test_sets_without_class_names_are_trained_on_all_the_same(
    shapes_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nameless = [replace(data, per_image_ids=True) for data in load_sets([shapes_folder], "train")]
    monkeypatch.setattr(train, "load_sets", lambda paths, split: nameless)
    monkeypatch.setattr(loop, "LOG_STEPS", 1)
    command = ["train", "--data", str(shapes_folder), "--out", str(tmp_path), "--config", "lmae-tiny", "--batch", "1"]
    monkeypatch.setattr(sys, "argv", [*command, "--workers", "0", "--threads", "1", "--windows", "1"])
    train.main()
    entry = json.loads((tmp_path / "log.jsonl").read_text().splitlines()[0])
    assert "semantic" not in entry and entry["completion"] > 0


def test_a_run_stops_resumes_and_exports(shapes_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "run"
    command = ["train", "--data", str(shapes_folder), "--out", str(out), "--config", "lmae-tiny", "--batch", "1"]
    command += ["--workers", "0", "--threads", "1", "--warmup", "2", "--minutes", "0.05"]
    monkeypatch.setattr(sys, "argv", [*command, "--session-minutes", "0.01"])
    train.main()
    first = torch.load(out / "last.pt")
    assert 0 < first["elapsed"] < 3.0 or first["step"] == 1
    monkeypatch.setattr(sys, "argv", command)
    train.main()
    second = torch.load(out / "last.pt")
    assert second["step"] > first["step"] and second["windows"] > first["windows"]

    shipped = tmp_path / "shipped"
    monkeypatch.setattr(sys, "argv", ["export", "--checkpoint", str(out / "last.pt"), "--out", str(shipped)])
    export.main()
    assert json.loads((shipped / "model.json").read_text())["training"]["steps"] == second["step"]

    model, _, origin = start_model(
        argparse.Namespace(config="lmae-tiny", backbone=None, support=False, init=str(shipped))
    )
    assert origin == f"lmae-tiny after {second['windows']} windows (scratch)"
    for name, value in model.state_dict().items():
        assert torch.allclose(value, second["ema"][name].half().float())
    for name, value in load(out / "last.pt")[0].state_dict().items():
        assert torch.equal(value, second["ema"][name])
