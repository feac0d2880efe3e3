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
#: The first of the quick features are of no use after verification (component AP 0.445 with them, 0.454 without).
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
class Logistic:
    """sigmoid(bias + weights . x)."""

    bias: float
    weights: tuple[float, ...]

    def log_odds(self, features: npt.NDArray[Any]) -> Floats:
        """features [..., n] -> [...]."""
        return np.asarray(self.bias + np.asarray(features, np.float64) @ np.asarray(self.weights))


@dataclass(frozen=True)
class Trees:
    """A logistic rule that trees mend: sigmoid(its log odds + the sum of the leaves that a row falls into)."""

    start: Logistic
    trees: tuple[Tree, ...]

    def __call__(self, features: npt.NDArray[Any]) -> Floats:
        """features [n,d] -> probability [n]."""
        return sigmoid(self.start.log_odds(features) + sum(leaves(tree, features) for tree in self.trees))


def leaves(tree: Tree, features: npt.NDArray[Any]) -> Floats:
    """The leaf of every row of features [n,d] -> [n]."""
    if not isinstance(tree, tuple):
        return np.full(len(features), tree)
    feature, cut, below, above = tree
    low = features[:, feature] < cut
    result = np.zeros(len(features))
    result[low], result[~low] = leaves(below, features[low]), leaves(above, features[~low])
    return result


@dataclass(frozen=True)
class Rule:
    """Rules for pixels, for which candidates are verified, for what is verified, and the app's default threshold."""

    pixel: Logistic
    quick: Trees
    verified: Trees
    accept: float

    def to_json(self) -> dict[str, Any]:
        """As stored under "finding" in model.json; a tree is a leaf or [feature, cut, below, not below], its features
        numbered in the order of the weights.
        """
        return {
            "pixel": logistic_json(self.pixel, PIXEL_FEATURES),
            "quick": trees_json(self.quick, QUICK_FEATURES),
            "verified": trees_json(self.verified, CANDIDATE_FEATURES),
            "accept": self.accept,
        }

    @staticmethod
    def from_json(data: dict[str, Any]) -> Rule:
        """Raises KeyError when a rule is missing, ValueError when one reads other features."""
        pixel = logistic_of(data["pixel"], PIXEL_FEATURES)
        quick, verified = (
            Trees(logistic_of(data[name], features), tuple(map(tree_of, data[name]["trees"])))
            for name, features in (("quick", QUICK_FEATURES), ("verified", CANDIDATE_FEATURES))
        )
        return Rule(pixel, quick, verified, float(data["accept"]))


def logistic_json(rule: Logistic, features: Sequence[str]) -> dict[str, Any]:
    return {"bias": rule.bias, "weights": dict(zip(features, rule.weights, strict=True))}


def trees_json(rule: Trees, features: Sequence[str]) -> dict[str, Any]:
    return {**logistic_json(rule.start, features), "trees": rule.trees}


def logistic_of(data: dict[str, Any], features: Sequence[str]) -> Logistic:
    if list(data["weights"]) != list(features):
        raise ValueError(f"the rules read {list(data['weights'])}, not {features}: fit them again")
    return Logistic(float(data["bias"]), tuple(float(data["weights"][name]) for name in features))


def tree_of(data: Any) -> Tree:
    """From JSON, which has lists for tuples."""
    return (data[0], data[1], tree_of(data[2]), tree_of(data[3])) if isinstance(data, list) else float(data)


def fit_logistic(features: Floats, hits: Floats) -> Logistic:
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
    return Logistic(float(beta[0] - slopes @ mean), tuple(float(w) for w in slopes))


def constant(hits: Bool, features: int) -> Logistic:
    """The rule that gives every row of that many features the share of hits."""
    share = np.clip(hits.mean(), 1e-3, 1 - 1e-3)
    return Logistic(round(float(np.log(share / (1 - share))), 4), (0.0,) * features)


def fit_trees(start: Logistic, features: Floats, hits: Bool) -> Trees:
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
    return Trees(start, tuple(trees))


def rounded_cuts(column: Floats) -> Floats:
    """Where a feature [n] may be cut: between quantiles, rounded so that they are short in the manifest."""
    quantiles = np.quantile(column, np.linspace(0, 1, CUTS + 2)[1:-1])
    return np.unique([float(f"{cut:.4g}") for cut in quantiles])


def grown(bins: Ints, cuts: Sequence[Floats], gradient: Floats, weight: Floats, rows: Ints, depth: int) -> Tree:
    """The tree over some rows [m] of all that lowers the loss most: bins [d,n] of the features, gradient of the log
    likelihood and its curvature `weight` [n].
    """
    own_gradient, own_weight = gradient[rows], weight[rows]
    total, mass = own_gradient.sum(), own_weight.sum()
    leaf = round(float(RATE * total / (mass + LEAF_PRIOR)), 4)
    best, feature, cut = LEAST_GAIN, -1, -1
    for number in range(len(bins) if depth > 0 else 0):
        of_rows = bins[number, rows]
        below, below_weight = (np.bincount(of_rows, v, CUTS + 1).cumsum() for v in (own_gradient, own_weight))
        count = np.bincount(of_rows, minlength=CUTS + 1).cumsum()
        gain = below**2 / (below_weight + LEAF_PRIOR) + (total - below) ** 2 / (mass - below_weight + LEAF_PRIOR)
        gain = gain - total**2 / (mass + LEAF_PRIOR)
        gain[(count < LEAST_ROWS) | (len(rows) - count < LEAST_ROWS)] = 0
        if gain.max() > best:
            best, feature, cut = float(gain.max()), number, int(gain.argmax())
    if feature < 0:
        return leaf
    low = bins[feature, rows] <= cut
    below_tree, above_tree = (grown(bins, cuts, gradient, weight, part, depth - 1) for part in (rows[low], rows[~low]))
    return feature, float(cuts[feature][cut]), below_tree, above_tree
