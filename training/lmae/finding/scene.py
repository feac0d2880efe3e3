"""An image with its label, as it is searched: its size, and the windows that the network is shown."""

from __future__ import annotations

import numpy as np

from ..arrays import F32, U8, VOID, Bool, Floats
from .posteriors import ClassPosteriors
from .predictor import Completion, Predictor, View

#: Side of a window, px, and what the sides of windows are multiples of.
WINDOW, STEP = 224, 16
#: The short side of an image as it is searched: larger ones are scaled down, ones below WINDOW up. About the scale that
#: the network was trained at.
SIDE = 256
#: Context that a window shows around what is hidden in it, px, but where the image ends.
CONTEXT = 16

#: Rows and columns of a window.
Box = tuple[slice, slice]


def searched_size(width: int, height: int) -> tuple[int, int]:
    """Width and height of an image as it is searched."""
    short = min(width, height)
    factor = min(max(short, WINDOW), SIDE) / short
    return round(width * factor), round(height * factor)


class Scene:
    """image uint8 [3,H,W], label uint8 [H,W] (255 = void) and class posteriors, seen through a predictor."""

    def __init__(
        self, predictor: Predictor, image: U8, label: U8, posteriors: ClassPosteriors, window: int = WINDOW
    ) -> None:
        self.predictor, self.image, self.label, self.posteriors = predictor, image, label, posteriors
        self.window = min(window, *label.shape) // STEP * STEP
        #: The largest window that the image has room for, for what does not fit into the usual one.
        self.large = min(label.shape) // STEP * STEP
        rows, columns = (starts(length, self.window) for length in label.shape)
        self.tiles = [square(row, column, self.window) for row in rows for column in columns]
        self.views: dict[tuple[int, int, int], View] = {}
        #: How often the network has completed a label, or detected errors in one.
        self.passes = 0

    def view(self, box: Box) -> View:
        """A window; its image is encoded once."""
        rows, columns = box
        key = rows.start, columns.start, rows.stop
        if key not in self.views:
            image = np.ascontiguousarray(self.image[(slice(None), *box)])
            self.views[key] = self.predictor.view(image, self.posteriors.part(box))
        return self.views[key]

    def complete(self, box: Box, hidden: Bool) -> Completion:
        """A window with `hidden` [H,W] rebuilt."""
        self.passes += 1
        return self.view(box).complete(self.label[box], hidden[box])

    def error_logit(self) -> F32:
        """Logit [H,W] that the label is wrong, blended over the tiles."""
        total, weight = np.zeros(self.label.shape), np.zeros(self.label.shape)
        share = taper(self.window)
        for box in self.tiles:
            if (self.label[box] != VOID).any():
                self.passes += 1
                total[box] += share * self.view(box).error_logit(self.label[box])
            weight[box] += share
        return (total / weight).astype(np.float32)

    def window_around(self, box: Box) -> Box:
        """The window that shows most around a box: a tile where it fits, else one of its own, of the large size where
        the usual one is too small.
        """

        def spare(tile: Box) -> int:
            return min(room(tile, box, self.label.shape))

        best = max(self.tiles, key=spare)
        if spare(best) >= 0:
            return best
        need = max(side.stop - side.start for side in box) + 2 * CONTEXT
        side = self.window if need <= self.window else self.large
        row, column = (
            int(np.clip((part.start + part.stop - side) // 2, 0, length - side))
            for part, length in zip(box, self.label.shape, strict=True)
        )
        return square(row, column, side)


def room(window: Box, box: Box, shape: tuple[int, ...]) -> list[int]:
    """What a window shows beyond CONTEXT px around a box, on its four sides; a side at the image's end is no limit."""
    result = []
    for shown, inner, length in zip(window, box, shape, strict=True):
        result.append(length if shown.start == 0 else inner.start - shown.start - CONTEXT)
        result.append(length if shown.stop == length else shown.stop - inner.stop - CONTEXT)
    return result


def starts(length: int, window: int) -> list[int]:
    """Where the fewest windows that cover a length begin, evenly spread."""
    count = -(-length // window)
    return [(length - window) * number // max(1, count - 1) for number in range(count)]


def square(row: int, column: int, side: int) -> Box:
    return slice(row, row + side), slice(column, column + side)


def taper(side: int) -> Floats:
    """Weight [S,S] of a tile's pixels where tiles overlap: falls to its edges."""
    one = np.minimum(np.arange(side), np.arange(side)[::-1]) + 1.0
    return np.minimum(one[:, None], one)
