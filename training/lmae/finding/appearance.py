"""What an image looks like, for `boundary_shifts`: the strength of its edges by rank, its colours by bin.

Edges are ranked among all of the image, so that no threshold depends on its contrast.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import ndimage

from ..arrays import F32, U8, Floats, Ints

#: Sigma of the smoothing before the gradient is taken, px, cut off at EDGE_TRUNCATED sigmas.
EDGE_SMOOTHING, EDGE_TRUNCATED = 1.0, 4.0
#: Gradients are ranked in so many steps a unit.
EDGE_STEPS = 1024
#: Bins a channel.
COLOUR_BINS = 6


class Appearance(NamedTuple):
    """Of one image."""

    slopes: F32  # [3,2,H,W], of every channel, down and right
    shares: Floats  # [n], share of its pixels with a weaker gradient, by strength in 1 / EDGE_STEPS
    ranks: F32  # [H,W], that of every pixel's own gradient, 0..1
    colours: Ints  # [H,W], bins of COLOUR_BINS ** 3


def appearance_of(image: U8) -> Appearance:
    """image uint8 [3,H,W]."""
    smooth = [ndimage.gaussian_filter(channel, EDGE_SMOOTHING, truncate=EDGE_TRUNCATED) for channel in image / 255]
    slopes = np.array([[ndimage.sobel(channel, 0), ndimage.sobel(channel, 1)] for channel in smooth])
    steps = np.floor(np.sqrt((slopes**2).sum((0, 1))) * EDGE_STEPS).astype(np.int64)
    counts = np.bincount(steps.ravel())
    shares = (np.cumsum(counts) - counts) / steps.size
    red, green, blue = image.astype(np.int64) * COLOUR_BINS // 256
    colours = (red * COLOUR_BINS + green) * COLOUR_BINS + blue
    return Appearance(slopes.astype(np.float32), shares, shares[steps].astype(np.float32), colours)


def ranks_across(appearance: Appearance, rows: Ints, columns: Ints, normals: Floats) -> Floats:
    """Ranks [N] of the gradients at some pixels along the unit normals [2,N] (down, right) of a line through them."""
    along = (appearance.slopes[:, :, rows, columns] * normals).sum(1)
    steps = np.floor(np.sqrt((along**2).sum(0)) * EDGE_STEPS).astype(np.int64)
    return appearance.shares[np.minimum(steps, len(appearance.shares) - 1)]
