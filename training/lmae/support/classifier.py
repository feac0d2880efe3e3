"""Perceptrons that name the cells of images, many of them trained at once: one a subset of a data set's images.

One hidden layer (Rumelhart, Hinton and Williams 1986), Adam with decoupled weight decay (Loshchilov and Hutter 2019);
the app trains its own (`src/support/mlp.ts`) with the same numbers: what the network is trained with resembles what it
meets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from .random import Mulberry32

HIDDEN = 64
STEPS = 400
BATCH = 256
#: Falls linearly to zero.
LEARNING_RATE = 3e-3
#: Weight decay is DECAY_CELLS / the number of cells learned from, at most MOST_DECAY.
DECAY_CELLS = 40_000
MOST_DECAY = 8.0
#: Share of the target that is spread over all known classes, because labels are flawed.
LABEL_SMOOTHING = 0.02
#: Cells from which the features' mean and deviation, and the known classes, are read.
SAMPLE = 4096
#: A class is known if this many of the sampled cells show it.
LEAST_SAMPLED = 2
#: A class that fewer of a data set's cells show is not learnt.
LEAST_CELLS = 4


class Classifiers(NamedTuple):
    """E perceptrons over C features and K classes: logits = relu(x first) second, x standardised, each with a one."""

    mean: Tensor  # [E, 1, C]
    scale: Tensor  # [E, 1, C]
    first: Tensor  # [E, C + 1, HIDDEN]
    second: Tensor  # [E, HIDDEN + 1, K]
    known: Tensor  # [E, K] bool

    def posteriors(self, number: int, features: Tensor) -> Tensor:
        """Of one perceptron: features [N, C, h, w] -> [N, K, h, w]."""
        n, channels, h, w = features.shape
        x = features.permute(0, 2, 3, 1).reshape(1, -1, channels).float()
        one = Classifiers(*(part[number : number + 1] for part in self))
        return logits_of(one, x)[0].softmax(-1).reshape(n, h, w, -1).permute(0, 3, 1, 2)


def logits_of(all_of: Classifiers, x: Tensor) -> Tensor:
    """x [E, N, C] -> [E, N, K]; classes that are not known get -1e4."""
    hidden = F.relu(with_one((x - all_of.mean) / all_of.scale) @ all_of.first)
    return (with_one(hidden) @ all_of.second).masked_fill(~all_of.known[:, None], -1e4)


def with_one(x: Tensor) -> Tensor:
    """[..., C] -> [..., C + 1]."""
    return F.pad(x, (0, 1), value=1.0)


#: Features [E,BATCH,C] and classes [E,BATCH] of the next step.
Batches = Callable[[], tuple[Tensor, Tensor]]


def train_classifiers(
    features: Tensor, classes: Tensor, images: Tensor, count: Tensor, many: int, generator: torch.Generator
) -> Classifiers:
    """Trains E perceptrons side by side, as the network's training needs them.

    features [N, M, C] of M cells an image, with their classes uint8 [N, M], each below `many`. images [E, most] holds
    the images that a perceptron learns from, the first count [E] of a row. The generator is on their device.
    """
    perceptrons, device = len(images), features.device

    def draw(cells: int) -> tuple[Tensor, Tensor]:
        """Random cells of every perceptron's images: features [E, cells, C], classes [E, cells]."""
        which = torch.rand(perceptrons, cells, device=device, generator=generator) * count[:, None]
        image = images.gather(1, which.long())
        cell = torch.randint(features.shape[1], image.shape, device=device, generator=generator)
        return features[image, cell].float(), classes[image, cell].long()

    sample, seen = draw(SAMPLE)
    deviation, mean = torch.std_mean(sample, 1, keepdim=True)
    known = torch.zeros(perceptrons, many, device=device).scatter_add_(1, seen, torch.ones_like(seen).float())
    known = known >= LEAST_SAMPLED
    channels = features.shape[2]
    first = torch.rand(perceptrons, channels + 1, HIDDEN, device=device, generator=generator) * 2 - 1
    first = first / channels**0.5
    first[:, -1] = 0
    second = torch.zeros(perceptrons, HIDDEN + 1, many, device=device)
    start = Classifiers(mean, deviation + 1e-6, first, second, known)
    return trained(start, count * features.shape[1], lambda: draw(BATCH))


def train_on_cells(subsets: Sequence[tuple[Tensor, Tensor]], many: int) -> Classifiers:
    """Trains a perceptron on each subset, as the app does: from the same weights, on the same batches.

    A subset: features [n,C] of cells, and their classes [n], each below `many`; those of a class that fewer than
    LEAST_CELLS show are left out. ValueError where a subset shows fewer than two classes.
    """
    parts: list[Classifiers] = []
    cells: list[tuple[Tensor, Tensor]] = []
    batches: list[Tensor] = []
    for number, (features, classes) in enumerate(subsets):
        known = torch.bincount(classes.long(), minlength=many) >= LEAST_CELLS
        if known.sum() < 2:
            raise ValueError("a subset shows fewer than two classes")
        kept = known[classes.long()]
        x, target = features[kept].float(), classes[kept].long()
        channels, random = x.shape[1], Mulberry32(number)
        first = torch.zeros(channels + 1, HIDDEN)
        weights = (2 * random.next(channels * HIDDEN) - 1) / channels**0.5
        first[:-1] = torch.from_numpy(weights).float().reshape(channels, HIDDEN)
        deviation, mean = torch.std_mean(x.double(), 0, unbiased=False)
        second = torch.zeros(HIDDEN + 1, many)
        parts.append(Classifiers(mean.float()[None], (deviation + 1e-6).float()[None], first, second, known))
        cells.append((x, target))
        batches.append(torch.from_numpy(random.below(len(x), STEPS * BATCH)).reshape(STEPS, BATCH))
    steps = iter(zip(*batches, strict=True))

    def next_batch() -> tuple[Tensor, Tensor]:
        drawn = [(x[batch], target[batch]) for (x, target), batch in zip(cells, next(steps), strict=True)]
        return torch.stack([x for x, _ in drawn]), torch.stack([target for _, target in drawn])

    start = Classifiers(*(torch.stack(part) for part in zip(*parts, strict=True)))
    return trained(start, torch.tensor([len(x) for x, _ in cells]), next_batch)


def trained(start: Classifiers, cells: Tensor, next_batch: Batches) -> Classifiers:
    """Perceptrons after STEPS steps from `start`; cells [E]: how many each learns from."""
    first, second = start.first.requires_grad_(), start.second.requires_grad_()
    weights, known = (first, second), start.known
    learned = start._replace(first=first, second=second)
    optimiser = torch.optim.Adam(weights, lr=LEARNING_RATE)
    decay = (DECAY_CELLS / cells.float()).clamp(max=MOST_DECAY)[:, None, None]
    spread = LABEL_SMOOTHING * known / known.sum(1, keepdim=True).clamp(min=1)
    for step in range(STEPS):
        x, target = next_batch()
        logs = logits_of(learned, x).log_softmax(-1)
        told = known.gather(1, target)
        picked = (1 - LABEL_SMOOTHING) * logs.gather(2, target[..., None])[..., 0] + (logs * spread[:, None]).sum(-1)
        loss = -(picked * told).sum() / BATCH
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        rate = LEARNING_RATE * (1 - step / STEPS)
        optimiser.param_groups[0]["lr"] = rate
        with torch.no_grad():
            for weight in weights:
                weight[:, :-1] *= 1 - rate * decay
        optimiser.step()
    return Classifiers(*(part.detach() for part in learned))
