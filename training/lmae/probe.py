"""What the labels of a data set say a class looks like, from the network's view of the image.

Two classifiers on the features of `MaskedAutoencoder.view` with their setting, fitted on the labels at hand, flawed as
they are: linear discriminant analysis (Fisher 1936; shared covariance), in closed form, which makes do with few images,
and perceptrons (`lmae.perceptron`), which make more of many. How they are blended is what the labels fit best. An image
is judged by what *others* taught: its own share is taken out of the sums, and it is asked of a perceptron that has not
seen it, so that a wrong label cannot vouch for itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F

from .components import VOID
from .perceptron import F32, Perceptron, train
from .prior import U8
from .semantics import CELL, pure_cells

Floats = npt.NDArray[np.float64]

#: Added to the shared covariance, as a share of every feature's variance.
RIDGE = 0.1
#: Weight of log(how often a class is seen) in an opinion: rare classes are what annotators miss.
PRIOR_WEIGHT = 0.25
#: Temperatures of the discriminant that are tried.
TEMPERATURES = (0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0)
#: Of the cells of a window every such is kept, to train perceptrons on and to try temperatures.
KEPT = 3
#: Shares of the perceptrons, and temperatures of the blend, that are tried.
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
BLEND_TEMPERATURES = (0.7, 0.85, 1.0, 1.2, 1.4, 2.0)
#: Perceptrons, each trained without the images of one fold.
FOLDS = 4
#: An opinion that speaks against more of a window's cells comes from pictures unlike it, and is not worth hearing.
MOST_CONTRADICTED = 0.75
#: Nothing is less likely.
LEAST_SAID = 1e-6
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
    """What an image taught: its sums, and every KEPTth of its cells: features [N,C] with their classes [N]."""

    sums: Sums
    features: F32
    classes: U8

    def keep(self, classes: U8) -> tuple[F32, U8]:
        """The features and classes of those cells that show one of `classes`."""
        kept = np.isin(self.classes, classes)
        return self.features[kept], self.classes[kept]


class Blend(NamedTuple):
    """How much the perceptrons have to say, 0..1, and the temperature of the two together."""

    share: float
    temperature: float

    def of(self, straight: Floats, bent: Floats) -> Floats:
        """Log probabilities [K,N] of both -> of the two together."""
        return log_softmax((self.share * bent + (1 - self.share) * straight) / self.temperature)


def perceptron_of(images: Sequence[Taught], seed: int) -> Perceptron | None:
    """Taught by images; None where they show fewer than two classes."""
    if not images:
        return None
    features, labels = (np.concatenate([getattr(image, part) for image in images]) for part in ("features", "classes"))
    known = np.flatnonzero(np.bincount(labels, minlength=256) >= LEAST_CELLS).astype(np.uint8)
    if len(known) < 2:
        return None
    heard = np.isin(labels, known)
    return train(features[heard], labels[heard], known, seed)


def bent(straight: Floats, classifier: Classifier, perceptrons: Sequence[Perceptron], features: F32) -> Floats:
    """The mean log probability [K,N] that perceptrons give the classes of a classifier, from features [N,C].

    Of a class that a perceptron does not know it says what `straight` does.
    """
    total = np.zeros_like(straight)
    for perceptron in perceptrons:
        logs = straight.copy()
        logs[np.searchsorted(classifier.classes, perceptron.classes)] = log_softmax(
            perceptron.logits(features).T.astype(np.float64)
        )
        total += logs
    return np.asarray(total / len(perceptrons))


def log_softmax(logits: Floats) -> Floats:
    """Over the classes of [K,N]."""
    above = logits - logits.max(0)
    return np.asarray(above - np.log(np.exp(above).sum(0)))


def log_loss(logs: Floats) -> Floats:
    """Of the log probabilities of what is right; one that is very unlikely is no worse than LEAST_SAID."""
    return -np.maximum(logs, np.log(LEAST_SAID))


class Probe:
    """The classes of one data set as its labels show them, image by image."""

    def __init__(self) -> None:
        self.all: Sums | None = None
        self.images: dict[str, Taught] = {}
        self.temperature = 1.0
        #: The perceptron of each fold has seen the images of all other folds.
        self.perceptrons: list[Perceptron] = []
        self.blend = Blend(0.0, 1.0)

    def learn(self, image_name: str, features: F32, label: U8) -> None:
        """Adds a window of an image: features [C,S/8,S/8], its label as given [S,S]."""
        sums = Sums.of(features, label)
        self.all = sums if self.all is None else self.all + sums
        cells, classes = features.reshape(len(features), -1).T[1::KEPT], pure_cells(label).ravel()[1::KEPT]
        taught = Taught(sums, cells[classes != VOID], classes[classes != VOID])
        known = self.images.get(image_name)
        if known is not None:
            taught = Taught(
                known.sums + sums,
                np.concatenate([known.features, taught.features]),
                np.concatenate([known.classes, taught.classes]),
            )
        self.images[image_name] = taught

    def without(self, image_name: str) -> Classifier:
        """What all other images taught, by linear discriminant analysis."""
        assert self.all is not None
        own = self.images.get(image_name)
        return discriminant(self.all if own is None else self.all - own.sums)

    def fit(self) -> None:
        """Trains the perceptrons, and takes what makes the given labels likeliest, every image judged by the others:
        the temperature of the discriminant, then the blend of both.
        """
        images = list(self.images.values())
        folds = min(FOLDS, len(images))
        self.perceptrons, self.blend = [], Blend(0.0, 1.0)
        for fold in range(folds):
            others = [image for number, image in enumerate(images) if number % folds != fold]
            found = perceptron_of(others, seed=fold)
            if found is None:
                self.perceptrons = []
                break
            self.perceptrons.append(found)
        classifiers = [self.without(name) for name in self.images]
        heard = [image.keep(c.classes) for image, c in zip(images, classifiers, strict=True)]

        def loss(answers: Iterable[Floats]) -> float:
            """Of log probabilities [K,N] of every image's cells."""
            rows = zip(heard, classifiers, answers, strict=True)
            return sum(
                float(log_loss(said[np.searchsorted(c.classes, own), np.arange(len(own))]).sum())
                for (_, own), c, said in rows
            )

        def linear(temperature: float) -> Iterator[Floats]:
            for c, (features, _) in zip(classifiers, heard, strict=True):
                yield np.log(np.maximum(c.probabilities(features.T, temperature), LEAST_SAID))

        losses = [loss(linear(temperature)) for temperature in TEMPERATURES]
        self.temperature = TEMPERATURES[int(np.argmin(losses))] if any(losses) else 1.0
        if self.perceptrons:
            both = [
                (straight, bent(straight, c, [self.perceptrons[number % folds]], features))
                for number, (straight, c, (features, _)) in enumerate(
                    zip(linear(self.temperature), classifiers, heard, strict=True)
                )
            ]
            blends = [Blend(share, temperature) for share in SHARES for temperature in BLEND_TEMPERATURES]
            losses = [loss(blend.of(a, b) for a, b in both) for blend in blends]
            self.blend = blends[int(np.argmin(losses))]

    def opinion(self, image_name: str, features: F32, label: U8) -> Opinion:
        """What the other images' labels say of a window of this one; no class at all before anything was learnt, nor
        where that contradicts most of the window's label as given [S,S].

        features [C,S/8,S/8] -> probabilities [K,S,S], bilinear between cells.
        """
        channels, rows, columns = features.shape
        classifier = None if self.all is None else self.without(image_name)
        if classifier is None or len(classifier.classes) == 0:
            return NO_OPINION
        cells = features.reshape(channels, -1)
        logs = np.log(np.maximum(classifier.probabilities(cells, self.temperature), LEAST_SAID))
        if self.blend.share > 0:
            logs = self.blend.of(logs, bent(logs, classifier, self.unacquainted(image_name), cells.T))
        said = np.exp(logs + (PRIOR_WEIGHT - 1) * classifier.prior[:, None])
        given = pure_cells(label).ravel()
        heard = np.isin(given, classifier.classes)
        contradicted = np.count_nonzero(classifier.classes[said.argmax(0)][heard] != given[heard])
        if contradicted > MOST_CONTRADICTED * np.count_nonzero(heard):
            return NO_OPINION
        grid = torch.from_numpy(said / said.sum(0)).float().reshape(1, -1, rows, columns)
        pixels = F.interpolate(grid, scale_factor=float(CELL), mode="bilinear", align_corners=False)
        return Opinion(classifier.classes, pixels[0].numpy())

    def unacquainted(self, image_name: str) -> list[Perceptron]:
        """Those that have not seen an image: all, if it taught nothing."""
        if image_name not in self.images:
            return self.perceptrons
        return [self.perceptrons[list(self.images).index(image_name) % len(self.perceptrons)]]
