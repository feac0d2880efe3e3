"""The probe: what the classes of a data set look like, learnt from its own labels on features of the image alone.

Two classifiers on the features of `MaskedAutoencoder.image_context` (with their `setting`), fitted on the labels at
hand, flawed as they are: linear discriminant analysis (`discriminant`), which makes do with few images, and perceptrons
with one hidden layer (`mlp`), which make more of many. They are blended so that the given labels become likeliest.
Every label is held out from what classifies it, so that a wrong one cannot confirm itself: a quadrant of an image is
classified by the discriminant of other images and of the image's other quadrants, and by a perceptron trained without
the image.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F

from ..arrays import F32, U8, VOID, Floats
from ..data.cells import CELL, pure_cells
from ..evaluation.protocol import Place
from .discriminant import LEAST_CELLS, Classifier, Sums, discriminant
from .mlp import Mlp, train_mlp
from .posteriors import NO_POSTERIORS, ClassPosteriors

#: Weight of log(how often a class is seen) in the posteriors. Below 1, because rare classes are what annotators miss.
PRIOR_WEIGHT = 0.25
#: Temperatures of the discriminant that are tried.
TEMPERATURES = (0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0)
#: One of so many cells of a window is kept, to train perceptrons on and to try temperatures.
KEPT = 3
#: Shares of the perceptrons, and temperatures of the blend, that are tried.
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
BLEND_TEMPERATURES = (0.7, 0.85, 1.0, 1.2, 1.4, 2.0)
#: Perceptrons, each trained without the images of one fold.
FOLDS = 4
#: Posteriors that contradict the labels of more of a window's cells are dropped: the window is unlike all others.
MOST_CONTRADICTED = 0.75
#: Probabilities below this count as this in the log loss.
LEAST_POSTERIOR = 1e-6
#: Temperature of a discriminant before `Probe.fit`.
UNFITTED = 4.0
QUADRANTS = 4
#: How many cells of other images one kept cell of the image itself counts for, while there are at most FEW images:
#: nothing looks like an image as that image does. With more images it falls with the square of their number, because
#: some of them look like it, and they do not share its mistakes.
OWN_WEIGHT = 12.0
FEW = 16


class ImageStatistics(NamedTuple):
    """What the probe keeps of an image: its sums, and of every KEPTth cell the features [N,C], the class [N], and the
    quadrant of the image [N].
    """

    sums: Sums
    features: F32
    classes: U8
    quadrants: U8

    def known_cells(self, quadrant: int, classes: U8) -> tuple[F32, U8]:
        """The features and classes of those cells of a quadrant that show one of `classes`."""
        wanted = np.isin(self.classes, classes) & (self.quadrants == quadrant)
        return self.features[wanted], self.classes[wanted]


class Blend(NamedTuple):
    """The perceptrons' share in the log probabilities, 0..1, and the temperature of the mixture."""

    share: float
    temperature: float

    def mix(self, linear: Floats, mlp: Floats) -> Floats:
        """Log probabilities [K,N] of both -> of the mixture."""
        return log_softmax((self.share * mlp + (1 - self.share) * linear) / self.temperature)


def mlp_of(images: Sequence[ImageStatistics], seed: int) -> Mlp | None:
    """Trained on the kept cells of images; None where they show fewer than two classes."""
    if not images:
        return None
    features, labels = (np.concatenate([getattr(image, part) for image in images]) for part in ("features", "classes"))
    classes = np.flatnonzero(np.bincount(labels, minlength=256) >= LEAST_CELLS).astype(np.uint8)
    if len(classes) < 2:
        return None
    known = np.isin(labels, classes)
    return train_mlp(features[known], labels[known], classes, seed)


