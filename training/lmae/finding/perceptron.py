"""A classifier with one hidden layer, taught by a data set's own labels: the half of a probe (`probe`) that bends.

Rumelhart, Hinton and Williams 1986, trained by Adam with decoupled weight decay (Loshchilov and Hutter 2019). Nothing
is left to a library's random numbers, so that the app's twin (`src/find/perceptron.ts`) learns the same.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..arrays import F32, U8, Floats

HIDDEN = 64
STEPS = 400
BATCH = 256
#: Falls linearly to zero.
LEARNING_RATE = 3e-3
#: Weight decay is DECAY_CELLS / the number of cells, at most MOST_DECAY: few cells should not be learnt by heart.
DECAY_CELLS = 78_000
MOST_DECAY = 8.0
#: Of the truth, spread over all classes: labels are flawed.
LABEL_SMOOTHING = 0.02
BETAS = (0.9, 0.999)
EPSILON = 1e-8


class Perceptron(NamedTuple):
    """logits = [relu([x, 1] first), 1] second, where x = (features - mean) / scale."""

    classes: U8  # [K], ascending
    mean: F32  # [C]
    scale: F32  # [C]
    first: F32  # [C + 1, HIDDEN]
    second: F32  # [HIDDEN + 1, K]

    def logits(self, features: F32) -> F32:
        """features [N,C] -> [N,K]."""
        return with_one(np.maximum(with_one((features - self.mean) / self.scale) @ self.first, 0)) @ self.second


def train(features: F32, labels: U8, known: U8, seed: int) -> Perceptron:
    """Learns classes `known` [K], ascending, from features [N,C] of cells with labels [N], each among them."""
    mean = features.mean(0, dtype=np.float64).astype(np.float32)
    scale = (features.std(0, dtype=np.float64) + 1e-6).astype(np.float32)
    x = with_one((features - mean) / scale)
    cells, channels = features.shape
    wanted = np.full((cells, len(known)), LABEL_SMOOTHING / len(known), np.float32)
    wanted[np.arange(cells), np.searchsorted(known, labels)] += 1 - LABEL_SMOOTHING

    draws = mulberry(seed, channels * HIDDEN + STEPS * BATCH)
    first = np.zeros((channels + 1, HIDDEN), np.float32)
    first[:-1] = ((2 * draws[: channels * HIDDEN] - 1) / np.sqrt(channels)).reshape(channels, HIDDEN)
    second = np.zeros((HIDDEN + 1, len(known)), np.float32)
    batches = np.floor(draws[channels * HIDDEN :] * cells).astype(np.intp).reshape(STEPS, BATCH)
    decay = min(MOST_DECAY, DECAY_CELLS / cells)
    learners = [Adam(first, decay), Adam(second, decay)]
    for step, batch in enumerate(batches):
        shown = x[batch]
        hidden = with_one(np.maximum(shown @ first, 0))
        logits = hidden @ second
        said = np.exp(logits - logits.max(1, keepdims=True))
        error = (said / said.sum(1, keepdims=True) - wanted[batch]) / np.float32(BATCH)
        back = (error @ second.T)[:, :-1] * (hidden[:, :-1] > 0)
        for learner, gradient in zip(learners, (shown.T @ back, hidden.T @ error), strict=True):
            learner.descend(gradient, step)
    return Perceptron(known, mean, scale, first, second)


class Adam:
    """Moves weights [n,m], the last row of which are biases and do not decay."""

    def __init__(self, weights: F32, decay: float) -> None:
        self.weights = weights
        self.mean, self.square = np.zeros_like(weights), np.zeros_like(weights)
        self.decays = np.full((len(weights), 1), decay, np.float32)
        self.decays[-1] = 0

    def descend(self, gradient: F32, step: int) -> None:
        """Changes the weights in place; step counts from 0."""
        rate = np.float32(LEARNING_RATE * (1 - step / STEPS))
        b1, b2 = np.float32(BETAS[0]), np.float32(BETAS[1])
        self.mean += (1 - b1) * (gradient - self.mean)
        self.square += (1 - b2) * (gradient * gradient - self.square)
        unbiased = np.float32(1 - BETAS[0] ** (step + 1)), np.float32(1 - BETAS[1] ** (step + 1))
        self.weights *= 1 - rate * self.decays
        moved = (self.mean / unbiased[0]) / (np.sqrt(self.square / unbiased[1]) + np.float32(EPSILON))
        self.weights -= rate * moved


def with_one(values: F32) -> F32:
    """[N,C] -> [N,C + 1]."""
    return np.concatenate([values, np.ones((len(values), 1), np.float32)], 1)


def mulberry(seed: int, count: int) -> Floats:
    """The first numbers in [0, 1) of the app's generator, Mulberry32 (Tommy Ettinger, public domain)."""
    with np.errstate(over="ignore"):
        state = np.uint32(seed) + np.arange(1, count + 1, dtype=np.uint32) * np.uint32(0x6D2B79F5)
        mixed = (state ^ (state >> np.uint32(15))) * (np.uint32(1) | state)
        mixed ^= mixed + (mixed ^ (mixed >> np.uint32(7))) * (np.uint32(61) | mixed)
        return (mixed ^ (mixed >> np.uint32(14))) / 4294967296.0
