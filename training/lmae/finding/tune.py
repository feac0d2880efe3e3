"""Fits the rules of error finding (`rule`) on damaged windows of training splits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from ..arrays import U8, VOID, Floats
from ..data.damage import Damage
from ..evaluation.protocol import Window
from .candidates import Candidate, component_numbers
from .features import PIXEL_FEATURES, REGION_FEATURES, SHIFT_FEATURES, pixel_features
from .find_window import describe_all
from .predictor import Predictor
from .proposals import Proposal, overlap, propose, redraw
from .rule import Logistic, Rule
from .scan import Scan
from .scores import MATCH

#: A damaged window with its scan.
Scanned = tuple[Window, Damage, Scan]

PIXELS_A_WINDOW = 2000
#: Accepting all at the default threshold may break this share of the right pixels, on training windows.
HARM = 0.01
#: The threshold is never lower, however well accepting less sure proposals went on a few windows.
LEAST_ACCEPT = 0.25
RIDGE = 1e-3


def fit_logistic(features: Floats, hits: Floats) -> Logistic:
    """Logistic regression by Newton's method: features [n,d], hits [n] of 0..1; features are scaled inside."""
    mean, scale = features.mean(0), features.std(0) + 1e-6
    x = np.concatenate([np.ones((len(features), 1)), (features - mean) / scale], 1)
    beta = np.zeros(x.shape[1])
    penalty = RIDGE * len(x) * np.diag([0.0, *np.ones(features.shape[1])])
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        gradient = x.T @ (hits - p) - penalty @ beta
        curvature = (x * (p * (1 - p))[:, None]).T @ x + penalty + 1e-9 * np.eye(len(beta))
        step = np.linalg.solve(curvature, gradient)
        beta = beta + step
        if np.abs(step).max() < 1e-6:
            break
    slopes = beta[1:] / scale
    return Logistic(float(beta[0] - slopes @ mean), tuple(float(w) for w in slopes))


def tune(predictor: Predictor, samples: Sequence[Scanned], seed: int = 0) -> Rule:
    """All rules and the threshold from scanned damaged windows."""
    rng = np.random.default_rng(seed)
    pixels, wrong = [], []
    for window, damage, scan in samples:
        known = np.flatnonzero((damage.label != VOID).ravel())
        picked = rng.permutation(known)[:PIXELS_A_WINDOW]
        pixels.append(pixel_features(scan).reshape(-1, len(PIXEL_FEATURES))[picked])
        wrong.append((damage.label != window.label).ravel()[picked])
    pixel = fit_logistic(np.concatenate(pixels).astype(np.float64), np.concatenate(wrong).astype(np.float64))

    described = [describe_all(pixel, window.image, damage.label, scan) for window, damage, scan in samples]
    rows = [
        (one, row, max(overlap(one.where, error) for error in damage.errors) >= MATCH)
        for (found, features), (_, damage, _) in zip(described, samples, strict=True)
        for one, row in zip(found, features, strict=True)
    ]

    def fitted(features: Sequence[str], of: Callable[[Candidate], bool]) -> Logistic:
        mine = [(row, hit) for one, row, hit in rows if of(one)]
        return fit_hits([row for row, _ in mine], [hit for _, hit in mine], len(features))

    region = fitted(REGION_FEATURES, lambda one: not one.shape)
    shape = fitted(REGION_FEATURES, lambda one: one.shape and one.fit is None)
    shift = fitted(SHIFT_FEATURES, lambda one: one.fit is not None)
    rule = Rule(pixel, region, shape, shift, 1.0)
    proposed = [
        redraw(predictor, window.image, damage.label, propose(found, features, rule), component_numbers(damage.label))
        for (found, features), (window, damage, _) in zip(described, samples, strict=True)
    ]
    accept = threshold(proposed, [(window.label, damage.label) for window, damage, _ in samples])
    return replace(rule, accept=accept)


def fit_hits(features: Sequence[Floats], hits: Sequence[bool], count: int) -> Logistic:
    """A rule of `count` features for candidates; where no candidate was right, one that rejects all."""
    if not any(hits):
        return Logistic(-10.0, (0.0,) * count)
    return fit_logistic(np.stack(features), np.array(hits, np.float64))


def threshold(proposed: Sequence[Sequence[Proposal]], labels: Sequence[tuple[U8, U8]]) -> float:
    """The confidence of at least LEAST_ACCEPT from which accepting all mends most and breaks at most HARM of the right
    pixels; labels true, given.
    """
    gains = []
    right = 0
    for proposals, (true, given) in zip(proposed, labels, strict=True):
        known = true != VOID
        right += np.count_nonzero(known & (given == true))
        for proposal in proposals:
            where = proposal.where & known
            broken = np.count_nonzero((given == true)[where] & (proposal.label != true)[where])
            mended = np.count_nonzero((given != true)[where] & (proposal.label == true)[where])
            if proposal.confidence >= LEAST_ACCEPT:
                gains.append((proposal.confidence, broken, mended))
    gains.sort(key=lambda row: -row[0])
    broken_so_far, best, best_mended, mended_so_far = 0, 1.0, 0, 0
    for confidence, broken, mended in gains:
        broken_so_far, mended_so_far = broken_so_far + broken, mended_so_far + mended
        if broken_so_far <= HARM * right and mended_so_far > best_mended:
            best, best_mended = confidence, mended_so_far
    return round(best, 4)
