"""What the model says against the labels of a window, with everything visible and with parts hidden.

Five readings:
(a) the trust head with everything visible;
(b) complementary draws: every 16-px patch hidden once at 50 % and three times at 75 %;
(c) whole components hidden, dilated, several far apart at a time;
(d) bands along all class boundaries hidden: where the image would put them;
(e) the probe: what the data set's other images say such pixels are (`finding.probe`).
"Other" counts as agreement where the given class is visible nowhere else in that pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
import torch
import torch.nn.functional as F

from ..arrays import F32, U8, VOID, Bool
from ..data.cells import CELL, pure_cells
from ..data.components import components, dilate, part_numbers
from ..data.masks import PATCH, boundary_band
from ..evaluation.protocol import Place
from ..model.autoencoder import Answer, MaskedAutoencoder, upsample
from ..model.prior import nearest_label
from ..model.slots import OTHER, UNKNOWN, choose_slots, slot_table
from .probe import NO_OPINION, Opinion
from .setting import in_setting


class Inputs(NamedTuple):
    """B views of a window: image uint8 [B,3,S,S], given and nearest uint8 [B,S,S] as slots, distance float [B,S,S]."""

    image: torch.Tensor
    given: torch.Tensor
    nearest: torch.Tensor
    distance: torch.Tensor


class Judge(Protocol):
    """Anything that can say what a label should be. classes: the class id of each of the K slots."""

    def complete(self, inputs: Inputs, classes: U8) -> torch.Tensor:
        """Probabilities [B,K+1,S,S], "other" last."""

    def distrust(self, inputs: Inputs, classes: U8) -> torch.Tensor:
        """Logit [B,S,S] that the visible label is wrong."""

    def view(self, image: U8, place: Place) -> F32 | None:
        """Features [C,S/8,S/8] of image uint8 [3,S,S] alone, for a probe to learn from; None: nothing to learn from."""

    def opinion(self, image: U8) -> Opinion:
        """What it says an image shows without a probe; NO_OPINION where a probe is to say it."""


MOST_SLOTS = 24
LEAST_HIDDEN_COMPONENT = 64
COMPONENT_RIM = 4.0
COMPONENT_GAP = 12.0
COMPONENT_PASSES = 4
#: Pixels on either side of class boundaries that the band reading hides.
BAND = 6
LEAST_PROBABILITY = 1e-4
#: The probe is heard in full of a pixel around which so much of the cells is of one class.
HEARD_IN_FULL = 1 / 3


class Reading(NamedTuple):
    """What some passes say at every pixel [S,S], where they hide it."""

    given: F32  # log probability of the given label, 0 where never hidden
    margin: F32  # log probability of the likeliest other class, less that
    share: F32  # share of those passes that hide the pixel


class Band(NamedTuple):
    """The bands along class boundaries as they come out rebuilt [S,S]; outside them the given label, and zeros."""

    label: U8
    margin: F32  # log probability of the new label, less that of the given one


class Scan(NamedTuple):
    """All readings of one window, and what they were taken with."""

    trust: F32  # logit [S,S] that the given label is wrong
    half: Reading
    quarter: Reading
    component: Reading
    band: Band
    probe: Reading
    slots: U8  # the given label as slots [S,S]
    classes: U8  # class id of each slot
    opinion: Opinion


class ModelJudge:
    """A network with anonymous slots as a judge."""

    def __init__(self, model: MaskedAutoencoder, device: str | torch.device = "cpu") -> None:
        self.model, self.device = model.to(device), device

    def answer(self, inputs: Inputs, classes: U8, parts: torch.Tensor | None) -> Answer:
        image, *label = (x.to(self.device) for x in inputs)
        with torch.no_grad():
            return self.model(image.float() / 255, *label, len(classes), parts=parts)

    def complete(self, inputs: Inputs, classes: U8) -> torch.Tensor:
        return torch.softmax(self.answer(inputs, classes, None).logits.float(), 1).cpu()

    def distrust(self, inputs: Inputs, classes: U8) -> torch.Tensor:
        parts = torch.from_numpy(np.stack([part_numbers(given) for given in inputs.given.numpy()]))
        wrong = self.answer(inputs, classes, parts.to(self.device)).wrong
        assert wrong is not None
        return upsample(wrong.float(), 4)[:, 0].cpu()

    def view(self, image: U8, place: Place) -> F32:
        with torch.no_grad():
            pixels = torch.from_numpy(image)[None].to(self.device).float() / 255
            features: F32 = self.model.view(self.model.stem(pixels))[0].cpu().numpy()
        return in_setting(features, place)

    def opinion(self, image: U8) -> Opinion:
        return NO_OPINION


def patch_draws(rng: np.random.Generator, shape: tuple[int, ...], parts: int) -> list[Bool]:
    """A random partition of the 16-px patches into `parts` equal parts; draw i hides all but part i."""
    rows, columns = -(-shape[0] // PATCH), -(-shape[1] // PATCH)
    part = rng.permutation(rows * columns).reshape(rows, columns) % parts
    large = part.repeat(PATCH, 0).repeat(PATCH, 1)[: shape[0], : shape[1]]
    return [np.asarray(large != i) for i in range(parts)]


def component_draws(label: U8) -> list[Bool]:
    """At most COMPONENT_PASSES masks that together hide the components of the label, largest first.

    Components of a mask lie at least COMPONENT_GAP px apart, and a mask hides at most half of the label.
    """
    found = sorted(components(label, LEAST_HIDDEN_COMPONENT, label.size // 2), key=lambda c: -np.count_nonzero(c))
    draws: list[Bool] = []
    zones: list[Bool] = []
    for component in found:
        hidden = dilate(component, COMPONENT_RIM)
        zone = dilate(component, COMPONENT_RIM + COMPONENT_GAP)
        for index, draw in enumerate(draws):
            fits = np.count_nonzero(draw) + np.count_nonzero(hidden) <= label.size // 2
            if fits and not (zones[index] & hidden).any():
                draws[index], zones[index] = draw | hidden, zones[index] | zone
                break
        else:
            if len(draws) < COMPONENT_PASSES:
                draws.append(hidden)
                zones.append(zone)
    return draws


class Labels(NamedTuple):
    """A window's label as the model sees it."""

    slots: U8  # [S,S], UNKNOWN at void
    classes: U8


