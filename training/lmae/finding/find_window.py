"""Error finding in one window, from its label to proposals. The app does the same (`src/find`)."""

from __future__ import annotations

import numpy as np

from ..arrays import F32, U8, VOID, Floats
from .appearance import appearance_of
from .candidates import Candidate, candidates, parts_of
from .probe import Opinion
from .proposals import Finding, Logistic, Rule, describe, pixel_features, propose, redraw
from .scan import Judge, Scan, scan_window


def find_errors(judge: Judge, rule: Rule, image: U8, label: U8, opinion: Opinion, rng: np.random.Generator) -> Finding:
    """What looks wrong in a window: image uint8 [3,S,S], label uint8 [S,S] (255 = void), the probe's opinion of it."""
    return conclude(judge, rule, image, label, scan_window(judge, image, label, opinion, rng))


def conclude(judge: Judge, rule: Rule, image: U8, label: U8, scan: Scan) -> Finding:
    """What the readings of a window amount to."""
    found, features = describe_all(rule.pixel, image, label, scan)
    proposals = redraw(judge, image, label, propose(found, features, rule), parts_of(label))
    suspicion = 1 / (1 + np.exp(-suspect(rule.pixel, scan)))
    return Finding(proposals, (suspicion * (label != VOID)).astype(np.float32))


def suspect(rule: Logistic, scan: Scan) -> F32:
    """Log odds [S,S] that a pixel is wrong."""
    return rule.log_odds(pixel_features(scan)).astype(np.float32)


def describe_all(rule: Logistic, image: U8, label: U8, scan: Scan) -> tuple[list[Candidate], list[Floats]]:
    """The candidates of a window and their features."""
    log_odds, seen = suspect(rule, scan), appearance_of(image)
    parts = parts_of(label)
    found = candidates(label, scan, log_odds, seen)
    return found, [describe(one, label, parts, scan, log_odds, seen.ranks) for one in found]
