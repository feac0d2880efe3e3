"""Whatever predicts labels, and how a window is shown to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
import torch

from ..arrays import U8, VOID, Bool
from ..data.components import region_numbers
from ..data.dataset import Item
from ..model.autoencoder import MaskedAutoencoder, Output, upsample
from ..model.prior import nearest_label
from ..model.slots import UNKNOWN, choose_slots, slot_table
from ..support.set_support import SetSupport, TooFewLabelsError
from .posteriors import NO_POSTERIORS, ClassPosteriors

MOST_SLOTS = 24


class MaskedInputs(NamedTuple):
    """A window B times, each time with other pixels hidden.

    image uint8 [B,3,S,S]; given and nearest uint8 [B,S,S] as slots; distance float [B,S,S].
    """

    image: torch.Tensor
    given: torch.Tensor
    nearest: torch.Tensor
    distance: torch.Tensor


class Predictor(Protocol):
    """Whatever predicts labels: the network or a baseline. classes: the class id of each of the K slots."""

    def complete(self, inputs: MaskedInputs, classes: U8) -> torch.Tensor:
        """Probabilities [B,K+1,S,S], "other" last."""

    def error_logits(self, inputs: MaskedInputs, classes: U8) -> torch.Tensor:
        """Logit [B,S,S] that the visible label is wrong."""

    def support(self, items: Sequence[Item], classes: int) -> SetSupport | None:
        """What labelled items of a set of that many classes teach; None where they are too few, or it needs none."""

    def class_posteriors(self, image: U8) -> ClassPosteriors:
        """Its own posteriors of an image where it has no support; NO_POSTERIORS where it has none either."""


class ModelPredictor:
    """A network with anonymous slots."""

    def __init__(self, model: MaskedAutoencoder, device: str | torch.device = "cpu") -> None:
        self.model, self.device = model.to(device), device

    def run(self, inputs: MaskedInputs, classes: U8, regions: torch.Tensor | None) -> Output:
        image, *label = (x.to(self.device) for x in inputs)
        with torch.no_grad():
            return self.model(image.float() / 255, *label, len(classes), regions=regions)

    def complete(self, inputs: MaskedInputs, classes: U8) -> torch.Tensor:
        return torch.softmax(self.run(inputs, classes, None).logits.float(), 1).cpu()

    def error_logits(self, inputs: MaskedInputs, classes: U8) -> torch.Tensor:
        regions = torch.from_numpy(np.stack([region_numbers(given) for given in inputs.given.numpy()]))
        logit = self.run(inputs, classes, regions.to(self.device)).error_logit
        assert logit is not None
        return upsample(logit.float(), 4)[:, 0].cpu()

    def support(self, items: Sequence[Item], classes: int) -> SetSupport | None:
        if not self.model.config.backbone:
            return None
        try:
            return SetSupport(self.model, items, classes)
        except TooFewLabelsError:
            return None

    def class_posteriors(self, image: U8) -> ClassPosteriors:
        return NO_POSTERIORS


class SlotLabel(NamedTuple):
    """A window's label as the model sees it."""

    slots: U8  # [S,S], UNKNOWN at void
    classes: U8


def as_slots(label: U8) -> SlotLabel:
    """Slots for the classes of a label whose every pixel may be shown."""
    known = label != VOID
    classes = choose_slots(label, known, ~known, MOST_SLOTS)
    return SlotLabel(slot_table(classes)[label], classes)


def masked_inputs(image: U8, slots: U8, draws: Sequence[Bool]) -> MaskedInputs:
    """The model's inputs with each draw hidden."""
    given = [np.where(hidden, np.uint8(UNKNOWN), slots) for hidden in draws]
    priors = [nearest_label(g, g != UNKNOWN, exact=True) for g in given]
    images = torch.from_numpy(image)[None].expand(len(draws), -1, -1, -1)
    nearest, distance = (torch.from_numpy(np.stack(part)) for part in zip(*priors, strict=True))
    return MaskedInputs(images, torch.from_numpy(np.stack(given)), nearest, distance)
