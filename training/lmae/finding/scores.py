"""How well errors are found: component and pixel average precision, harm and repair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ..arrays import U8, VOID, Bool, Ints
from .find_errors import Finding, Proposal, overlap

#: A proposal finds an error from this intersection over union on.
MATCH = 0.5
#: Proposals that "precision at 10" counts.
FIRST = 10
#: Bins of confidence for `reliability`, from the least up, and how many proposals one needs to count.
EDGES = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9)
LEAST_IN_BIN = 20
#: Edges of bins are further apart than this.
APART = 0.05
#: Steps of suspicion that pixel AP is computed from.
BINS = 1000


def average_precision(hits: Bool, total: int) -> float:
    """Of a ranking (best first): the sum of the precisions at its hits over all `total` there are. 0..1."""
    if total == 0:
        return float("nan")
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(precision[hits].sum() / total)


def precision_at_recall(hits: Bool, total: int, recall: float) -> float:
    """The best precision of any cut of a ranking that reaches the recall; 0 when none does."""
    found = np.cumsum(hits)
    enough = found >= recall * total
    precision = found / np.arange(1, len(hits) + 1)
    return float(precision[enough].max()) if enough.any() else 0.0


def match(finding: Finding, errors: Sequence[Bool]) -> list[tuple[float, bool]]:
    """Confidence of every proposal and whether it is an error not yet found (IoU >= 0.5, one to one)."""
    left = list(errors)
    rows = []
    for proposal in finding.proposals:
        shared = [overlap(proposal.where, error) for error in left]
        best = int(np.argmax(shared)) if shared else -1
        hit = best >= 0 and shared[best] >= MATCH
        if hit:
            left.pop(best)
        rows.append((proposal.confidence, hit))
    return rows


def effect(proposal: Proposal, true: U8, given: U8) -> tuple[int, int]:
    """How many pixels a proposal breaks and mends when accepted alone; void aside."""
    where = proposal.where & (true != VOID)
    before, after = (given == true)[where], (proposal.label == true)[where]
    return int(np.count_nonzero(before & ~after)), int(np.count_nonzero(after & ~before))


def worth_accepting(finding: Finding, true: U8, given: U8) -> list[tuple[float, bool]]:
    """Confidence of every proposal and whether it mends more pixels than it breaks."""
    effects = [(proposal.confidence, effect(proposal, true, given)) for proposal in finding.proposals]
    return [(confidence, mended > broken) for confidence, (broken, mended) in effects]


def reliability(rows: Sequence[tuple[float, bool]], accept: float) -> list[list[float]]:
    """[least confidence, share right] of each bin, never falling: `reliability.found` of a manifest.

    One begins at the rules' threshold, so that what lies below it is never said to be as good: those above it and those
    below are pooled by themselves. Only where all above it together are no better does it go with the rest.
    A bin with few rows goes with the one below; so does one that is no better than that.
    """
    above = pooled(
        [row for row in rows if row[0] >= accept], [accept, *(edge for edge in EDGES if edge > accept + APART)]
    )
    below = pooled([row for row in rows if row[0] < accept], [edge for edge in EDGES if edge < accept - APART])
    while len(above) > 1 and below and is_no_better(above[-1], below[0]):
        join(above, len(above) - 2)
    bins, at = [*above, *below], len(above) - 1
    while at + 1 < len(bins) and share(bins[at]) <= share(bins[at + 1]):
        join(bins, at + 1 if at + 2 < len(bins) else at)
    return [[one[0], round(share(one), 3)] for one in reversed(bins) if one[1] > 0]


def pooled(rows: Sequence[tuple[float, bool]], edges: Sequence[float]) -> list[list[float]]:
    """[least confidence, rows, right ones] of the bins that begin at the edges (rising), joined; the surest first."""
    bins: list[list[float]] = []
    for least, end in zip(reversed(edges), (float("inf"), *reversed(edges)), strict=False):
        inside = [right for confidence, right in rows if least <= confidence < end]
        bins.append([least, len(inside), sum(inside)])
        while len(bins) > 1 and is_no_better(bins[-2], bins[-1]):
            join(bins, len(bins) - 2)
    return bins


def is_no_better(surer: Sequence[float], below: Sequence[float]) -> bool:
    """As far as its rows can tell."""
    return surer[1] < LEAST_IN_BIN or share(surer) <= share(below)


def join(bins: list[list[float]], at: int) -> None:
    """A bin goes with the one below it."""
    _, count, right = bins.pop(at)
    bins[at][1] += count
    bins[at][2] += right


def share(one: Sequence[float]) -> float:
    """Of a bin's rows, by the rule of succession: 27 right of 27 are no certainty."""
    return (one[2] + 1) / (one[1] + 2)


@dataclass
class FindTally:
    """Counts over the images or windows of one set (or of one kind of damage in it)."""

    rows: list[tuple[float, bool]] = field(default_factory=list)
    #: Confidence and whether it is worth accepting, of every proposal.
    worth: list[tuple[float, bool]] = field(default_factory=list)
    errors: int = 0
    windows: int = 0
    #: Pixels by suspicion in BINS steps: right, wrong.
    pixels: Ints = field(default_factory=lambda: np.zeros((2, BINS), np.int64))
    broken: int = 0
    mended: int = 0
    #: Pixels of errors in outlines: mended, wrong.
    outline: Ints = field(default_factory=lambda: np.zeros(2, np.int64))

    def add(
        self, finding: Finding, true: U8, given: U8, errors: Sequence[Bool], accept: float, outline: bool = False
    ) -> None:
        """One image or window: its true and given label [H,W], its errors, the confidence from which all is accepted,
        and whether its errors are in outlines.
        """
        self.windows += 1
        self.errors += len(errors)
        self.rows += match(finding, errors)
        self.worth += worth_accepting(finding, true, given)
        known = true != VOID
        wrong = (given != true)[known]
        level = np.clip((finding.suspicion[known] * BINS).astype(np.int64), 0, BINS - 1)
        self.pixels[0] += np.bincount(level[~wrong], minlength=BINS)
        self.pixels[1] += np.bincount(level[wrong], minlength=BINS)
        after = given.copy()
        for proposal in reversed(finding.proposals):  # the surest has the last word
            if proposal.confidence >= accept:
                after[proposal.where] = proposal.label[proposal.where]
        self.broken += np.count_nonzero((after != true)[known] & ~wrong)
        mended = np.count_nonzero((after == true)[known] & wrong)
        self.mended += mended
        self.outline += outline * np.array([mended, np.count_nonzero(wrong)])

    def scores(self) -> dict[str, float]:
        """The protocol's figures, 0..1; NaN where nothing was damaged."""
        order = sorted(self.rows, key=lambda row: -row[0])
        hits = np.array([hit for _, hit in order], bool)
        right, wrong = self.pixels[:, ::-1]
        found, shown = np.cumsum(wrong), np.cumsum(right + wrong)
        total = max(1, int(found[-1]))
        figures = {
            "component_ap": average_precision(hits, self.errors),
            "precision_at_50_recall": precision_at_recall(hits, self.errors, 0.5),
            "precision_at_10": float(hits[:FIRST].mean()) if len(hits) else 0.0,
            "pixel_ap": float((wrong * found / np.maximum(shown, 1)).sum() / total),
            "harm": self.broken / max(1, int(self.pixels[0].sum())),
            "repaired": self.mended / total,
            "outline_repaired": float(self.outline[0] / max(1, self.outline[1])),
        }
        return {**{name: round(value, 4) for name, value in figures.items()}, "windows": self.windows}
