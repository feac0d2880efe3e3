"""From readings to proposals: regions of a label that look wrong, with what should stand there.

Logistic rules, fitted on training splits (`lmae.find --tune`) and kept in `finding` of the model's manifest, say how
likely a pixel is wrong and how likely a candidate (`finding.candidates`) is an error. The surest candidates that do not
say the same are proposed; their rims are then redrawn by the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from scipy import ndimage

from ..arrays import F32, U8, VOID, Bool, Floats, Ints
from ..data.components import bounds, dilate, erode
from ..model.slots import UNKNOWN, choose_slots, slot_table
from .candidates import Candidate, parts_of
from .moves import FIT_FEATURES, edges_under
from .scan import LEAST_PROBABILITY, MOST_SLOTS, Inputs, Judge, Scan, views

#: Given components below this have no mean of their own.
LEAST_COMPONENT = 64
#: How far around a region its surroundings reach, px.
RING = 12.0
#: Proposals that share more than this (intersection over union) say the same.
SAME = 0.2
#: Proposals less sure than this are not shown, and at most so many of a window.
LEAST_CONFIDENCE, MOST_PROPOSALS = 0.005, 30
#: Pixels on either side of a proposal's border that are redrawn.
RIM = 10.0

PIXEL_FEATURES = (
    "trust", "half given", "half margin", "quarter given", "quarter margin", "component given", "component margin",
    "component heard", "band margin", "probe given", "probe margin", "probe margin of the component",
)  # fmt: skip
REGION_FEATURES = (
    "suspicion", "suspicion around", "probe margin", "probe margin around", "probe new", "probe given", "trust",
    "half margin", "quarter margin", "component margin", "band margin", "log area", "log depth", "share of component",
    "whole component", "new class visible", "edges along it",
)  # fmt: skip
#: What tells of a whole component that was moved.
MOVE_FEATURES = ("suspicion", "probe margin", "band margin", "log area", "share of component", *FIT_FEATURES)


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
    """What was fitted: how wrong pixels, regions, shapes and moves look, and the app's default threshold."""

    pixel: Logistic
    region: Logistic
    shape: Logistic
    move: Logistic
    accept: float

    def of(self, candidate: Candidate) -> Logistic:
        """The one that is for a candidate."""
        if candidate.fit is not None:
            return self.move
        return self.shape if candidate.shape else self.region

    def to_json(self) -> dict[str, Any]:
        """As stored under "finding" in model.json: weights by the name of their feature."""

        def named(rule: Logistic, names: Sequence[str]) -> dict[str, Any]:
            return {"bias": rule.bias, "weights": dict(zip(names, rule.weights, strict=True))}

        return {
            "pixel": named(self.pixel, PIXEL_FEATURES),
            "region": named(self.region, REGION_FEATURES),
            "shape": named(self.shape, REGION_FEATURES),
            "move": named(self.move, MOVE_FEATURES),
            "accept": self.accept,
        }

    @staticmethod
    def from_json(data: dict[str, Any]) -> Rule:
        """Raises KeyError when a feature's weight is missing."""

        def rule(name: str, features: Sequence[str]) -> Logistic:
            weights = data[name]["weights"]
            return Logistic(float(data[name]["bias"]), tuple(float(weights[feature]) for feature in features))

        region, shape = rule("region", REGION_FEATURES), rule("shape", REGION_FEATURES)
        move = rule("move", MOVE_FEATURES)
        return Rule(rule("pixel", PIXEL_FEATURES), region, shape, move, float(data["accept"]))


@dataclass(frozen=True)
class Proposal:
    """Pixels [S,S] that look wrong, their new class ids there, and how sure the rule is, 0..1."""

    where: Bool
    label: U8
    confidence: float


@dataclass(frozen=True)
class Finding:
    """All that was found in a window: proposals, surest first, and the suspicion of every pixel [S,S], 0..1."""

    proposals: tuple[Proposal, ...]
    suspicion: F32


def pixel_features(scan: Scan) -> F32:
    """[S,S,n], in the order of PIXEL_FEATURES."""
    half, quarter, component = scan.half, scan.quarter, scan.component
    return np.stack(
        [
            scan.trust,
            half.given, half.margin, quarter.given, quarter.margin, component.given, component.margin,
            (component.share > 0).astype(np.float32),
            scan.band.margin, scan.probe.given, scan.probe.margin, over_components(scan.probe.margin, scan.slots),
        ],
        -1,
    )  # fmt: skip


def over_components(values: F32, label: U8) -> F32:
    """The mean of `values` [S,S] over every given component of LEAST_COMPONENT px, 0 elsewhere."""
    parts = parts_of(label)
    areas = np.bincount(parts.ravel())
    mean = np.bincount(parts.ravel(), values.ravel()) / areas
    mean[areas < LEAST_COMPONENT] = 0
    return mean[parts].astype(np.float32)


