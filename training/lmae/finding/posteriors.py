"""Class posteriors of a window: what a classifier says every pixel shows, without having seen its label."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..arrays import F32, U8


class ClassPosteriors(NamedTuple):
    """Probability [K,S,S] of every known class at every pixel of a window, and the class ids [K]."""

    classes: U8
    probabilities: F32


#: No class is known. Its arrays are empty, so that it fits a window of any size.
NO_POSTERIORS = ClassPosteriors(np.zeros(0, np.uint8), np.zeros((0, 0, 0), np.float32))
