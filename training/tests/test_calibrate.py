"""Calibration: the right temperature is found, and context draws hide what the ratio asks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from lmae.calibrate import calibrate, expected_calibration_error, fit_temperature, tempered
from lmae.context import averaged, hide_context
from lmae.evaluate import Batch
from lmae.sets import load_sets
from lmae.slots import UNKNOWN


def test_an_overconfident_model_is_cooled() -> None:
    rng = np.random.default_rng(0)
    honest = rng.dirichlet(np.ones(3), 20000)
    truth = np.array([rng.choice(3, p=p) for p in honest])
    sharp = tempered(honest, 0.5)
    assert abs(fit_temperature(sharp, truth) - 2.0) < 0.1
    assert expected_calibration_error(sharp, truth, 2.0) < 0.02 < expected_calibration_error(sharp, truth, 1.0)


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
    assert set(result["temperatures"]) == set(result["ece"]) == {"1", "4", "8"}


def test_passes_are_averaged_over_other_draws() -> None:
    seen: list[int] = []

    def predict(batch: Batch) -> torch.Tensor:
        seen.append(int((batch["given"] == UNKNOWN).sum()))
        return torch.full((1, 2, 64, 64), float(len(seen)))

    given = torch.zeros(1, 64, 64, dtype=torch.uint8)
    batch = {"given": given, "hidden": given.bool(), "nearest": given, "distance": given.float()}
    assert averaged(predict, 0.5, 3)(batch).mean() == 2
    assert seen == [64 * 64 // 2] * 3
