"""Error finding in an image, as a cascade. The app does the same (`src/find`).

What speaks against the labels at a glance (`evidence`), the candidates that this makes (`candidates`), of which a quick
rule chooses few, those hidden and rebuilt (`verify`), and a rule that says how sure each is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..arrays import F32, U8, VOID, Bool, Floats
from .appearance import appearance_of
from .candidates import Candidate, describe, find_candidates
from .evidence import Evidence, gather, suspicion
from .rule import QUICK_FEATURES, QUICK_ONLY, Rules, sigmoid
from .scene import Scene
from .verify import Verified, verify

#: Candidates that overlap by more than this (intersection over union) with a likelier one are not verified.
ALIKE = 0.6
#: At most so many are verified in an image of the area of one window, and in any.
MOST_VERIFIED, MOST_VERIFIED_OF_ALL = 12, 20
#: Candidates that the quick rule finds less likely are not verified.
LEAST_QUICK = 0.015
#: A proposal is at most so many times as sure as the quick rule found its candidate likely. On validation it changes
#: nothing; rules fitted on few images take a shifted boundary that happens to be half right for certain.
MOST_SURER = 30
#: Of proposals that overlap by more than this only the surest is kept.
SAME = 0.2
#: Proposals less sure than this are not shown, and at most so many of an image.
LEAST_CONFIDENCE, MOST_PROPOSALS = 0.005, 20


@dataclass(frozen=True)
class Proposal:
    """Pixels [H,W] that look wrong, their new class ids there, and how sure the rule is, 0..1."""

    where: Bool
    label: U8
    confidence: float


@dataclass(frozen=True)
class Finding:
    """All that was found in an image: proposals, surest first, and the suspicion of every pixel [H,W], 0..1."""

    proposals: tuple[Proposal, ...]
    suspicion: F32


def find_errors(scene: Scene, rules: Rules) -> Finding:
    """What looks wrong in an image."""
    evidence = gather(scene)
    log_odds = suspicion(rules.pixel, evidence, scene.label)
    found, quick = described(scene, evidence, log_odds)
    chances = rules.quick(quick)
    chosen = choose(scene, found, chances)
    checked = verify(scene, [found[number] for number in chosen])
    proposals = propose(scene.label, *verified_rows(quick[chosen], chances[chosen], checked), rules)
    return Finding(proposals, (sigmoid(log_odds) * (scene.label != VOID)).astype(np.float32))


def described(scene: Scene, evidence: Evidence, log_odds: F32) -> tuple[list[Candidate], Floats]:
    """The candidates of an image, and their QUICK_FEATURES [n,d]."""
    appearance = appearance_of(scene.image)
    found = find_candidates(scene.label, evidence, log_odds, scene.posteriors, appearance)
    rows = [describe(one, evidence, log_odds, appearance.ranks) for one in found]
    return found, np.array(rows).reshape(len(found), len(QUICK_FEATURES))


def choose(scene: Scene, found: Sequence[Candidate], chances: Floats) -> list[int]:
    """The candidates to verify, the likeliest first, none ALIKE."""
    windows = scene.label.size / scene.window**2
    most = min(round(MOST_VERIFIED * windows), MOST_VERIFIED_OF_ALL)
    return distinct([one.where for one in found], chances, LEAST_QUICK, most, ALIKE)


def distinct(masks: Sequence[Bool], chances: Floats, least: float, most: int, alike: float) -> list[int]:
    """At most `most` of the masks [H,W] by falling chance, from `least` on, none that overlaps one before by more than
    `alike`.
    """
    kept: list[int] = []
    for number in np.argsort(-chances, kind="stable"):
        if chances[number] < least or len(kept) == most:
            break
        if all(overlap(masks[number], masks[other]) <= alike for other in kept):
            kept.append(int(number))
    return kept


def verified_rows(
    quick: Floats, chances: Floats, checked: Sequence[Verified | None]
) -> tuple[list[Verified], Floats, Floats]:
    """Those that could be verified, their CANDIDATE_FEATURES [n,d], and how likely the quick rule found them [n]."""
    seen = np.array([one is not None for one in checked], bool)
    verified = [one for one in checked if one is not None]
    rows = [[*row[QUICK_ONLY:], *one.features] for row, one in zip(quick[seen], verified, strict=True)]
    return verified, np.array(rows), chances[seen]


def propose(
    label: U8, verified: Sequence[Verified], features: Floats, chances: Floats, rules: Rules
) -> tuple[Proposal, ...]:
    """What was verified, ranked by the rule, surest first, without repeats (SAME) and without what changes nothing."""
    if not verified:
        return ()
    sure = np.minimum(rules.verified(features), MOST_SURER * chances)
    masks = [one.where & (one.label != label) for one in verified]
    sure[[not mask.any() for mask in masks]] = 0
    kept = distinct(masks, sure, LEAST_CONFIDENCE, MOST_PROPOSALS, SAME)
    return tuple(Proposal(masks[n], verified[n].label, float(sure[n])) for n in kept)


def overlap(a: Bool, b: Bool) -> float:
    """Intersection over union."""
    both = np.count_nonzero(a & b)
    return both / (np.count_nonzero(a) + np.count_nonzero(b) - both) if both else 0.0
