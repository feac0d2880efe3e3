"""Fits the rules of error finding (`rule`) on damaged windows of training splits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ..arrays import U8, VOID, Bool, Floats
from ..data.damage import Damage
from ..evaluation.protocol import Window
from .evidence import Evidence, gather, suspicion
from .find_errors import Proposal, choose, described, overlap, propose, verified_rows
from .posteriors import ClassPosteriors
from .predictor import Predictor
from .rule import Logistic, Rule, Trees, constant, fit_logistic, fit_trees
from .scene import Scene
from .scores import MATCH
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
    """What was verified in a window, its features [n,d], and which of it is an error [n]."""

    verified: list[Verified]
    features: Floats
    hits: Bool


def scene_of(predictor: Predictor, window: Window, damage: Damage, posteriors: ClassPosteriors) -> Scene:
    return Scene(predictor, window.image, damage.label, posteriors)


def scan(predictor: Predictor, window: Window, damage: Damage, posteriors: ClassPosteriors) -> Scanned:
    return Scanned(window, damage, posteriors, gather(scene_of(predictor, window, damage, posteriors)))


def fit_pixels(scanned: Sequence[Scanned], seed: int = 0) -> Logistic:
    """The rule for pixels, from some of every window."""
    rng = np.random.default_rng(seed)
    features, wrong = [], []
    for one in scanned:
        known = np.flatnonzero((one.damage.label != VOID).ravel())
        picked = rng.permutation(known)[:PIXELS_A_WINDOW]
        features.append(one.evidence.features.reshape(-1, one.evidence.features.shape[-1])[picked])
        wrong.append((one.damage.label != one.window.label).ravel()[picked])
    return fit_logistic(np.concatenate(features).astype(np.float64), np.concatenate(wrong).astype(np.float64))


def quick_rows(predictor: Predictor, pixel: Logistic, scanned: Sequence[Scanned]) -> list[tuple[Floats, Bool]]:
    """The QUICK_FEATURES of the candidates of every window, and which of them are errors."""
    rows = []
    for one in scanned:
        scene = scene_of(predictor, one.window, one.damage, one.posteriors)
        found, features = described(scene, one.evidence, suspicion(pixel, one.evidence, scene.label))
        rows.append((features, np.array([is_error(candidate.where, one.damage) for candidate in found], bool)))
    return rows


def check(predictor: Predictor, pixel: Logistic, rules: Sequence[Trees], scanned: Sequence[Scanned]) -> list[Checked]:
    """What is chosen in every window of a set, by the rule of its fold, and verified."""
    result = []
    for number, one in enumerate(scanned):
        scene = scene_of(predictor, one.window, one.damage, one.posteriors)
        found, quick = described(scene, one.evidence, suspicion(pixel, one.evidence, scene.label))
        chosen = choose(scene, found, rules[number % FOLDS](quick))
        checked = verify(scene, [found[n] for n in chosen])
        hits = [is_error(found[n].where, one.damage) for n, v in zip(chosen, checked, strict=True) if v is not None]
        result.append(Checked(*verified_rows(quick[chosen], checked), np.array(hits, bool)))
    return result


def is_error(where: Bool, damage: Damage) -> bool:
    return max(overlap(where, error) for error in damage.errors) >= MATCH


#: Features [n,d] and hits [n] of every window, for every set.
Rows = Sequence[Sequence[tuple[Floats, Bool]]]


def rules_in_folds(rows: Rows, linear: bool = False) -> list[Trees]:
    """A rule for every fold, the windows of a set in turn, fitted on the others."""
    return [
        fit_windows([row for of_set in rows for number, row in enumerate(of_set) if number % FOLDS != fold], linear)
        for fold in range(FOLDS)
    ]


def fit_windows(rows: Sequence[tuple[Floats, Bool]], linear: bool = False) -> Trees:
    """Trees, which start from a logistic rule if `linear`: what is verified are few rows, and it ranks them better
    (component AP 0.437 instead of 0.420).
    """
    features = np.concatenate([features for features, _ in rows if len(features)])
    hits = np.concatenate([hits for _, hits in rows])
    start = fit_logistic(features, hits.astype(np.float64)) if linear else constant(hits, features.shape[1])
    return fit_trees(start, features, hits)


def fit_rule(
    pixel: Logistic, quick: Rows, scanned: Sequence[Sequence[Scanned]], checked: Sequence[Sequence[Checked]]
) -> Rule:
    """All rules and the threshold."""
    verified = [[(one.features, one.hits) for one in of_set] for of_set in checked]
    chosen_by = fit_windows([row for of_set in quick for row in of_set])
    sure_by = fit_windows([row for of_set in verified for row in of_set], linear=True)
    rule = Rule(pixel, chosen_by, sure_by, 1.0)
    unseen = [replace(rule, verified=trees) for trees in rules_in_folds(verified, linear=True)]
    proposed = [
        (one, propose(one.damage.label, found.verified, found.features, unseen[number % FOLDS]))
        for of_set, of_set_found in zip(scanned, checked, strict=True)
        for number, (one, found) in enumerate(zip(of_set, of_set_found, strict=True))
    ]
    return replace(rule, accept=threshold(proposed))


def threshold(proposed: Sequence[tuple[Scanned, Sequence[Proposal]]]) -> float:
    """The confidence of at least LEAST_ACCEPT from which accepting all mends most and breaks at most HARM of the right
    pixels.
    """
    gains: list[tuple[float, int, int]] = []
    right = 0
    for one, proposals in proposed:
        true, given = one.window.label, one.damage.label
        right += np.count_nonzero((true != VOID) & (given == true))
        gains += [gain(proposal, true, given) for proposal in proposals if proposal.confidence >= LEAST_ACCEPT]
    gains.sort(key=lambda row: -row[0])
    broken_so_far, best, best_mended, mended_so_far = 0, 1.0, 0, 0
    for confidence, broken, mended in gains:
        broken_so_far, mended_so_far = broken_so_far + broken, mended_so_far + mended
        if broken_so_far <= HARM * right and mended_so_far > best_mended:
            best, best_mended = confidence, mended_so_far
    return round(best, 4)


def gain(proposal: Proposal, true: U8, given: U8) -> tuple[float, int, int]:
    """A proposal's confidence, and how many pixels it breaks and mends; void aside."""
    where = proposal.where & (true != VOID)
    before, after = (given == true)[where], (proposal.label == true)[where]
    return proposal.confidence, int(np.count_nonzero(before & ~after)), int(np.count_nonzero(after & ~before))
