"""Linear discriminant analysis (Fisher 1936; shared covariance) in closed form, from sums that can be added up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..arrays import F32, U8, VOID, Floats
from ..data.cells import pure_cells

#: Added to the shared covariance, as a share of every feature's variance.
RIDGE = 0.1
#: A class seen in fewer cells is not known.
LEAST_CELLS = 4


@dataclass(frozen=True)
class Sums:
    """Of labelled cells: how many of each class [256], their features' sums [256,C], and products [C,C] over all."""

    counts: Floats
    sums: Floats
    products: Floats

    @staticmethod
    def of(features: F32, label: U8) -> Sums:
        """features [C,S/8,S/8] of a window, label uint8 [S,S] (255 = void): only cells of one class count."""
        classes = pure_cells(label).ravel()
        return Sums.over(features.reshape(len(features), -1).T[classes != VOID], classes[classes != VOID])

    @staticmethod
    def over(features: F32, classes: U8) -> Sums:
        """features [N,C] of cells and their classes [N]."""
        x = features.astype(np.float64)
        sums = np.zeros((256, x.shape[1]))
        np.add.at(sums, classes, x)
        return Sums(np.bincount(classes, minlength=256).astype(np.float64), sums, x.T @ x)

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.counts + other.counts, self.sums + other.sums, self.products + other.products)

    def __sub__(self, other: Sums) -> Sums:
        return Sums(self.counts - other.counts, self.sums - other.sums, self.products - other.products)

    def __mul__(self, times: float) -> Sums:
        return Sums(self.counts * times, self.sums * times, self.products * times)


class Classifier(NamedTuple):
    """softmax((weights . features + bias) / T + prior) over classes [K]."""

    classes: U8
    weights: Floats  # [K,C]
    bias: Floats  # [K]
    prior: Floats  # [K], log of how often each class is seen

    def probabilities(self, features: npt.NDArray[Any], temperature: float, prior: float = 1.0) -> Floats:
        """features [C,N] -> [K,N]; prior weighs how often classes are seen."""
        logits = (self.weights @ features + self.bias[:, None]) / temperature + prior * self.prior[:, None]
        raised = np.exp(logits - logits.max(0))
        return np.asarray(raised / raised.sum(0))


def discriminant(statistics: Sums, known: npt.NDArray[np.intp] | None = None) -> Classifier:
    """The classifier of the known classes: those seen in LEAST_CELLS cells, if not given."""
    classes = np.flatnonzero(statistics.counts >= LEAST_CELLS) if known is None else known
    counts, sums = statistics.counts[classes], statistics.sums[classes]
    if len(classes) == 0:
        return Classifier(classes.astype(np.uint8), sums, counts, counts)
    means = sums / counts[:, None]
    # Cells of classes too rare to be known stay in the products: they are few and hardly matter.
    total = statistics.counts.sum()
    middle = statistics.sums.sum(0) / total
    variance = np.diag(statistics.products) / total - middle**2
    within = (statistics.products - (sums.T / counts) @ sums) / total
    within = within + np.diag(RIDGE * variance + 1e-6)
    weights = np.linalg.solve(within, (means - middle).T).T
    bias = -0.5 * (weights * (means + middle)).sum(1)
    return Classifier(classes.astype(np.uint8), weights, bias, np.log(counts / total))
