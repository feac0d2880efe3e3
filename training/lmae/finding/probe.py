"""What the labels of a data set say a class looks like, from the network's view of the image.

Two classifiers on the features of `MaskedAutoencoder.view` with their setting, fitted on the labels at hand, flawed as
they are: linear discriminant analysis (Fisher 1936; shared covariance), in closed form, which makes do with few images,
and perceptrons (`perceptron`), which make more of many. How they are blended is what the labels fit best. A wrong
label cannot vouch for itself: a quarter of an image is judged by what other images and the *other* quarters of its own
taught the discriminant, and by a perceptron that has not seen the image at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F

from ..arrays import F32, U8, VOID, Floats
from ..data.cells import CELL, pure_cells
from ..evaluation.protocol import Place
from .perceptron import Perceptron, train

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
#: Temperature of a discriminant that was never tried.
UNFITTED = 4.0
QUARTERS = 4
#: A kept cell of the image itself counts as so many of others while these are FEW: nothing looks like an image as that
#: image does. Among many others some do, and they have not made its mistakes: it falls with the square of their number.
OWN_WEIGHT = 12.0
FEW = 16


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
        above = np.exp(logits - logits.max(0))
        return np.asarray(above / above.sum(0))


def discriminant(learnt: Sums, known: npt.NDArray[np.intp] | None = None) -> Classifier:
    """Linear discriminant analysis from sums of the known classes: those seen in LEAST_CELLS cells if not said."""
    classes = np.flatnonzero(learnt.counts >= LEAST_CELLS) if known is None else known
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
    """What an image taught: its sums, and every KEPTth of its cells: features [N,C], their classes [N], and the quarter
    of the picture [N] that each lies in.
    """

    sums: Sums
    features: F32
    classes: U8
    quarters: U8

    def heard(self, quarter: int, classes: U8) -> tuple[F32, U8]:
        """The features and classes of those cells of a quarter that show one of `classes`."""
        kept = np.isin(self.classes, classes) & (self.quarters == quarter)
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


def quarters_of(place: Place, rows: int, columns: int) -> U8:
    """Which quarter of the picture, 0 to 3, each of a window's cells [rows,columns] has its middle in."""
    down = place.top + (np.arange(rows) + 0.5) / rows * (place.bottom - place.top)
    across = place.left + (np.arange(columns) + 0.5) / columns * (place.right - place.left)
    return np.asarray(2 * (down > 0.5)[:, None] + (across > 0.5), np.uint8)


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
        self.temperature = UNFITTED
        #: The perceptron of each fold has seen the images of all other folds.
        self.perceptrons: list[Perceptron] = []
        self.blend = Blend(0.0, 1.0)

    def learn(self, image_name: str, features: F32, label: U8, place: Place) -> None:
        """Adds a window of an image: features [C,S/8,S/8], its label as given [S,S], its place in the picture."""
        sums = Sums.of(features, label)
        self.all = sums if self.all is None else self.all + sums
        classes = pure_cells(label).ravel()
        kept = np.flatnonzero(classes != VOID)
        kept = kept[kept % KEPT == 1]
        cells = features.reshape(len(features), -1).T[kept]
        taught = Taught(sums, cells, classes[kept], quarters_of(place, *features.shape[1:]).ravel()[kept])
        known = self.images.get(image_name)
        if known is not None:
            taught = Taught(
                known.sums + sums,
                np.concatenate([known.features, taught.features]),
                np.concatenate([known.classes, taught.classes]),
                np.concatenate([known.quarters, taught.quarters]),
            )
        self.images[image_name] = taught

    def without(self, image_name: str) -> list[Classifier]:
        """Of each quarter of a picture: what other images and the other quarters taught, by linear discriminant
        analysis. All know the same classes; of one that is seen in that quarter only they know it from there.
        """
        assert self.all is not None
        own = self.images.get(image_name)
        if own is None:
            return [discriminant(self.all)] * QUARTERS
        others = self.all - own.sums
        counts = others.counts + np.bincount(own.classes, minlength=256)
        weight = OWN_WEIGHT * min(1.0, FEW / len(self.images)) ** 2
        found = []
        for quarter in range(QUARTERS):
            away = own.quarters != quarter
            elsewhere = others.counts + np.bincount(own.classes[away], minlength=256)
            heard = away | (elsewhere < LEAST_CELLS)[own.classes]
            sums = Sums.over(own.features[heard], own.classes[heard])
            found.append(discriminant(others + sums * weight, np.flatnonzero(counts >= LEAST_CELLS)))
        return found

    def fit(self) -> None:
        """Trains the perceptrons, and takes what makes the given labels likeliest, every quarter of an image judged by
        the others: the temperature of the discriminant, then the blend of both.
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
        judged = [
            (number % folds, classifier, *image.heard(quarter, classifier.classes))
            for number, (name, image) in enumerate(self.images.items())
            for quarter, classifier in enumerate(self.without(name))
        ]

        def loss(answers: Iterable[Floats]) -> float:
            """Of log probabilities [K,N] of the cells of every quarter."""
            return sum(
                float(log_loss(said[np.searchsorted(c.classes, own), np.arange(len(own))]).sum())
                for (_, c, _, own), said in zip(judged, answers, strict=True)
            )

        def linear(temperature: float) -> Iterator[Floats]:
            for _, c, features, _ in judged:
                yield np.log(np.maximum(c.probabilities(features.T, temperature), LEAST_SAID))

        losses = [loss(linear(temperature)) for temperature in TEMPERATURES]
        self.temperature = TEMPERATURES[int(np.argmin(losses))] if any(losses) else UNFITTED
        if self.perceptrons:
            both = [
                (straight, bent(straight, c, [self.perceptrons[fold]], features))
                for straight, (fold, c, features, _) in zip(linear(self.temperature), judged, strict=True)
            ]
            blends = [Blend(share, temperature) for share in SHARES for temperature in BLEND_TEMPERATURES]
            losses = [loss(blend.of(a, b) for a, b in both) for blend in blends]
            self.blend = blends[int(np.argmin(losses))]

    def opinion(self, image_name: str, features: F32, label: U8, place: Place) -> Opinion:
        """What other labels say of a window of an image; no class at all before anything was learnt, nor where that
        contradicts most of the window's label as given [S,S].

        features [C,S/8,S/8] -> probabilities [K,S,S], bilinear between cells.
        """
        channels, rows, columns = features.shape
        classifiers = [] if self.all is None else self.without(image_name)
        if not classifiers or len(classifiers[0].classes) == 0:
            return NO_OPINION
        classes = classifiers[0].classes
        cells = features.reshape(channels, -1)
        quarters = quarters_of(place, rows, columns).ravel()
        said = np.zeros((len(classes), rows * columns))
        for quarter, classifier in enumerate(classifiers):
            here = quarters == quarter
            logs = np.log(np.maximum(classifier.probabilities(cells[:, here], self.temperature), LEAST_SAID))
            if self.blend.share > 0:
                strangers = self.unacquainted(image_name)
                logs = self.blend.of(logs, bent(logs, classifier, strangers, cells[:, here].T))
            said[:, here] = np.exp(logs + (PRIOR_WEIGHT - 1) * classifier.prior[:, None])
        given = pure_cells(label).ravel()
        heard = np.isin(given, classes)
        contradicted = np.count_nonzero(classes[said.argmax(0)][heard] != given[heard])
        if contradicted > MOST_CONTRADICTED * np.count_nonzero(heard):
            return NO_OPINION
        grid = torch.from_numpy(said / said.sum(0)).float().reshape(1, -1, rows, columns)
        pixels = F.interpolate(grid, scale_factor=float(CELL), mode="bilinear", align_corners=False)
        return Opinion(classes, pixels[0].numpy())

    def unacquainted(self, image_name: str) -> list[Perceptron]:
        """Those that have not seen an image: all, if it taught nothing."""
        if image_name not in self.images:
            return self.perceptrons
        return [self.perceptrons[list(self.images).index(image_name) % len(self.perceptrons)]]
