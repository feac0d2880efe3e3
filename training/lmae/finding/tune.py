"""Fits the rules of error finding (`rule`) on damaged windows of training splits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ..arrays import VOID, Bool, Floats
from ..data.damage import Damage
from ..evaluation.protocol import Window
from .candidates import Candidate
from .evidence import Evidence, gather, suspicion
from .find_errors import Proposal, choose, described, overlap, propose, verified_rows
from .posteriors import ClassPosteriors
from .predictor import Predictor
from .rule import Rule, Rules, constant, fit_logistic, fit_trees
from .scene import Scene
from .scores import MATCH, effect
from .verify import Verified, verify

PIXELS_A_WINDOW = 2000
#: What is to be chosen, and the threshold, are found with rules that have not seen a window: in so many folds.
FOLDS = 4
#: Accepting all at the default threshold may break this share of the right pixels, on training windows.
HARM = 0.01
#: The threshold is never lower, however well accepting less sure proposals went on a few windows.
LEAST_ACCEPT = 0.25


class Scanned(NamedTuple):
    """A damaged window with what speaks against its labels."""

    window: Window
    damage: Damage
    posteriors: ClassPosteriors
    evidence: Evidence


class Checked(NamedTuple):
    """What was verified in a window, its features [n,d] and quick chances [n], and which of it is an error [n]."""

    verified: list[Verified]
    features: Floats
    chances: Floats
    hits: Bool


def scan(predictor: Predictor, window: Window, damage: Damage, posteriors: ClassPosteriors) -> Scanned:
    return Scanned(window, damage, posteriors, gather(Scene(predictor, window.image, damage.label, posteriors)))


def fit_pixels(scanned: Sequence[Scanned], seed: int = 0) -> Rule:
    """The rule for pixels, from some of every window."""
    rng = np.random.default_rng(seed)
    features, wrong = [], []
    for one in scanned:
        known = np.flatnonzero((one.damage.label != VOID).ravel())
        picked = rng.permutation(known)[:PIXELS_A_WINDOW]
        features.append(one.evidence.features.reshape(-1, one.evidence.features.shape[-1])[picked])
        wrong.append((one.damage.label != one.window.label).ravel()[picked])
    return fit_logistic(np.concatenate(features).astype(np.float64), np.concatenate(wrong).astype(np.float64))


def candidates_of(
    predictor: Predictor, pixel: Rule, one: Scanned
) -> tuple[Scene, list[Candidate], tuple[Floats, Bool]]:
    """A window's candidates, their QUICK_FEATURES [n,d], and which of them are errors [n]."""
    scene = Scene(predictor, one.window.image, one.damage.label, one.posteriors)
    found, features = described(scene, one.evidence, suspicion(pixel, one.evidence, scene.label))
    hits = [max(overlap(candidate.where, error) for error in one.damage.errors) >= MATCH for candidate in found]
    return scene, found, (features, np.array(hits, bool))


def quick_rows(predictor: Predictor, pixel: Rule, scanned: Sequence[Scanned]) -> list[tuple[Floats, Bool]]:
    """Features and hits of the candidates of every window."""
    return [candidates_of(predictor, pixel, one)[2] for one in scanned]


def check(predictor: Predictor, pixel: Rule, rules: Sequence[Rule], scanned: Sequence[Scanned]) -> list[Checked]:
    """What is chosen in every window of a set, by the rule of its fold, and verified."""
    result = []
    for number, one in enumerate(scanned):
        scene, found, (quick, hits) = candidates_of(predictor, pixel, one)
        chances = rules[number % FOLDS](quick)
        chosen = choose(scene, found, chances)
        checked = verify(scene, [found[n] for n in chosen])
        seen = np.array([one is not None for one in checked], bool)
        result.append(Checked(*verified_rows(quick[chosen], chances[chosen], checked), hits[chosen][seen]))
    return result


#: Features [n,d] and hits [n] of every window, for every set.
Rows = Sequence[Sequence[tuple[Floats, Bool]]]


def rules_in_folds(rows: Rows, linear: bool = False) -> list[Rule]:
    """A rule for every fold, the windows of a set in turn, fitted on the others."""
    return [
        fit_windows([row for of_set in rows for number, row in enumerate(of_set) if number % FOLDS != fold], linear)
        for fold in range(FOLDS)
    ]


def fit_windows(rows: Sequence[tuple[Floats, Bool]], linear: bool = False) -> Rule:
    """Trees, which start from a logistic rule if `linear`: what is verified are few rows, and it ranks them better."""
    features = np.concatenate([features for features, _ in rows if len(features)])
    hits = np.concatenate([hits for _, hits in rows])
    start = fit_logistic(features, hits.astype(np.float64)) if linear else constant(hits, features.shape[1])
    return fit_trees(start, features, hits)


def fit_rules(
    pixel: Rule, quick: Rows, scanned: Sequence[Sequence[Scanned]], checked: Sequence[Sequence[Checked]]
) -> Rules:
    """All rules and the threshold."""
    verified = [[(one.features, one.hits) for one in of_set] for of_set in checked]
    chosen_by = fit_windows([row for of_set in quick for row in of_set])
    sure_by = fit_windows([row for of_set in verified for row in of_set], linear=True)
    rules = Rules(pixel, chosen_by, sure_by, 1.0)
    unseen = [replace(rules, verified=one) for one in rules_in_folds(verified, linear=True)]
    proposed = [
        (one, propose(one.damage.label, *found[:3], unseen[number % FOLDS]))
        for of_set, of_set_found in zip(scanned, checked, strict=True)
        for number, (one, found) in enumerate(zip(of_set, of_set_found, strict=True))
    ]
    return replace(rules, accept=threshold(proposed))


def threshold(proposed: Sequence[tuple[Scanned, Sequence[Proposal]]]) -> float:
    """The confidence of at least LEAST_ACCEPT from which accepting all mends most and breaks at most HARM of the right
    pixels.
    """
    gains: list[tuple[float, int, int]] = []
    right = 0
    for one, proposals in proposed:
        true, given = one.window.label, one.damage.label
        right += np.count_nonzero((true != VOID) & (given == true))
        gains += [(p.confidence, *effect(p, true, given)) for p in proposals if p.confidence >= LEAST_ACCEPT]
    broken, mended, best, best_mended = 0, 0, 1.0, 0
    for confidence, breaks, mends in sorted(gains, key=lambda row: -row[0]):
        broken, mended = broken + breaks, mended + mends
        if broken <= HARM * right and mended > best_mended:
            best, best_mended = confidence, mended
    return round(best, 4)
