"""Calibration: the right temperature is found, and context draws hide what the ratio asks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from lmae.data.sets import load_sets
from lmae.evaluation.calibration import (
    Draws,
    calibrate,
    drawn,
    expected_calibration_error,
    fit_temperature,
    reliability,
    tempered,
    thresholds,
)
from lmae.evaluation.context import Pass, averaged, blend, hide_context
from lmae.evaluation.protocol import MOST_SLOTS
from lmae.evaluation.scoring import Batch
from lmae.model.slots import UNKNOWN


def test_an_overconfident_model_is_cooled() -> None:
    rng = np.random.default_rng(0)
    honest = np.pad(rng.dirichlet(np.ones(3), 20000), ((0, 0), (0, MOST_SLOTS - 2)))
    truth = np.array([rng.choice(3, p=p[:3]) for p in honest])
    sharp = Draws(tempered(honest, 0.5), np.ones(len(honest)))
    temperature = fit_temperature(sharp, truth)
    assert abs(temperature - 2.0) < 0.2
    after, before = (expected_calibration_error(sharp, truth, t) for t in (temperature, 1.0))
    assert after < 0.02 < before


def test_confidence_is_bounded_by_agreement_and_other_is_never_right() -> None:
    means = np.zeros((1, MOST_SLOTS + 1))
    means[0, 0] = 1
    draws = Draws(means, np.array([0.75]))
    assert draws.chosen[0] == 0
    assert draws.confidence(0.3)[0] == 0.75
    kept = thresholds(draws, np.array([MOST_SLOTS]), 0.3)
    assert kept["0.7"] == {"share": 1.0, "accuracy": 0.0}
    assert kept["0.8"]["share"] == 0


def test_thresholds_are_taken_apart_into_bins() -> None:
    nan = float("nan")
    table = {
        "0.5": {"share": 0.9, "accuracy": 0.8},
        "0.8": {"share": 0.9, "accuracy": 0.8},
        "0.9": {"share": 0.4, "accuracy": 0.95},
        "0.95": {"share": 0.0, "accuracy": nan},
    }
    report = {"accuracy": {"2": 0.75}, "thresholds": {"2": table}}
    assert reliability(report, 2) == [[0.0, 0.3], [0.8, 0.68], [0.9, 0.95]]
    all_sure = {"accuracy": {"2": 0.9}, "thresholds": {"2": {"0.5": {"share": 1.0, "accuracy": 0.9}}}}
    assert reliability(all_sure, 2) == [[0.0, 0.9]]


def one_pass(probabilities: list[float], weight: list[float]) -> Pass:
    return Pass(torch.tensor(probabilities)[None, :, None, None], torch.tensor(weight)[None])


def test_a_slot_that_a_pass_does_not_show_abstains_and_other_hardly_counts_there() -> None:
    both = one_pass([0.2, 0.6, 0.2], [1, 1, 1])
    first_only = one_pass([0.4, 0.0, 0.6], [1, 0, 1e-3])
    mean = blend([both, first_only])[0, :, 0, 0]
    wanted = torch.tensor([0.3, 0.6, (0.2 + 0.6e-3) / 1.001])
    assert torch.allclose(mean, wanted / wanted.sum(), atol=1e-6)
    draws = drawn([both, first_only], [(np.array([0]), np.array([0]))])
    assert draws.chosen[0] == 1 and draws.agreeing[0] == 0.5


def test_classes_without_probability_stay_without() -> None:
    means = np.array([[0.7, 0.3, 0.0]])
    assert tempered(means, 3.0)[0, 2] == 0


def test_context_is_hidden_up_to_the_ratio_but_never_a_hint() -> None:
    given = np.zeros((64, 64), np.uint8)
    given[:16, :16] = UNKNOWN
    hidden, hint = given == UNKNOWN, np.zeros(given.shape, bool)
    sample = {"given": given, "hidden": hidden, "hint": hint}
    shown = hide_context(sample, 0.5, np.random.default_rng(1))
    assert np.count_nonzero(shown["given"] == UNKNOWN) == 64 * 64 // 2
    assert (shown["given"][:16, :16] == UNKNOWN).all()
    assert hide_context(sample, 0.05, np.random.default_rng(1)) is sample
    hint[20:24, 20:24] = True
    for seed in range(5):
        assert (hide_context(sample, 0.99, np.random.default_rng(seed))["given"][hint] == 0).all()


def test_a_report_for_every_pass_count(shapes_folder: Path) -> None:
    def uniform(batch: Batch) -> torch.Tensor:
        b, slots = batch["classes"].shape
        return torch.full((b, slots + 1, *batch["given"].shape[1:]), 1 / (slots + 1))

    sets = load_sets([shapes_folder], "val")
    result = calibrate(uniform, sets, sets, 1)
    for part in ("temperatures", "ece", "accuracy", "thresholds"):
        assert set(result[part]) == {"1", "2", "4", "8"}


def blank(side: int = 64) -> Batch:
    given = torch.zeros(1, side, side, dtype=torch.uint8)
    ramp = torch.arange(side, dtype=torch.uint8).expand(1, side, side)
    classes = torch.zeros(1, 1, dtype=torch.uint8)
    image = torch.stack([ramp, ramp + 1, ramp + 2], 1)
    nothing = given.bool()
    return {
        "image": image, "given": given, "hidden": nothing, "hint": nothing, "classes": classes,
        "nearest": ramp + 3, "distance": ramp.float() + 4,
    }  # fmt: skip


def test_passes_are_averaged_over_other_draws() -> None:
    seen: list[int] = []

    def predict(batch: Batch) -> torch.Tensor:
        seen.append(int((batch["given"] == UNKNOWN).sum()))
        share = len(seen) / 10
        return torch.tensor([share, 1 - share])[None, :, None, None].expand(1, 2, 64, 64)

    assert torch.allclose(averaged(predict, 0.5, 3)(blank())[0, 0], torch.tensor(0.2))
    assert seen == [64 * 64 // 2] * 3


def test_the_second_pass_sees_a_mirror_of_everything_and_its_answer_is_turned_back() -> None:
    seen: list[Batch] = []

    def predict(batch: Batch) -> torch.Tensor:
        seen.append(batch)
        share = batch["image"][:, :1].float() / 64
        return torch.cat([share, 1 - share], 1)

    answer = averaged(predict, 0.0, 8)(blank())
    assert torch.allclose(answer[0, 0, 0], torch.arange(64) / 64)
    assert len(seen) == 2
    for name in ("image", "given", "nearest", "distance"):
        assert torch.equal(seen[1][name], blank()[name].flip(-1))