def as_slots(label: U8) -> Labels:
    """Slots for the classes of a label whose every pixel may be shown."""
    known = label != VOID
    classes = choose_slots(label, known, ~known, MOST_SLOTS)
    return Labels(slot_table(classes)[label], classes)


def views(image: U8, slots: U8, draws: Sequence[Bool]) -> Inputs:
    """The model's inputs with each draw hidden."""
    given = [np.where(hidden, np.uint8(UNKNOWN), slots) for hidden in draws]
    priors = [nearest_label(g, g != UNKNOWN, exact=True) for g in given]
    images = torch.from_numpy(image)[None].expand(len(draws), -1, -1, -1)
    nearest, distance = (torch.from_numpy(np.stack(part)) for part in zip(*priors, strict=True))
    return Inputs(images, torch.from_numpy(np.stack(given)), nearest, distance)


def scan_window(judge: Judge, image: U8, label: U8, opinion: Opinion, rng: np.random.Generator) -> Scan:
    """All readings of a window: image uint8 [3,S,S], label uint8 [S,S] (255 = void), and the probe's opinion of it."""
    slots, classes = as_slots(label)
    band = boundary_band(label, BAND)
    hidden = (np.zeros(label.shape, bool) if band is None else band) & (label != VOID)
    groups = (patch_draws(rng, label.shape, 2), patch_draws(rng, label.shape, 4), component_draws(label), [hidden])
    shown = views(image, slots, [draw for group in groups for draw in group])
    # The band is seen a second time, in a mirror.
    probabilities = judge.complete(Inputs(*(torch.cat([part, part[-1:].flip(-1)]) for part in shown)), classes)
    wrong = judge.distrust(views(image, slots, [np.zeros(label.shape, bool)]), classes)

    def reading(group: int) -> Reading:
        first = sum(len(g) for g in groups[:group])
        return read(probabilities[first : first + len(groups[group])].numpy(), slots, groups[group])

    twice = ((probabilities[-2] + probabilities[-1].flip(-1)) / 2).numpy()
    return Scan(
        wrong[0].numpy(), reading(0), reading(1), reading(2), read_band(twice, label, hidden, slots, classes),
        read_probe(opinion, label), slots, classes, opinion,
    )  # fmt: skip


