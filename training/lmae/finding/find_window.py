"""Error finding in one window, from its label to proposals. The app does the same (`src/find`)."""

from __future__ import annotations

import numpy as np

from ..arrays import F32, U8, VOID, Floats
from .appearance import appearance_of
from .candidates import Candidate, candidates, component_numbers
from .features import describe, pixel_features
from .posteriors import ClassPosteriors
from .predictor import Predictor
from .proposals import Finding, propose, redraw
from .rule import Logistic, Rule
from .scan import Scan, scan_window


def find_errors(
    predictor: Predictor, rule: Rule, image: U8, label: U8, posteriors: ClassPosteriors, rng: np.random.Generator
) -> Finding:
    """What looks wrong in a window: image uint8 [3,S,S], label uint8 [S,S] (255 = void), support's posteriors."""
    scan = scan_window(predictor, image, label, posteriors, rng)
    found, features = describe_all(rule.pixel, image, label, scan)
    proposals = redraw(predictor, image, label, propose(found, features, rule), component_numbers(label))
    suspicion = 1 / (1 + np.exp(-error_log_odds(rule.pixel, scan)))
    return Finding(proposals, (suspicion * (label != VOID)).astype(np.float32))


def error_log_odds(rule: Logistic, scan: Scan) -> F32:
    """Log odds [S,S] that a pixel is wrong."""
    return rule.log_odds(pixel_features(scan)).astype(np.float32)


def describe_all(rule: Logistic, image: U8, label: U8, scan: Scan) -> tuple[list[Candidate], list[Floats]]:
    """The candidates of a window and their features."""
    log_odds, appearance = error_log_odds(rule, scan), appearance_of(image)
    numbers = component_numbers(label)
    found = candidates(label, scan, log_odds, appearance)
    return found, [describe(one, label, numbers, scan, log_odds, appearance.ranks) for one in found]
