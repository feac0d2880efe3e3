"""Whatever predicts labels, and how a window is shown to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, Protocol

import numpy as np
import torch

from ..arrays import F32, U8, VOID, Bool
from ..data.cells import CELL
from ..data.components import region_numbers
from ..data.dataset import DataSet, Item
from ..evaluation.protocol import Window
from ..evaluation.supported import cell_shares
from ..model.autoencoder import MaskedAutoencoder, Output, upsample
from ..model.prior import nearest_label
from ..model.slots import UNKNOWN, choose_slots, slot_table
from ..model.support import CANDIDATES, LEAST_BEST, Support, best_in_hole
from ..support.set_support import SetSupport, TooFewLabelsError
from .posteriors import NO_POSTERIORS, ClassPosteriors, support_posteriors

MOST_SLOTS = 24


class Completion(NamedTuple):
    """What one pass says of a window: class ids [K], and their probabilities [K+1,S,S], "other" last."""

    classes: U8
    probabilities: F32

    def of(self, ids: U8) -> F32:
        """The probability [S,S] of the class that ids [S,S] name at every pixel; "other" where it has no slot."""
        table = np.full(256, len(self.classes))
        table[self.classes] = np.arange(len(self.classes))
        return np.take_along_axis(self.probabilities, table[ids][None], 0)[0]

    def likeliest(self) -> U8:
        """The likeliest class [S,S], "other" aside."""
        return self.classes[self.probabilities[:-1].argmax(0)]


#: The class posteriors of a window with a label [S,S].
Judge = Callable[[Window, U8], ClassPosteriors]


def says_nothing(window: Window, label: U8) -> ClassPosteriors:
    return NO_POSTERIORS


class View(Protocol):
    """A window of an image, looked at as often as one likes."""

    def complete(self, label: U8, hidden: Bool) -> Completion:
        """The label [S,S] (255 = void) with `hidden` [S,S] rebuilt. Something of it must be visible."""

    def error_logit(self, label: U8) -> F32:
        """Logit [S,S] that the label is wrong, all of it visible."""


class Predictor(Protocol):
    """Whatever predicts labels: the network or a baseline."""

    def view(self, image: U8, posteriors: ClassPosteriors) -> View:
        """A window: image uint8 [3,S,S], and its class posteriors."""

    def learn(self, data: DataSet, items: Mapping[str, Item], others: Iterable[Item] = ()) -> Judge:
        """What it says of windows of `items` of a set, by name, once it has learnt from their labels and others'."""


class ModelPredictor:
    """A network with anonymous slots."""

    def __init__(self, model: MaskedAutoencoder, device: str | torch.device = "cpu") -> None:
        self.model, self.device = model.to(device), device

    def view(self, image: U8, posteriors: ClassPosteriors) -> ModelView:
        return ModelView(self, image, posteriors)

    def learn(self, data: DataSet, items: Mapping[str, Item], others: Iterable[Item] = ()) -> Judge:
        """By support; nothing where ids differ between images, and where labels are too few."""
        if data.per_image_ids or not self.model.config.backbone:
            return says_nothing
        try:
            support = SetSupport(self.model, [*items.values(), *others], len(data.classes))
        except TooFewLabelsError:
            return says_nothing
        return lambda window, label: support_posteriors(support, items[window.image_name], window.place, label)


class ModelView:
    """A window as the network sees it: its image is encoded once."""

    def __init__(self, predictor: ModelPredictor, image: U8, posteriors: ClassPosteriors) -> None:
        self.predictor, self.posteriors = predictor, posteriors
        with torch.no_grad():
            pixels = torch.from_numpy(image)[None].to(predictor.device).float() / 255
            self.features = predictor.model.encode_image(pixels)
        self.cells = cells_of(posteriors)
        self.listens = len(posteriors.classes) > 1 and bool(predictor.model.config.support)

    def complete(self, label: U8, hidden: Bool) -> Completion:
        classes, output = self.run(label, hidden)
        return Completion(classes, torch.softmax(output.logits.float(), 1)[0].cpu().numpy())

    def error_logit(self, label: U8) -> F32:
        logit = self.run(label, np.zeros(label.shape, bool), errors=True)[1].error_logit
        assert logit is not None
        return upsample(logit.float(), 4)[0, 0].cpu().numpy()

    def run(self, label: U8, hidden: Bool, errors: bool = False) -> tuple[U8, Output]:
        """The classes of the slots, and what the network answers; with `errors` its error head too."""
        known = ~hidden & (label != VOID)
        shown = choose_slots(label, known, hidden, MOST_SLOTS)
        classes = np.concatenate([shown, self.candidates(shown, hidden)])
        # A class that is a candidate is visible nowhere.
        given = np.where(known, slot_table(classes)[label], np.uint8(UNKNOWN))
        nearest, distance = nearest_label(given, given != UNKNOWN, exact=True)
        device, model = self.predictor.device, self.predictor.model
        inputs = [torch.from_numpy(part)[None].to(device) for part in (given, nearest, distance)]
        regions = torch.from_numpy(region_numbers(given))[None].to(device) if errors else None
        support = None
        if self.listens:
            support = self.support_of(classes, len(shown))
        with torch.no_grad():
            return classes, model.complete(self.features, *inputs, len(classes), regions=regions, support=support)

    def candidates(self, shown: U8, hidden: Bool) -> U8:
        """Classes that support sees in the hole and the window does not show, likeliest first."""
        classes = self.posteriors.classes
        if not self.listens:
            return np.zeros(0, np.uint8)
        shares = torch.from_numpy(cell_shares(hidden))[None]
        best = best_in_hole(torch.from_numpy(self.cells), shares).numpy()
        best[np.isin(classes, shown)] = -1
        order = [i for i in np.argsort(-best, kind="stable")[:CANDIDATES] if best[i] >= LEAST_BEST]
        return classes[order][: MOST_SLOTS - len(shown)]

    def support_of(self, classes: U8, shown: int) -> Support:
        """Posteriors for slots of these classes, the first `shown` of which are visible."""
        own = np.zeros((len(classes), *self.cells.shape[1:]), np.float32)
        for slot, class_id in enumerate(classes):
            if class_id in self.posteriors.classes:
                own[slot] = self.cells[self.posteriors.classes == class_id][0]
        rest = np.clip(1 - own.sum(0, keepdims=True), 0, 1)
        device = self.predictor.device
        return Support(
            torch.from_numpy(np.concatenate([own, rest]))[None].to(device),
            torch.arange(len(classes), device=device)[None] >= shown,
            torch.ones(1, dtype=torch.bool, device=device),
        )


def cells_of(posteriors: ClassPosteriors) -> F32:
    """The posteriors [K,S/8,S/8] of a window's cells: those in the middle of each."""
    middle = CELL // 2
    p = posteriors.probabilities
    rows = (p[:, middle - 1 :: CELL] + p[:, middle::CELL]) / 2
    return np.asarray((rows[:, :, middle - 1 :: CELL] + rows[:, :, middle::CELL]) / 2)
