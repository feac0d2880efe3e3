"""The evidence against the labels of a window: from the model, with everything visible and with parts hidden, and from
support.

Five readings:
(a) the error head with everything visible;
(b) complementary draws: every 16-px patch hidden once at 50 % and three times at 75 %;
(c) whole components hidden, dilated, several far apart at a time;
(d) bands along all class boundaries hidden: where the image would put them;
(e) support: the classes of such pixels in the data set's other images (`lmae.support`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch

from ..arrays import F32, U8, VOID
from ..data.masks import boundary_band
from .draws import component_draws, patch_draws
from .posteriors import ClassPosteriors
from .predictor import MaskedInputs, Predictor, as_slots, masked_inputs
from .readings import Band, Reading, read_band, read_passes, read_support

#: Pixels on either side of class boundaries that the band reading hides.
BAND = 6


class Scan(NamedTuple):
    """All readings of one window, and what they were taken with."""

    error_logit: F32  # logit [S,S] that the given label is wrong
    hidden50: Reading
    hidden75: Reading
    component: Reading
    band: Band
    support: Reading
    slots: U8  # the given label as slots [S,S]
    classes: U8  # class id of each slot
    posteriors: ClassPosteriors


def scan_window(
    predictor: Predictor, image: U8, label: U8, posteriors: ClassPosteriors, rng: np.random.Generator
) -> Scan:
    """All readings of a window: image uint8 [3,S,S], label uint8 [S,S] (255 = void), and the posteriors of support."""
    slots, classes = as_slots(label)
    band = boundary_band(label, BAND)
    hidden = (np.zeros(label.shape, bool) if band is None else band) & (label != VOID)
    groups = (patch_draws(rng, label.shape, 2), patch_draws(rng, label.shape, 4), component_draws(label), [hidden])
    inputs = masked_inputs(image, slots, [draw for group in groups for draw in group])
    # The band is completed a second time, in a mirror.
    probabilities = predictor.complete(
        MaskedInputs(*(torch.cat([part, part[-1:].flip(-1)]) for part in inputs)), classes
    )
    error_logit = predictor.error_logits(masked_inputs(image, slots, [np.zeros(label.shape, bool)]), classes)

    def reading(group: int) -> Reading:
        first = sum(len(g) for g in groups[:group])
        return read_passes(probabilities[first : first + len(groups[group])].numpy(), slots, groups[group])

    twice = ((probabilities[-2] + probabilities[-1].flip(-1)) / 2).numpy()
    return Scan(
        error_logit[0].numpy(), reading(0), reading(1), reading(2), read_band(twice, label, hidden, slots, classes),
        read_support(posteriors, label), slots, classes, posteriors,
    )  # fmt: skip