def mlp_log_probabilities(linear: Floats, classifier: Classifier, mlps: Sequence[Mlp], features: F32) -> Floats:
    """The mean log probability [K,N] that perceptrons give the classes of a classifier, from features [N,C].

    For a class that a perceptron does not know, `linear` stands in: the log probabilities [K,N] of the classifier.
    """
    total = np.zeros_like(linear)
    for mlp in mlps:
        logs = linear.copy()
        logs[np.searchsorted(classifier.classes, mlp.classes)] = log_softmax(mlp.logits(features).T.astype(np.float64))
        total += logs
    return np.asarray(total / len(mlps))


def quadrants_of(place: Place, rows: int, columns: int) -> U8:
    """Which quadrant of the image, 0 to 3, each of a window's cells [rows,columns] has its middle in."""
    down = place.top + (np.arange(rows) + 0.5) / rows * (place.bottom - place.top)
    across = place.left + (np.arange(columns) + 0.5) / columns * (place.right - place.left)
    return np.asarray(2 * (down > 0.5)[:, None] + (across > 0.5), np.uint8)


def log_softmax(logits: Floats) -> Floats:
    """Over the classes of [K,N]."""
    shifted = logits - logits.max(0)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(0)))


def log_loss(logs: Floats) -> Floats:
    """From the log probabilities of the right classes, floored at LEAST_POSTERIOR."""
    return -np.maximum(logs, np.log(LEAST_POSTERIOR))


class HeldOut(NamedTuple):
    """The kept cells of one quadrant of an image [N], and what was fitted without them."""

    fold: int
    classifier: Classifier
    features: F32
    classes: U8

    def loss(self, logs: Floats) -> float:
        """Of log probabilities [K,N]."""
        own = np.searchsorted(self.classifier.classes, self.classes)
        return float(log_loss(logs[own, np.arange(len(own))]).sum())


