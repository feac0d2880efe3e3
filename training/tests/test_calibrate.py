"""Calibration: the right temperature is found, and context draws hide what the ratio asks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from lmae.calibrate import calibrate, drawn, expected_calibration_error, fit_temperature, tempered, thresholds
from lmae.context import averaged, hide_context
from lmae.evaluate import Batch
from lmae.protocol import MOST_SLOTS
from lmae.sets import load_sets
from lmae.slots import UNKNOWN


def test_an_overconfident_model_is_cooled() -> None:
    rng = np.random.default_rng(0)
    honest = np.pad(rng.dirichlet(np.ones(3), 20000), ((0, 0), (0, MOST_SLOTS - 2)))
    truth = np.array([rng.choice(3, p=p[:3]) for p in honest])
    sharp = drawn(tempered(honest, 0.5)[None])
    temperature = fit_temperature(sharp, truth)
    assert abs(temperature - 2.0) < 0.2
    after, before = (expected_calibration_error(sharp, truth, t) for t in (temperature, 1.0))
    assert after < 0.02 < before


def test_confidence_is_bounded_by_agreement_and_other_is_never_right() -> None:
    passes = np.zeros((4, 1, MOST_SLOTS + 1))
    passes[:, 0, 0] = 0.9
    passes[0, 0, :2] = (0.1, 0.9)
    draws = drawn(passes)
    assert draws.chosen[0] == 0 and draws.agreeing[0] == 0.75
    assert draws.confidence(0.3)[0] == 0.75
    kept = thresholds(draws, np.array([MOST_SLOTS]), 0.3)
    assert kept["0.7"] == {"share": 1.0, "accuracy": 0.0}
    assert kept["0.8"]["share"] == 0


def test_classes_without_probability_stay_without() -> None:
    means = np.array([[0.7, 0.3, 0.0]])
    assert tempered(means, 3.0)[0, 2] == 0


def test_context_is_hidden_up_to_the_ratio() -> None:
    given = np.zeros((64, 64), np.uint8)
    given[:16, :16] = UNKNOWN
    hidden = given == UNKNOWN
    shown = hide_context({"given": given, "hidden": hidden}, 0.5, np.random.default_rng(1))
    assert np.count_nonzero(shown["given"] == UNKNOWN) == 64 * 64 // 2
    assert (shown["given"][:16, :16] == UNKNOWN).all()
    enough = hide_context({"given": given, "hidden": hidden}, 0.05, np.random.default_rng(1))
    assert np.array_equal(enough["given"], given)


def test_a_report_for_every_pass_count(shapes_folder: Path) -> None:
    def uniform(batch: Batch) -> torch.Tensor:
        b, slots = batch["classes"].shape
        return torch.full((b, slots + 1, *batch["given"].shape[1:]), 1 / (slots + 1))

    sets = load_sets([shapes_folder], "val")
    result = calibrate(uniform, sets, sets, 1)
    for part in ("temperatures", "ece", "accuracy", "thresholds"):
        assert set(result[part]) == {"1", "4", "8"}


def blank(side: int = 64) -> Batch:
    given = torch.zeros(1, side, side, dtype=torch.uint8)
    image = torch.arange(side, dtype=torch.uint8).expand(1, 3, side, side)
    return {"image": image, "given": given, "hidden": given.bool(), "nearest": given, "distance": given.float()}


def test_passes_are_averaged_over_other_draws() -> None:
    seen: list[int] = []

    def predict(batch: Batch) -> torch.Tensor:
        seen.append(int((batch["given"] == UNKNOWN).sum()))
        return torch.full((1, 2, 64, 64), float(len(seen)))

    assert averaged(predict, 0.5, 3)(blank()).mean() == 2
    assert seen == [64 * 64 // 2] * 3


def test_the_second_pass_sees_a_mirror_and_its_answer_is_turned_back() -> None:
    answer = averaged(lambda batch: batch["image"].float(), 0.0, 8)(blank())
    assert torch.equal(answer[0, 0, 0], torch.arange(64).float())
    calls: list[int] = []

    def count(batch: Batch) -> torch.Tensor:
        calls.append(int(batch["image"][0, 0, 0, 0]))
        return batch["image"].float()

    averaged(count, 0.0, 8)(blank())
    assert calls == [0, 63]
