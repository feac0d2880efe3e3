"""How well errors are found: component and pixel average precision, harm and repair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ..arrays import U8, VOID, Bool, Ints
from .proposals import Finding, overlap

#: A proposal finds an error from this intersection over union on.
MATCH = 0.5
#: Proposals that "precision at 10" counts.
FIRST = 10
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


@dataclass
class FindTally:
    """Counts over the windows of one set (or of one kind of damage in it)."""

    rows: list[tuple[float, bool]] = field(default_factory=list)
    errors: int = 0
    windows: int = 0
    #: Pixels by suspicion in BINS steps: right, wrong.
    pixels: Ints = field(default_factory=lambda: np.zeros((2, BINS), np.int64))
    broken: int = 0
    mended: int = 0

    def add(self, finding: Finding, true: U8, given: U8, errors: Sequence[Bool], accept: float) -> None:
        """One window: its true and given label [S,S], its errors, and the confidence from which all is accepted."""
        self.windows += 1
        self.errors += len(errors)
        self.rows += match(finding, errors)
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
        self.mended += np.count_nonzero((after == true)[known] & wrong)

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
        }
        return {**{name: round(value, 4) for name, value in figures.items()}, "windows": self.windows}