def describe(candidate: Candidate, label: U8, parts: Ints, scan: Scan, log_odds: F32, ranks: F32) -> Floats:
    """REGION_FEATURES of a candidate, MOVE_FEATURES of a move.

    parts numbers the given label's components, log_odds [S,S] is the suspicion, ranks [S,S] are those
    of the edges (`finding.appearance`).
    """
    box = bounds(candidate.where, int(RING) + 1)
    where, given, new = candidate.where[box], label[box], candidate.label[box]
    area = np.count_nonzero(where)
    own = np.isin(parts[box], parts[box][where])
    ring = dilate(where, RING) & ~where & own
    odds, margin = log_odds[box], scan.probe.margin[box]
    component = np.count_nonzero(np.isin(parts, np.unique(parts[box][where])))
    said = np.zeros(where.shape, np.float32)
    for name, probability in zip(*scan.opinion, strict=True):
        said = np.where(new == name, probability[box], said)

    def around(values: F32) -> float:
        return float(values[ring].mean()) if ring.any() else float(values[where].mean())

    features = np.array(
        [
            odds[where].mean(), around(odds),
            margin[where].mean(), around(margin),
            np.log(np.maximum(said[where], LEAST_PROBABILITY)).mean(),
            scan.probe.given[box][where].mean(),
            scan.trust[box][where].mean(),
            scan.half.margin[box][where].mean(), scan.quarter.margin[box][where].mean(),
            scan.component.margin[box][where].mean(), scan.band.margin[box][where].mean(),
            np.log(area), np.log(ndimage.distance_transform_edt(np.pad(where, 1)).max()),
            area / component, float(area == component),
            float(np.isin(new[where], given[~where]).mean()),
            edges_under(candidate.where, ranks),
        ]
    )  # fmt: skip
    if candidate.fit is None:
        return features
    shared = [REGION_FEATURES.index(name) for name in MOVE_FEATURES if name in REGION_FEATURES]
    return np.array([*features[shared], *candidate.fit])


def propose(found: Sequence[Candidate], features: Sequence[Floats], rule: Rule) -> tuple[Proposal, ...]:
    """The candidates ranked by the rule, surest first; of those that say the same only the surest."""
    scored = [
        (float(rule.of(one)(row)), -number) for number, (one, row) in enumerate(zip(found, features, strict=True))
    ]
    kept: list[Proposal] = []
    for confidence, place in sorted(scored, reverse=True):
        if confidence < LEAST_CONFIDENCE or len(kept) == MOST_PROPOSALS:
            break
        one = found[-place]
        if all(overlap(one.where, other.where) <= SAME for other in kept):
            kept.append(Proposal(one.where, one.label, confidence))
    return tuple(kept)


def redraw(judge: Judge, image: U8, label: U8, proposals: Sequence[Proposal], parts: Ints) -> tuple[Proposal, ...]:
    """The proposals with their rims as the network draws them: the inside is shown as the new class, the rim hidden.

    A whole given component keeps its border, as does a proposal too thin to have an inside, one of several components
    or new classes, and one that overlaps a surer one.
    """
    shown, hidden = label.copy(), np.zeros(label.shape, bool)
    redrawn: list[int] = []
    for number, one in enumerate(proposals):
        inside = erode(one.where, RIM)
        rim = dilate(one.where, RIM) & ~inside & (parts == parts[one.where][0]) & (label != VOID)
        ids, own = one.label[one.where], parts[one.where]
        alike = (ids == ids[0]).all() and (own == own[0]).all()
        if not inside.any() or not alike or not (rim & ~one.where).any() or (hidden & (rim | inside)).any():
            continue
        if any(overlap_count(one.where, proposals[other].where) for other in redrawn):
            continue
        shown[inside] = one.label[inside]
        hidden |= rim
        redrawn.append(number)
    known = ~hidden & (label != VOID)
    if not redrawn or not known.any():
        return tuple(proposals)
    classes = choose_slots(shown, known, hidden, MOST_SLOTS)
    view = views(image, np.where(label == VOID, np.uint8(UNKNOWN), slot_table(classes)[shown]), [hidden])
    answer = judge.complete(Inputs(*(torch.cat([part, part.flip(-1)]) for part in view)), classes)
    slots = ((answer[0] + answer[1].flip(-1)) / 2).numpy()[:-1]
    drawn = np.where(hidden, classes[slots.argmax(0)], shown)
    result = list(proposals)
    for number in redrawn:
        one = proposals[number]
        new = int(one.label[one.where][0])
        reach = dilate(one.where, RIM) & (parts == parts[one.where][0]) & (drawn == new)
        numbered, _ = ndimage.label(reach)
        inside = erode(one.where, RIM)
        kept = np.isin(numbered, np.unique(numbered[inside & reach])) & reach
        if kept.any():
            result[number] = replace(one, where=kept, label=np.full_like(one.label, new))
    return tuple(result)


def overlap_count(a: Bool, b: Bool) -> int:
    """Pixels in both."""
    return int(np.count_nonzero(a & b))


def overlap(a: Bool, b: Bool) -> float:
    """Intersection over union."""
    both = overlap_count(a, b)
    return both / (np.count_nonzero(a) + np.count_nonzero(b) - both) if both else 0.0
