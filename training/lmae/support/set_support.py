"""Support as a user has it: perceptrons fitted on some labelled images of a set, in folds, and what they say of any
image of the set. An image of the support is judged only by a perceptron that has not seen it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
import torch.nn.functional as F

from ..arrays import F32, U8, Bool, Ints
from ..data.dataset import DataSet, Item
from ..model.autoencoder import MaskedAutoencoder
from .classifier import Classifiers, train_on_cells
from .features import cell_features, whole_image
from .random import Mulberry32

FOLDS = 4
#: Cells kept of an image at most.
CELLS = 256
#: A class with n cells in an image is drawn as often as n ** BALANCE tells: small things are what has to be known.
BALANCE = 0.5


def draw_cells(cells: U8, classes: int) -> Ints:
    """At most CELLS of an image's cells uint8 [h,w] that show one of the first `classes` classes, by number, ascending.

    Of more, a draw without replacement, weighted by class (Efraimidis and Spirakis 2006); the app draws the same
    (`src/support/imageCells.ts`).
    """
    flat = cells.ravel()
    at = np.flatnonzero(flat < classes)
    if len(at) <= CELLS:
        return at
    weight = np.bincount(flat[at])[flat[at]] ** (BALANCE - 1)
    keys = np.log(1 - Mulberry32(len(at)).next(len(at))) / weight
    return np.sort(at[np.argsort(-keys, kind="stable")[:CELLS]])


class TooFewLabelsError(ValueError):
    """Fewer labelled images than folds, or they show fewer than two classes."""


class SetSupport:
    """Perceptrons of a set with `classes` classes, and the posterior maps of its images."""

    def __init__(self, model: MaskedAutoencoder, items: Sequence[Item], classes: int) -> None:
        """Learns from the labels of items; those without a single pure cell teach nothing.

        TooFewLabelsError where fewer than FOLDS teach something, or less than two classes.
        """
        self.model, self.classes = model, classes
        learnt = []
        for item in items:
            found, cells = self.encode(item)
            drawn = torch.from_numpy(draw_cells(cells, classes))
            if len(drawn):
                learnt.append((item, found[0].flatten(1).T[drawn].half(), torch.from_numpy(cells.ravel())[drawn]))
        # Images that show the same classes one after the other, so that they fall into different folds: were all street
        # scenes of a mixed set in one, the perceptron that judges them would not know a car.
        learnt.sort(key=lambda one: one[2].unique().tolist())
        self.fold = {item: number % FOLDS for number, (item, _, _) in enumerate(learnt)}
        if len(learnt) < FOLDS:
            raise TooFewLabelsError(
                f"support needs {FOLDS} labelled images or more, {len(learnt)} of those given have clear cells"
            )
        subsets = []
        for fold in range(FOLDS):
            others = [one for number, one in enumerate(learnt) if number % FOLDS != fold]
            subsets.append((torch.cat([one[1] for one in others]), torch.cat([one[2] for one in others])))
        try:
            self.perceptrons: Classifiers = train_on_cells(subsets, classes)
        except ValueError as error:
            raise TooFewLabelsError(f"support needs two classes or more: {error}") from error
        self.maps: dict[Item, F32] = {}

    def encode(self, item: Item) -> tuple[torch.Tensor, U8]:
        """Features [1,C,h,w] of an item's cells, and their classes uint8 [h,w]."""
        image, cells = whole_image(item)
        device = next(self.model.parameters()).device
        with torch.no_grad():
            return cell_features(self.model, torch.from_numpy(image)[None].to(device).float() / 255).cpu(), cells

    def judges(self, item: Item) -> list[int]:
        """The perceptrons that have not seen an item."""
        return [self.fold[item]] if item in self.fold else list(range(FOLDS))

    def known(self, item: Item) -> Bool:
        """The classes [classes] that all know who judge an item; the others' posteriors are 0, or too low."""
        return self.perceptrons.known[self.judges(item)].all(0).numpy()

    def map(self, item: Item) -> F32:
        """Posteriors [classes,h,w] of an item's cells, by perceptrons that have not seen it."""
        if item not in self.maps:
            found, _ = self.encode(item)
            votes = [self.perceptrons.posteriors(judge, found)[0] for judge in self.judges(item)]
            self.maps[item] = torch.stack(votes).mean(0).numpy()
        return self.maps[item]

    def window(self, item: Item, view: F32, size: int) -> F32:
        """Posteriors [classes,S/8,S/8] of a window of an item; view [2,3] as `data.windows.random_window` tells it."""
        grid = F.affine_grid(torch.from_numpy(view)[None], [1, 1, size // 8, size // 8], align_corners=False)
        whole = torch.from_numpy(self.map(item))[None]
        return F.grid_sample(whole, grid, padding_mode="border", align_corners=False)[0].numpy()


def support_from(
    model: MaskedAutoencoder, sets: Sequence[DataSet], images: int
) -> Callable[[DataSet], SetSupport | None]:
    """Support of a set, from `images` labelled images (seeded) of the set of its name in `sets`; None where there is no
    such set, or its ids differ between images.
    """
    others = {data.name: data for data in sets}
    found: dict[str, SetSupport] = {}

    def of(data: DataSet) -> SetSupport | None:
        if data.per_image_ids or data.name not in others:
            return None
        if data.name not in found:
            items = others[data.name].items
            chosen = np.random.default_rng(0).permutation(len(items))[:images]
            found[data.name] = SetSupport(model, [items[int(i)] for i in chosen], len(data.classes))
        return found[data.name]

    return of
