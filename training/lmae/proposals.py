"""From readings to proposals: regions of a label that look wrong, with what should stand there.

Two steps, each a logistic rule fitted on training splits (`lmae.find --tune`) and kept in `finding` of the model's
manifest: pixels are suspected by the readings of `lmae.scan`; what is suspected is hidden and rebuilt; and the regions
that came out different are ranked by how they look as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from scipy import ndimage

from .components import VOID, bounds, dilate
from .prior import U8, Bool
from .scan import F32, Inputs, Judge, Scan, views
from .slots import OTHER

Floats = npt.NDArray[np.float64]

LEAST_REGION = 16
RIM = 4.0
#: Proposals that share more than this (intersection over union) say the same.
SAME = 0.3

PIXEL_FEATURES = (
    "trust", "half given", "half margin", "quarter given", "quarter margin", "component given", "component margin",
    "component heard",
)  # fmt: skip
REGION_FEATURES = (
    "suspicion", "most suspicion", "new", "margin", "other", "log area", "depth", "share of given", "share of new",
    "trust", "quarter margin", "component margin", "component heard", "whole",
)  # fmt: skip


@dataclass(frozen=True)
class Logistic:
    """sigmoid(bias + weights . x)."""

    bias: float
    weights: tuple[float, ...]

    def __call__(self, features: npt.NDArray[Any]) -> Floats:
        """features [..., n] -> probability [...]."""
        score = self.bias + np.asarray(features, np.float64) @ np.asarray(self.weights)
        return np.asarray(1 / (1 + np.exp(-score)))


@dataclass(frozen=True)
class Rule:
    """What was fitted: the two steps, from which suspicion on pixels are rebuilt, and the app's default threshold."""

    pixel: Logistic
    region: Logistic
    suspect: float
    accept: float

    def to_json(self) -> dict[str, Any]:
        """As stored under "finding" in model.json: weights by the name of their feature."""

        def named(rule: Logistic, names: Sequence[str]) -> dict[str, Any]:
            return {"bias": rule.bias, "weights": dict(zip(names, rule.weights, strict=True))}

        return {
            "pixel": named(self.pixel, PIXEL_FEATURES),
            "region": named(self.region, REGION_FEATURES),
            "suspect": self.suspect,
            "accept": self.accept,
        }

    @staticmethod
    def from_json(data: dict[str, Any]) -> Rule:
        """Raises KeyError when a feature's weight is missing."""

        def rule(name: str, features: Sequence[str]) -> Logistic:
            weights = data[name]["weights"]
            return Logistic(float(data[name]["bias"]), tuple(float(weights[feature]) for feature in features))

        pixel, region = rule("pixel", PIXEL_FEATURES), rule("region", REGION_FEATURES)
        return Rule(pixel, region, float(data["suspect"]), float(data["accept"]))


@dataclass(frozen=True)
class Region:
    """A candidate: its pixels [S,S] and REGION_FEATURES."""

    where: Bool
    features: Floats


@dataclass(frozen=True)
class Proposal:
    """Pixels [S,S] that look wrong, and how sure the rule is, 0..1; `repaired` of `Finding` has their new labels."""

    where: Bool
    confidence: float


@dataclass(frozen=True)
class Finding:
    """All that was found in a window: proposals, surest first, and the rebuilt label [S,S] they are taken from.

    Where no visible class fits, the rebuilt label is the given one: the proposal says only that it looks wrong.
    """

    proposals: tuple[Proposal, ...]
    repaired: U8
    suspicion: F32


def pixel_features(scan: Scan) -> F32:
    """[S,S,n], in the order of PIXEL_FEATURES."""
    half, quarter, component = scan.half, scan.quarter, scan.component
    return np.stack(
        [
            scan.trust,
            half.given, half.margin, quarter.given, quarter.margin, component.given, component.margin,
            (component.share > 0).astype(np.float32),
        ],
        -1,
    )  # fmt: skip


@dataclass(frozen=True)
class Rebuilt:
    """The suspected pixels rebuilt, with the log probabilities of the new and the given label and of "other" there.

    label [S,S]: OTHER where no class fits that is visible, the given label where nothing was hidden.
    """

    hidden: Bool
    label: U8
    new: F32
    given: F32
    other: F32


def rebuild(judge: Judge, image: U8, label: U8, scan: Scan, suspected: Bool) -> Rebuilt:
    """Hides the suspected regions of >= LEAST_REGION px, grown by RIM, and rebuilds them (two passes, one mirrored)."""
    hidden = dilate(large(suspected & (label != VOID)), RIM) & (label != VOID)
    if not hidden.any() or not (~hidden & (label != VOID)).any():
        nothing = np.zeros(label.shape, np.float32)
        return Rebuilt(np.zeros(label.shape, bool), label, nothing, nothing, nothing)
    view = views(image, scan.slots, [hidden])
    answer = judge.complete(Inputs(*(torch.cat([part, part.flip(-1)]) for part in view)), scan.classes)
    mean = ((answer[0] + answer[1].flip(-1)) / 2).numpy()
    slots = mean[:-1]
    own = np.where(scan.slots < len(scan.classes), scan.slots, 0).astype(np.intp)
    best = np.where(mean[-1] > slots.max(0), np.uint8(OTHER), scan.classes[slots.argmax(0)])
    new = np.where(hidden, best, label)

    def log(x: npt.NDArray[Any]) -> F32:
        return np.where(hidden, np.log(np.maximum(x, 1e-4)), 0).astype(np.float32)

    given_log = log(np.take_along_axis(slots, own[None], 0)[0])
    return Rebuilt(hidden, new.astype(np.uint8), log(slots.max(0)), given_log, log(mean[-1]))


