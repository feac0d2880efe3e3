"""From candidates to proposals: the surest ones that do not overlap, their rims redrawn by the network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from scipy import ndimage

from ..arrays import F32, U8, VOID, Bool, Floats, Ints
from ..data.components import dilate, erode
from ..model.slots import UNKNOWN, choose_slots, slot_table
from .candidates import Candidate
from .predictor import MOST_SLOTS, MaskedInputs, Predictor, masked_inputs
from .rule import Rule

#: Of proposals that overlap by more than this (intersection over union) only the surest is kept.
SAME = 0.2
#: Proposals less sure than this are not shown, and at most so many of a window.
LEAST_CONFIDENCE, MOST_PROPOSALS = 0.005, 30
#: Pixels on either side of a proposal's border that are redrawn.
RIM = 10.0


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


def propose(found: Sequence[Candidate], features: Sequence[Floats], rule: Rule) -> tuple[Proposal, ...]:
    """The candidates ranked by the rule, surest first, without repeats (SAME)."""
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


def redraw(
    predictor: Predictor, image: U8, label: U8, proposals: Sequence[Proposal], numbers: Ints
) -> tuple[Proposal, ...]:
    """The proposals with their rims as the network draws them: the inside is shown as the new class, the rim hidden.

    numbers [S,S] are the given label's `component_numbers`. A whole given component keeps its border, as does a
    proposal too thin to have an inside, one of several components or new classes, and one that overlaps a surer one.
    """
    shown, hidden = label.copy(), np.zeros(label.shape, bool)
    redrawn: list[int] = []
    for number, one in enumerate(proposals):
        inside = erode(one.where, RIM)
        rim = dilate(one.where, RIM) & ~inside & (numbers == numbers[one.where][0]) & (label != VOID)
        ids, own = one.label[one.where], numbers[one.where]
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
    inputs = masked_inputs(image, np.where(label == VOID, np.uint8(UNKNOWN), slot_table(classes)[shown]), [hidden])
    probabilities = predictor.complete(MaskedInputs(*(torch.cat([part, part.flip(-1)]) for part in inputs)), classes)
    slots = ((probabilities[0] + probabilities[1].flip(-1)) / 2).numpy()[:-1]
    drawn = np.where(hidden, classes[slots.argmax(0)], shown)
    result = list(proposals)
    for number in redrawn:
        one = proposals[number]
        new = int(one.label[one.where][0])
        reach = dilate(one.where, RIM) & (numbers == numbers[one.where][0]) & (drawn == new)
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
