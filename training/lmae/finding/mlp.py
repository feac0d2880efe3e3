"""A perceptron with one hidden layer: the nonlinear one of the two classifiers of a `probe`.

Rumelhart, Hinton and Williams 1986, trained by Adam with decoupled weight decay (Loshchilov and Hutter 2019). Its
random numbers are the app's, so that the twin (`src/support/mlp.ts`) learns the same weights.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..arrays import F32, U8, Floats
from ..support.classifier import (
    BATCH,
    DECAY_CELLS,
    HIDDEN,
    LABEL_SMOOTHING,
    LEARNING_RATE,
    MOST_DECAY,
    STEPS,
)

BETAS = (0.9, 0.999)
EPSILON = 1e-8


class Mlp(NamedTuple):
    """logits = [relu([x, 1] first), 1] second, where x = (features - mean) / scale."""

    classes: U8  # [K], ascending
    mean: F32  # [C]
    scale: F32  # [C]
    first: F32  # [C + 1, HIDDEN]
    second: F32  # [HIDDEN + 1, K]

    def logits(self, features: F32) -> F32:
        """features [N,C] -> [N,K]."""
        return with_one(np.maximum(with_one((features - self.mean) / self.scale) @ self.first, 0)) @ self.second


def train_mlp(features: F32, labels: U8, known: U8, seed: int) -> Mlp:
    """Learns classes `known` [K], ascending, from features [N,C] of cells with labels [N], each among them."""
    mean = features.mean(0, dtype=np.float64).astype(np.float32)
    scale = (features.std(0, dtype=np.float64) + 1e-6).astype(np.float32)
    x = with_one((features - mean) / scale)
    cells, channels = features.shape
    targets = np.full((cells, len(known)), LABEL_SMOOTHING / len(known), np.float32)
    targets[np.arange(cells), np.searchsorted(known, labels)] += 1 - LABEL_SMOOTHING

    draws = mulberry(seed, channels * HIDDEN + STEPS * BATCH)
    first = np.zeros((channels + 1, HIDDEN), np.float32)
    first[:-1] = ((2 * draws[: channels * HIDDEN] - 1) / np.sqrt(channels)).reshape(channels, HIDDEN)
    second = np.zeros((HIDDEN + 1, len(known)), np.float32)
    batches = np.floor(draws[channels * HIDDEN :] * cells).astype(np.intp).reshape(STEPS, BATCH)
    decay = min(MOST_DECAY, DECAY_CELLS / cells)
    optimisers = [Adam(first, decay), Adam(second, decay)]
    for step, batch in enumerate(batches):
        inputs = x[batch]
        hidden = with_one(np.maximum(inputs @ first, 0))
        logits = hidden @ second
        raised = np.exp(logits - logits.max(1, keepdims=True))
        d_logits = (raised / raised.sum(1, keepdims=True) - targets[batch]) / np.float32(BATCH)
        d_hidden = (d_logits @ second.T)[:, :-1] * (hidden[:, :-1] > 0)
        for optimiser, gradient in zip(optimisers, (inputs.T @ d_hidden, hidden.T @ d_logits), strict=True):
            optimiser.step(gradient, step)
    return Mlp(known, mean, scale, first, second)


class Adam:
    """Optimises weights [n,m] in place; their last row holds the biases, which do not decay."""

    def __init__(self, weights: F32, decay: float) -> None:
        self.weights = weights
        self.mean, self.square = np.zeros_like(weights), np.zeros_like(weights)
        self.decays = np.full((len(weights), 1), decay, np.float32)
        self.decays[-1] = 0

    def step(self, gradient: F32, number: int) -> None:
        """One step; number counts from 0."""
        rate = np.float32(LEARNING_RATE * (1 - number / STEPS))
        b1, b2 = np.float32(BETAS[0]), np.float32(BETAS[1])
        self.mean += (1 - b1) * (gradient - self.mean)
        self.square += (1 - b2) * (gradient * gradient - self.square)
        unbiased = np.float32(1 - BETAS[0] ** (number + 1)), np.float32(1 - BETAS[1] ** (number + 1))
        self.weights *= 1 - rate * self.decays
        update = (self.mean / unbiased[0]) / (np.sqrt(self.square / unbiased[1]) + np.float32(EPSILON))
        self.weights -= rate * update


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
