"""The figures of the app's self-check are those of the evaluation: one fixture, read by both."""

import json
from pathlib import Path

import numpy as np
import pytest

from lmae.evaluation.calibration import MOST_SLOTS, Draws, expected_calibration_error
from lmae.evaluation.metrics import Tally

FIXTURE = Path(__file__).parents[2] / "src" / "review" / "check" / "fixtures" / "figures.json"


def test_figures_are_those_of_the_app() -> None:
    given = json.loads(FIXTURE.read_text())
    truth, answer, level = (np.array(given[name]) for name in ("truth", "answer", "confidence"))
    tally = Tally(per_image=False)
    tally.add("", truth.astype(np.uint8), answer.astype(np.uint8), np.ones(len(truth), bool))
    assert tally.mean_iou() == pytest.approx(given["mean_iou"])
    assert tally.pixel_accuracy() == pytest.approx(given["accuracy"])
    confidence = level / 255
    means = np.repeat(((1 - confidence) / (MOST_SLOTS - 1))[:, None], MOST_SLOTS + 1, axis=1)
    means[:, MOST_SLOTS] = 0
    means[np.arange(len(answer)), answer] = confidence
    draws = Draws(means, np.ones(len(truth)))
    assert expected_calibration_error(draws, truth, 1.0) == pytest.approx(given["ece"], abs=1e-6)
