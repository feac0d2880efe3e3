"""Logistic rules: how likely a pixel is wrong, and how likely a candidate is an error.

Fitted on training splits (`lmae.find --tune`, `tune`) and kept in `finding` of the model's manifest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..arrays import Floats
from .candidates import Candidate
from .features import PIXEL_FEATURES, REGION_FEATURES, SHIFT_FEATURES


@dataclass(frozen=True)
class Logistic:
    """sigmoid(bias + weights . x)."""

    bias: float
    weights: tuple[float, ...]

    def log_odds(self, features: npt.NDArray[Any]) -> Floats:
        """features [..., n] -> [...]."""
        return np.asarray(self.bias + np.asarray(features, np.float64) @ np.asarray(self.weights))

    def __call__(self, features: npt.NDArray[Any]) -> Floats:
        """features [..., n] -> probability [...]."""
        return np.asarray(1 / (1 + np.exp(-self.log_odds(features))))


@dataclass(frozen=True)
class Rule:
    """One rule each for pixels, regions, redrawn shapes and shifted components, and the app's default threshold."""

    pixel: Logistic
    region: Logistic
    shape: Logistic
    shift: Logistic
    accept: float

    def of(self, candidate: Candidate) -> Logistic:
        """The rule for that kind of candidate."""
        if candidate.fit is not None:
            return self.shift
        return self.shape if candidate.shape else self.region

    def to_json(self) -> dict[str, Any]:
        """As stored under "finding" in model.json: weights by the name of their feature."""

        def named(rule: Logistic, names: Sequence[str]) -> dict[str, Any]:
            return {"bias": rule.bias, "weights": dict(zip(names, rule.weights, strict=True))}

        return {
            "pixel": named(self.pixel, PIXEL_FEATURES),
            "region": named(self.region, REGION_FEATURES),
            "shape": named(self.shape, REGION_FEATURES),
            "shift": named(self.shift, SHIFT_FEATURES),
            "accept": self.accept,
        }

    @staticmethod
    def from_json(data: dict[str, Any]) -> Rule:
        """Raises KeyError when a feature's weight is missing."""

        def rule(name: str, features: Sequence[str]) -> Logistic:
            weights = data[name]["weights"]
            return Logistic(float(data[name]["bias"]), tuple(float(weights[feature]) for feature in features))

        region, shape = rule("region", REGION_FEATURES), rule("shape", REGION_FEATURES)
        shift = rule("shift", SHIFT_FEATURES)
        return Rule(rule("pixel", PIXEL_FEATURES), region, shape, shift, float(data["accept"]))
