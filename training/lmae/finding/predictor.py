"""Whatever predicts labels, and how a window is shown to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
import torch

from ..arrays import F32, U8, VOID, Bool
from ..data.components import region_numbers
from ..evaluation.protocol import Place
from ..model.autoencoder import MaskedAutoencoder, Output, upsample
from ..model.prior import nearest_label
from ..model.slots import UNKNOWN, choose_slots, slot_table
from .posteriors import NO_POSTERIORS, ClassPosteriors
from .setting import in_setting

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

    def encode_cells(self, image: U8, place: Place) -> F32 | None:
        """Features [C,S/8,S/8] of image uint8 [3,S,S] for a probe to be fitted on; None: it needs no probe."""

    def class_posteriors(self, image: U8) -> ClassPosteriors:
        """Its own posteriors of an image, in place of a probe's; NO_POSTERIORS where it has none."""


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

    def encode_cells(self, image: U8, place: Place) -> F32:
        with torch.no_grad():
            pixels = torch.from_numpy(image)[None].to(self.device).float() / 255
            features: F32 = self.model.image_context(self.model.encode_image(pixels))[0].cpu().numpy()
        return in_setting(features, place)

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
