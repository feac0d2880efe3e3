import json
from pathlib import Path

import numpy as np
import pytest

from lmae.finding.find_errors import Finding, Proposal
from lmae.finding.quality import label_quality, soft_minimum

#: The app is tested on the same cases.
CASES = Path(__file__).parents[2] / "src/review/fixtures/labelQuality.json"


@pytest.mark.parametrize("case", json.loads(CASES.read_text()), ids=lambda case: case["name"])
def test_label_quality_is_the_apps(case):
    size = case["height"], case["width"]
    regions = []
    for region in case["regions"]:
        where = np.zeros(size, bool)
        x, y, width, height = region["rect"]
        where[y : y + height, x : x + width] = np.array(region["bits"], bool).reshape(height, width)
        regions.append((where, region["confidence"]))
    heat = np.array(case["heat"], np.float64).reshape(size)
    assert soft_minimum(heat / 255, regions) == pytest.approx(case["quality"], abs=1e-6)


def test_label_quality_falls_with_what_is_found():
    suspicion = np.full((20, 20), 0.5, np.float32)
    where = np.zeros((20, 20), bool)
    label = np.zeros((20, 20), np.uint8)

    def quality(confidence: float, side: int) -> float:
        pixels = where.copy()
        pixels[:side, :side] = True
        return label_quality(Finding((Proposal(pixels, label, confidence),), suspicion))

    assert label_quality(Finding((), suspicion)) == 1
    assert quality(0.05, 9) == 1
    assert 1 > quality(0.3, 4) > quality(0.3, 9) > quality(0.9, 9) > 0