def large(mask: Bool, least: int = LEAST_REGION) -> Bool:
    """The mask without its connected parts of fewer than `least` px."""
    numbered, _ = ndimage.label(mask)
    areas = np.bincount(numbered.ravel())
    areas[0] = 0
    return np.asarray((areas >= least)[numbered])


def candidates(label: U8, rebuilt: Rebuilt, scan: Scan, suspicion: F32) -> list[Region]:
    """Connected regions of one given and one new class, and whole components as they gained or lost pixels."""
    changed = large(rebuilt.label != label)
    if not changed.any():
        return []
    given_parts, new_parts = parts_of(label), parts_of(rebuilt.label)
    pairs = parts_of(label.astype(np.int64) * 256 + rebuilt.label)
    found = [
        (changed & (parts == number), whole)
        for parts, whole in ((pairs, False), (given_parts, True), (new_parts, True))
        for number in np.unique(parts[changed])
    ]
    found += [(where, True) for where in shape_changes(label, rebuilt.label, changed, given_parts, new_parts)]
    distinct: dict[bytes, Region] = {}
    for where, whole in found:
        key = np.packbits(where).tobytes()
        if np.count_nonzero(where) >= LEAST_REGION and key not in distinct:
            distinct[key] = Region(where, describe(where, whole, label, rebuilt, scan, suspicion))
    return list(distinct.values())


def shape_changes(
    label: U8, new: U8, changed: Bool, given_parts: npt.NDArray[np.int64], new_parts: npt.NDArray[np.int64]
) -> list[Bool]:
    """For each component that is still there, but changed: the pixels it gained and lost."""
    found = []
    for number in np.unique(given_parts[changed]):
        component = given_parts == number
        class_id = label[component][0]
        after = new_parts[component & (new == class_id)]
        if len(after) == 0:
            continue
        successor = new_parts == np.bincount(after).argmax()
        found.append(changed & (component ^ successor) & ((label == class_id) | (new == class_id)))
    return found


def describe(where: Bool, whole: bool, label: U8, rebuilt: Rebuilt, scan: Scan, suspicion: F32) -> Floats:
    """REGION_FEATURES of the pixels `where`."""
    area = np.count_nonzero(where)
    box = bounds(where, 1)
    depth = ndimage.distance_transform_edt(np.pad(where[box], 1)).max()
    suspects = suspicion[where]
    ids, new_ids = np.unique(label[where]), np.unique(rebuilt.label[where])
    return np.array(
        [
            suspects.mean(),
            np.quantile(suspects, 0.9),
            rebuilt.new[where].mean(),
            (rebuilt.new - rebuilt.given)[where].mean(),
            rebuilt.other[where].mean(),
            np.log(area),
            np.log(depth),
            area / np.count_nonzero(np.isin(label, ids)),
            area / np.count_nonzero(np.isin(rebuilt.label, new_ids)),
            scan.trust[where].mean(),
            scan.quarter.margin[where].mean(),
            scan.component.margin[where].mean(),
            (scan.component.share[where] > 0).mean(),
            float(whole),
        ]
    )


def parts_of(label: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Numbers [S,S] of the 4-connected components of equal values."""
    numbers = np.zeros(label.shape, np.int64)
    count = 0
    for value in np.unique(label):
        found, many = ndimage.label(label == value)
        numbers += np.where(found > 0, found + count, 0)
        count += many
    return numbers


def without_other(new: U8, label: U8) -> U8:
    """The rebuilt label, the given one where no visible class fits."""
    return np.where(new == OTHER, label, new)


def propose(regions: Sequence[Region], rule: Rule) -> tuple[Proposal, ...]:
    """The regions ranked by the rule, surest first; of those that say the same only the surest."""
    scored = sorted(((float(rule.region(r.features)), i) for i, r in enumerate(regions)), reverse=True)
    kept: list[Proposal] = []
    for confidence, index in scored:
        where = regions[index].where
        if all(overlap(where, other.where) <= SAME for other in kept):
            kept.append(Proposal(where, confidence))
    return tuple(kept)


def overlap(a: Bool, b: Bool) -> float:
    """Intersection over union."""
    both = np.count_nonzero(a & b)
    return both / (np.count_nonzero(a) + np.count_nonzero(b) - both) if both else 0.0