class Probe:
    """The classes of one data set as its labels show them, image by image."""

    def __init__(self) -> None:
        self.all: Sums | None = None
        self.images: dict[str, ImageStatistics] = {}
        self.temperature = UNFITTED
        #: One a fold, trained on the images of all other folds.
        self.mlps: list[Mlp] = []
        self.blend = Blend(0.0, 1.0)

    def learn(self, image_name: str, features: F32, label: U8, place: Place) -> None:
        """Adds a window of an image: features [C,S/8,S/8], its label as given [S,S], its place in the image."""
        sums = Sums.of(features, label)
        self.all = sums if self.all is None else self.all + sums
        classes = pure_cells(label).ravel()
        kept = np.flatnonzero(classes != VOID)
        kept = kept[kept % KEPT == 1]
        cells = features.reshape(len(features), -1).T[kept]
        added = ImageStatistics(sums, cells, classes[kept], quadrants_of(place, *features.shape[1:]).ravel()[kept])
        before = self.images.get(image_name)
        if before is not None:
            added = ImageStatistics(
                before.sums + sums,
                np.concatenate([before.features, added.features]),
                np.concatenate([before.classes, added.classes]),
                np.concatenate([before.quadrants, added.quadrants]),
            )
        self.images[image_name] = added

    def held_out_classifiers(self, image_name: str) -> list[Classifier]:
        """For each quadrant of an image a discriminant of the other images and of the image's other quadrants.

        All four know the same classes; one that is seen in a single quadrant only is known from there.
        """
        assert self.all is not None
        own = self.images.get(image_name)
        if own is None:
            return [discriminant(self.all)] * QUADRANTS
        others = self.all - own.sums
        counts = others.counts + np.bincount(own.classes, minlength=256)
        weight = OWN_WEIGHT * min(1.0, FEW / len(self.images)) ** 2
        found = []
        for quadrant in range(QUADRANTS):
            outside = own.quadrants != quadrant
            elsewhere = others.counts + np.bincount(own.classes[outside], minlength=256)
            used = outside | (elsewhere < LEAST_CELLS)[own.classes]
            sums = Sums.over(own.features[used], own.classes[used])
            found.append(discriminant(others + sums * weight, np.flatnonzero(counts >= LEAST_CELLS)))
        return found

    def fit(self) -> None:
        """Trains the perceptrons; then chooses the discriminant's temperature, and after that the blend of both, that
        give the held-out labels the least log loss.
        """
        images = list(self.images.values())
        folds = min(FOLDS, len(images))
        self.mlps, self.blend = [], Blend(0.0, 1.0)
        for fold in range(folds):
            others = [image for number, image in enumerate(images) if number % folds != fold]
            mlp = mlp_of(others, seed=fold)
            if mlp is None:
                self.mlps = []
                break
            self.mlps.append(mlp)
        held_out = [
            HeldOut(number % folds, classifier, *image.known_cells(quadrant, classifier.classes))
            for number, (name, image) in enumerate(self.images.items())
            for quadrant, classifier in enumerate(self.held_out_classifiers(name))
        ]

        def loss(logs: Iterable[Floats]) -> float:
            return sum(one.loss(log) for one, log in zip(held_out, logs, strict=True))

        def linear_logs(temperature: float) -> Iterator[Floats]:
            for one in held_out:
                probabilities = one.classifier.probabilities(one.features.T, temperature)
                yield np.log(np.maximum(probabilities, LEAST_POSTERIOR))

        losses = [loss(linear_logs(temperature)) for temperature in TEMPERATURES]
        self.temperature = TEMPERATURES[int(np.argmin(losses))] if any(losses) else UNFITTED
        if self.mlps:
            both = [
                (linear, mlp_log_probabilities(linear, one.classifier, [self.mlps[one.fold]], one.features))
                for linear, one in zip(linear_logs(self.temperature), held_out, strict=True)
            ]
            blends = [Blend(share, temperature) for share in SHARES for temperature in BLEND_TEMPERATURES]
            losses = [loss(blend.mix(linear, mlp) for linear, mlp in both) for blend in blends]
            self.blend = blends[int(np.argmin(losses))]

    def posteriors(self, image_name: str, features: F32, label: U8, place: Place) -> ClassPosteriors:
        """Held-out posteriors of a window of an image; NO_POSTERIORS before anything was learnt, and where they
        contradict most of the window's label as given [S,S].

        features [C,S/8,S/8] -> probabilities [K,S,S], bilinear between cells.
        """
        channels, rows, columns = features.shape
        classifiers = [] if self.all is None else self.held_out_classifiers(image_name)
        if not classifiers or len(classifiers[0].classes) == 0:
            return NO_POSTERIORS
        classes = classifiers[0].classes
        cells = features.reshape(channels, -1)
        quadrants = quadrants_of(place, rows, columns).ravel()
        probabilities = np.zeros((len(classes), rows * columns))
        for quadrant, classifier in enumerate(classifiers):
            here = quadrants == quadrant
            logs = np.log(np.maximum(classifier.probabilities(cells[:, here], self.temperature), LEAST_POSTERIOR))
            if self.blend.share > 0:
                mlps = self.out_of_fold(image_name)
                logs = self.blend.mix(logs, mlp_log_probabilities(logs, classifier, mlps, cells[:, here].T))
            probabilities[:, here] = np.exp(logs + (PRIOR_WEIGHT - 1) * classifier.prior[:, None])
        given = pure_cells(label).ravel()
        known = np.isin(given, classes)
        contradicted = np.count_nonzero(classes[probabilities.argmax(0)][known] != given[known])
        if contradicted > MOST_CONTRADICTED * np.count_nonzero(known):
            return NO_POSTERIORS
        grid = torch.from_numpy(probabilities / probabilities.sum(0)).float().reshape(1, -1, rows, columns)
        pixels = F.interpolate(grid, scale_factor=float(CELL), mode="bilinear", align_corners=False)
        return ClassPosteriors(classes, pixels[0].numpy())

    def out_of_fold(self, image_name: str) -> list[Mlp]:
        """The perceptrons that were trained without an image: all, if the probe has not learnt it."""
        if image_name not in self.images:
            return self.mlps
        return [self.mlps[list(self.images).index(image_name) % len(self.mlps)]]