def read_band(answer: F32, label: U8, hidden: Bool, slots: U8, classes: U8) -> Band:
    """The likeliest visible class where `hidden`, from probabilities [K+1,S,S]."""
    of_slots = np.maximum(answer[:-1], LEAST_PROBABILITY)
    own = np.where(slots < OTHER, slots, 0).astype(np.intp)[None]
    margin = np.log(of_slots.max(0)) - np.log(np.take_along_axis(of_slots, own, 0)[0])
    judged = hidden & (slots < OTHER)
    return Band(np.where(judged, classes[of_slots.argmax(0)], label), np.where(judged, margin, 0).astype(np.float32))


def read_probe(opinion: Opinion, label: U8) -> Reading:
    """The probe's opinion of a label [S,S]; it says nothing of a class it does not know, nor of what is finer than the
    cells that it was taught with, such as a lamp post.
    """
    table = np.zeros(256, np.intp)
    table[opinion.classes] = np.arange(len(opinion.classes))
    known = np.isin(label, opinion.classes)
    if len(opinion.classes) < 2:
        nothing = np.zeros(label.shape, np.float32)
        return Reading(nothing, nothing, nothing)
    own = table[label][None]
    log_given = np.log(np.maximum(np.take_along_axis(opinion.probabilities, own, 0)[0], LEAST_PROBABILITY))
    others = opinion.probabilities.copy()
    np.put_along_axis(others, own, 0.0, 0)
    log_best = np.log(np.maximum(others.max(0), LEAST_PROBABILITY))
    heard = np.where(known, np.minimum(1, purity(label) / HEARD_IN_FULL), 0).astype(np.float32)
    return Reading(heard * log_given, heard * (log_best - log_given), heard)


def purity(label: U8) -> F32:
    """How much the cells around each pixel [S,S] show its class only, 0..1: bilinear between the cells' centres."""
    cells = pure_cells(label)
    result = np.zeros(label.shape, np.float32)
    for value in np.unique(cells[cells != VOID]):
        own = torch.from_numpy((cells == value).astype(np.float32))[None, None]
        share = F.interpolate(own, scale_factor=float(CELL), mode="bilinear", align_corners=False)[0, 0].numpy()
        result = np.where(label == value, share, result)
    return result


def read(probabilities: F32, slots: U8, draws: Sequence[Bool]) -> Reading:
    """The mean over the draws that hide a pixel, of probabilities [draws,K+1,S,S]."""
    shape, count = slots.shape, probabilities.shape[1] - 1
    usable = slots < OTHER
    own = np.where(usable, slots, 0).astype(np.intp)[None]
    total = np.zeros((count, *shape), np.float32)
    agreed, times = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for answer, hidden in zip(probabilities, draws, strict=True):
        visible = np.zeros(256, bool)
        visible[np.unique(slots[~hidden])] = True
        mine = np.take_along_axis(answer[:count], own, 0)[0]
        mine = np.where(visible[slots], mine, np.maximum(mine, answer[count]))
        agreed += np.where(hidden, mine, 0)
        total += np.where(hidden, answer[:count], 0)
        times += hidden
    np.put_along_axis(total, own, -1.0, 0)
    seen = np.maximum(times, 1)
    log_given = np.log(np.maximum(agreed / seen, LEAST_PROBABILITY))
    log_best = np.log(np.maximum(total.max(0) / seen, LEAST_PROBABILITY))
    heard = usable & (times > 0)
    return Reading(
        np.where(heard, log_given, 0).astype(np.float32),
        np.where(heard, log_best - log_given, 0).astype(np.float32),
        np.where(usable, times / max(1, len(draws)), 0).astype(np.float32),
    )
