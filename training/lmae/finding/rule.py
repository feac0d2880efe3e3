"""The rules of error finding: how likely a pixel is wrong, and how likely a candidate is an error.

Fitted on training splits (`lmae.find --tune`, `tune`) and kept in `finding` of the model's manifest. Pixels have a
logistic rule. Candidates have boosted trees (Friedman 2001); what is verified has trees that mend a logistic rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Union

import numpy as np
import numpy.typing as npt

from ..arrays import Bool, Floats, Ints

#: What the rule for pixels reads (`evidence`).
PIXEL_FEATURES = (
    "error logit", "error logit of the component", "support self confidence", "support margin",
    "support margin of the component",
)  # fmt: skip
#: What the quick rule reads of a candidate (`candidates.describe`), and what verification adds (`verify.compared`).
QUICK_FEATURES = (
    "suspicion", "suspicion around", "error logit", "support margin", "support margin around", "log area", "log depth",
    "edges along outline", "shifted", "edge gain by spread", "colour gain",
)  # fmt: skip
VERIFIED_FEATURES = (
    "rebuilt gain", "rebuilt self confidence", "rebuilt as new", "rebuilt as given", "rebuilt as given around",
    "rebuilt overlap", "rebuilt other",
)  # fmt: skip
#: The first of the quick features choose what is verified; afterwards they say nothing new.
QUICK_ONLY = 3
CANDIDATE_FEATURES = (*QUICK_FEATURES[QUICK_ONLY:], *VERIFIED_FEATURES)

RIDGE = 1e-3
#: Boosted trees: how many, how deep, how much of each counts, the least rows of a leaf and its prior weight, and how
#: many values of a feature may be cut at.
TREES, DEPTH, RATE, LEAST_ROWS, LEAF_PRIOR, CUTS = 120, 3, 0.06, 15, 3.0, 31
#: A split must lower the loss by more than this.
LEAST_GAIN = 1e-3

#: A leaf, or (feature, cut, where the feature is below the cut, where it is not).
Tree = Union[float, tuple[int, float, "Tree", "Tree"]]


def sigmoid(log_odds: npt.NDArray[Any]) -> Floats:
    return np.asarray(1 / (1 + np.exp(-log_odds)))


@dataclass(frozen=True)
class Rule:
    """A logistic rule, which trees mend: log odds = bias + weights . x + the sum of the leaves that x falls into."""

    bias: float
    weights: tuple[float, ...]
    trees: tuple[Tree, ...] = ()

    def log_odds(self, features: npt.NDArray[Any]) -> Floats:
        """features [..., n] -> [...]."""
        linear = self.bias + np.asarray(features, np.float64) @ np.asarray(self.weights)
        return np.asarray(linear + sum(leaves(tree, features) for tree in self.trees))

    def __call__(self, features: npt.NDArray[Any]) -> Floats:
        """features [n,d] -> probability [n]."""
        return sigmoid(self.log_odds(features))

    def to_json(self, features: Sequence[str]) -> dict[str, Any]:
        """A tree is a leaf or [feature, cut, below, not below], its features numbered in the order of the weights."""
        weights = dict(zip(features, self.weights, strict=True))
        return {"bias": self.bias, "weights": weights, **({"trees": self.trees} if self.trees else {})}

    @staticmethod
    def from_json(data: dict[str, Any], features: Sequence[str]) -> Rule:
        """ValueError when it reads other features."""
        if list(data["weights"]) != list(features):
            raise ValueError(f"the rules read {list(data['weights'])}, not {features}: fit them again")
        trees = tuple(map(tree_of, data.get("trees", ())))
        return Rule(float(data["bias"]), tuple(float(data["weights"][name]) for name in features), trees)


def leaves(tree: Tree, features: npt.NDArray[Any]) -> Floats:
    """The leaf of every row of features [n,d] -> [n]."""
    if not isinstance(tree, tuple):
        return np.full(len(features), tree)
    feature, cut, below, above = tree
    low = features[:, feature] < cut
    result = np.zeros(len(features))
    result[low], result[~low] = leaves(below, features[low]), leaves(above, features[~low])
    return result


def tree_of(data: Any) -> Tree:
    """From JSON, which has lists for tuples."""
    return (data[0], data[1], tree_of(data[2]), tree_of(data[3])) if isinstance(data, list) else float(data)


@dataclass(frozen=True)
class Rules:
    """Rules for pixels, for which candidates are verified, for what is verified, and the app's default threshold."""

    pixel: Rule
    quick: Rule
    verified: Rule
    accept: float

    def to_json(self) -> dict[str, Any]:
        """As stored under "finding" in model.json."""
        return {**{name: getattr(self, name).to_json(read) for name, read in FEATURES.items()}, "accept": self.accept}

    @staticmethod
    def from_json(data: dict[str, Any]) -> Rules:
        """KeyError when a rule is missing, ValueError when one reads other features."""
        return Rules(
            **{name: Rule.from_json(data[name], read) for name, read in FEATURES.items()}, accept=data["accept"]
        )


