"""What the labels of a data set say a class looks like: a linear classifier on the network's view of the image.

Fitted on the labels at hand, flawed as they are, in one pass and in closed form: linear discriminant analysis (Fisher
1936; shared covariance) on the features of `MaskedAutoencoder.view`. An image is judged by what all *others* taught:
its own share is taken out of the sums, so that a wrong label cannot vouch for itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F

from .components import VOID
from .prior import U8
from .semantics import CELL, pure_cells

F32 = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]

#: Added to the shared covariance, as a share of every feature's variance.
RIDGE = 0.1
#: Weight of log(how often a class is seen) in an opinion: rare classes are what annotators miss.
PRIOR_WEIGHT = 0.25
#: Temperatures tried, and how many cells of a window they are tried on.
TEMPERATURES = (0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0)
CELLS_TRIED = 49
#: A class seen in fewer cells is not known.
LEAST_CELLS = 4


class Opinion(NamedTuple):
    """Probability [K,S,S] of every known class at every pixel of a window, and the class ids [K]."""

    classes: U8
    probabilities: F32


#: Of whatever size: there is nothing in it.
NO_OPINION = Opinion(np.zeros(0, np.uint8), np.zeros((0, 0, 0), np.float32))


@dataclass(frozen=True)
class Sums:
    """Of labelled cells: how many of each class [256], their features' sums [256,C], and products [C,C] over all."""

    counts: Floats
    sums: Floats
    products: Floats

    @staticmethod
    def of(features: F32, label: U8) -> Sums:
        """features [C,S/8,S/8] of a window, label uint8 [S,S] (255 = void): only cells of one class count."""
        x = features.reshape(len(features), -1).T.astype(np.float64)
        classes = pure_cells(label).ravel()
        x, classes = x[classes != VOID], classes[classes != VOID]
        sums = np.zeros((256, len(features)))
        np.add.at(sums, classes, x)
        return Sums(np.bincount(classes, minlength=256).astype(np.float64), sums, x.T @ x)

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.counts + other.counts, self.sums + other.sums, self.products + other.products)

    def __sub__(self, other: Sums) -> Sums:
        return Sums(self.counts - other.counts, self.sums - other.sums, self.products - other.products)


class Classifier(NamedTuple):
    """softmax((weights . features + bias) / T + prior) over classes [K]."""

    classes: U8
    weights: Floats  # [K,C]
    bias: Floats  # [K]
    prior: Floats  # [K], log of how often each class is seen

    def probabilities(self, features: npt.NDArray[Any], temperature: float, prior: float = 1.0) -> Floats:
        """features [C,N] -> [K,N]; prior weighs how often classes are seen."""
        logits = (self.weights @ features + self.bias[:, None]) / temperature + prior * self.prior[:, None]
        above = np.exp(logits - logits.max(0))
        return np.asarray(above / above.sum(0))


def discriminant(learnt: Sums) -> Classifier:
    """Linear discriminant analysis from sums; classes seen in fewer than LEAST_CELLS cells are left out."""
    classes = np.flatnonzero(learnt.counts >= LEAST_CELLS)
    counts, sums = learnt.counts[classes], learnt.sums[classes]
    if len(classes) == 0:
        return Classifier(classes.astype(np.uint8), sums, counts, counts)
    means = sums / counts[:, None]
    # Rare classes stay in the products: their few cells hardly matter.
    total = learnt.counts.sum()
    middle = learnt.sums.sum(0) / total
    variance = np.diag(learnt.products) / total - middle**2
    within = (learnt.products - (sums.T / counts) @ sums) / total
    within = within + np.diag(RIDGE * variance + 1e-6)
    weights = np.linalg.solve(within, (means - middle).T).T
    bias = -0.5 * (weights * (means + middle)).sum(1)
    return Classifier(classes.astype(np.uint8), weights, bias, np.log(counts / total))


class Taught(NamedTuple):
    """What an image taught: its sums, and a few of its cells' features [C,N] with their classes [N]."""

    sums: Sums
    features: F32
    classes: U8


class Probe:
    """The classes of one data set as its labels show them, image by image."""

    def __init__(self) -> None:
        self.all: Sums | None = None
        self.images: dict[str, Taught] = {}
        self.temperature = 1.0

    def learn(self, image_name: str, features: F32, label: U8) -> None:
        """Adds a window of an image: features [C,S/8,S/8], its label as given [S,S]."""
        sums = Sums.of(features, label)
        self.all = sums if self.all is None else self.all + sums
        cells = features.reshape(len(features), -1)
        spread = np.linspace(0, cells.shape[1] - 1, CELLS_TRIED).round().astype(np.intp)
        taught = Taught(sums, cells[:, spread], pure_cells(label).ravel()[spread])
        known = self.images.get(image_name)
        if known is not None:
            taught = Taught(
                known.sums + sums,
                np.concatenate([known.features, taught.features], 1),
                np.concatenate([known.classes, taught.classes]),
            )
        self.images[image_name] = taught

    def without(self, image_name: str) -> Classifier:
        """What all other images taught."""
        assert self.all is not None
        own = self.images.get(image_name)
        return discriminant(self.all if own is None else self.all - own.sums)

    def calibrate(self) -> None:
        """The temperature at which the given labels are likeliest, every image judged by the others."""
        losses, count = np.zeros(len(TEMPERATURES)), 0
        for name, (_, features, classes) in self.images.items():
            classifier = self.without(name)
            heard = np.isin(classes, classifier.classes)
            own = np.searchsorted(classifier.classes, classes[heard])
            count += len(own)
            for number, temperature in enumerate(TEMPERATURES):
                said = classifier.probabilities(features[:, heard], temperature)
                losses[number] -= np.log(np.maximum(said[own, np.arange(len(own))], 1e-6)).sum()
        if count:
            self.temperature = TEMPERATURES[int(np.argmin(losses))]

    def opinion(self, image_name: str, features: F32) -> Opinion:
        """What the other images' labels say of a window of this one; no class at all before anything was learnt.

        features [C,S/8,S/8] -> probabilities [K,S,S], bilinear between cells.
        """
        channels, rows, columns = features.shape
        classifier = None if self.all is None else self.without(image_name)
        if classifier is None or len(classifier.classes) == 0:
            return NO_OPINION
        cells = classifier.probabilities(features.reshape(channels, -1), self.temperature, PRIOR_WEIGHT)
        grid = torch.from_numpy(cells).float().reshape(1, -1, rows, columns)
        pixels = F.interpolate(grid, scale_factor=float(CELL), mode="bilinear", align_corners=False)
        return Opinion(classifier.classes, pixels[0].numpy())
