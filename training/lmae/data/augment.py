"""Changes to a training window that keep it true: colours of the image, and what counts as one class."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from ..arrays import U8, VOID, Floats
from .components import class_ids

MERGE_SHARE, ONE_AGAINST_REST_SHARE = 0.20, 0.15
GREY_SHARE, BLUR_SHARE = 0.05, 0.05
LUMA = np.array([0.299, 0.587, 0.114])
TO_YIQ = np.array([[0.299, 0.587, 0.114], [0.596, -0.274, -0.322], [0.211, -0.523, 0.312]])


def sample_taxonomy(rng: np.random.Generator, label: U8) -> U8:
    """Another set of classes over the same boundaries, as a table uint8 [256] of what ids become; void stays void.

    In 20 % of the draws classes are merged at random, in 15 % one stands against the rest. Classes that the label does
    not show join one that it shows, or, where one stands against the rest, the rest.
    """
    draw = rng.random()
    groups = np.arange(256, dtype=np.uint8)
    if draw >= MERGE_SHARE + ONE_AGAINST_REST_SHARE:
        return groups
    ids = class_ids(label)
    if len(ids) < 3:
        return groups
    if draw < MERGE_SHARE:
        count = int(rng.integers(2, len(ids)))
        groups[:VOID] = rng.integers(count, size=VOID)
        groups[ids] = rng.integers(count, size=len(ids))
    else:
        groups[:VOID] = 0
        groups[ids[int(rng.integers(len(ids)))]] = 1
    return groups


def colour_matrix(brightness: float, contrast: float, saturation: float, hue: float, mean: float) -> Floats:
    """Affine map [3,4] of RGB (0..255): hue turn, saturation, contrast about `mean`, brightness."""
    turn = np.array([[1, 0, 0], [0, np.cos(hue), -np.sin(hue)], [0, np.sin(hue), np.cos(hue)]])
    linear = np.linalg.inv(TO_YIQ) @ turn @ TO_YIQ
    linear = (saturation * np.eye(3) + (1 - saturation) * np.ones((3, 1)) * LUMA) @ linear
    offset = np.full((3, 1), (1 - contrast) * mean)
    return np.asarray(brightness * np.concatenate([contrast * linear, offset], axis=1))


def jitter_colours(rng: np.random.Generator, image: Image.Image) -> Image.Image:
    """Brightness, contrast, saturation and a little hue, in one pass; now and then grey or blurred."""
    brightness, contrast = rng.uniform(0.7, 1.35), rng.uniform(0.7, 1.3)
    saturation = 0.0 if rng.random() < GREY_SHARE else rng.uniform(0.6, 1.4)
    mean = float(np.asarray(image)[::8, ::8].mean())
    matrix = colour_matrix(brightness, contrast, saturation, rng.uniform(-0.15, 0.15), mean)
    image = image.convert("RGB", tuple(float(v) for v in matrix.ravel()))
    if rng.random() < BLUR_SHARE:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 1.5)))
    return image