#: What each of the rules reads.
FEATURES = {"pixel": PIXEL_FEATURES, "quick": QUICK_FEATURES, "verified": CANDIDATE_FEATURES}


def fit_logistic(features: Floats, hits: Floats) -> Rule:
    """Logistic regression by Newton's method: features [n,d], hits [n] of 0..1; features are scaled inside."""
    mean, scale = features.mean(0), features.std(0) + 1e-6
    x = np.concatenate([np.ones((len(features), 1)), (features - mean) / scale], 1)
    beta = np.zeros(x.shape[1])
    penalty = RIDGE * len(x) * np.diag([0.0, *np.ones(features.shape[1])])
    for _ in range(30):
        p = sigmoid(np.clip(x @ beta, -30, 30))
        gradient = x.T @ (hits - p) - penalty @ beta
        curvature = (x * (p * (1 - p))[:, None]).T @ x + penalty + 1e-9 * np.eye(len(beta))
        step = np.linalg.solve(curvature, gradient)
        beta = beta + step
        if np.abs(step).max() < 1e-6:
            break
    slopes = beta[1:] / scale
    return Rule(float(beta[0] - slopes @ mean), tuple(float(w) for w in slopes))


def constant(hits: Bool, features: int) -> Rule:
    """The rule that gives every row of that many features the share of hits."""
    share = np.clip(hits.mean(), 1e-3, 1 - 1e-3)
    return Rule(round(float(np.log(share / (1 - share))), 4), (0.0,) * features)


def fit_trees(start: Rule, features: Floats, hits: Bool) -> Rule:
    """Boosted trees for the log loss, each by one Newton step: features [n,d], hits [n]; deterministic."""
    cuts = [rounded_cuts(column) for column in features.T]
    bins = np.stack([np.searchsorted(own, column, side="right") for own, column in zip(cuts, features.T, strict=True)])
    total = start.log_odds(features)
    trees: list[Tree] = []
    for _ in range(TREES):
        p = sigmoid(total)
        tree = grown(bins, cuts, hits - p, p * (1 - p), np.arange(len(features)), DEPTH)
        total = total + leaves(tree, features)
        trees.append(tree)
    return Rule(start.bias, start.weights, tuple(trees))


def rounded_cuts(column: Floats) -> Floats:
    """Where a feature [n] may be cut: between quantiles, rounded so that they are short in the manifest."""
    quantiles = np.quantile(column, np.linspace(0, 1, CUTS + 2)[1:-1])
    return np.unique([float(f"{cut:.4g}") for cut in quantiles])


def grown(bins: Ints, cuts: Sequence[Floats], gradient: Floats, weight: Floats, rows: Ints, depth: int) -> Tree:
    """The tree over some rows [m] of all that lowers the loss most: bins [d,n] of the features, gradient of the log
    likelihood and its curvature `weight` [n].
    """
    total, mass = gradient[rows].sum(), weight[rows].sum()
    best, feature, cut = LEAST_GAIN, -1, -1
    for number in range(len(bins) if depth > 0 else 0):
        of_rows = bins[number, rows]
        below, below_weight = (np.bincount(of_rows, v[rows], CUTS + 1).cumsum() for v in (gradient, weight))
        count = np.bincount(of_rows, minlength=CUTS + 1).cumsum()
        gain = below**2 / (below_weight + LEAF_PRIOR) + (total - below) ** 2 / (mass - below_weight + LEAF_PRIOR)
        gain = gain - total**2 / (mass + LEAF_PRIOR)
        gain[(count < LEAST_ROWS) | (len(rows) - count < LEAST_ROWS)] = 0
        if gain.max() > best:
            best, feature, cut = float(gain.max()), number, int(gain.argmax())
    if feature < 0:
        return round(float(RATE * total / (mass + LEAF_PRIOR)), 4)
    low = bins[feature, rows] <= cut
    below_tree, above_tree = (grown(bins, cuts, gradient, weight, part, depth - 1) for part in (rows[low], rows[~low]))
    return feature, float(cuts[feature][cut]), below_tree, above_tree
