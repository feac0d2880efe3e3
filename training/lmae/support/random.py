"""The app's stream of pseudo-random numbers, so that both draw the same cells and train from the same weights."""

from __future__ import annotations

import numpy as np

from ..arrays import Floats, Ints

STRIDE = np.uint32(0x6D2B79F5)


class Mulberry32:
    """Mulberry32 (Tommy Ettinger, public domain): 32 bits of state; the twin of `src/core/random.ts`."""

    def __init__(self, seed: int) -> None:
        self.state = np.uint32(seed)

    def next(self, count: int) -> Floats:
        """The next numbers of the stream, uniform in [0, 1): [count]."""
        with np.errstate(over="ignore"):
            states = self.state + STRIDE * np.arange(1, count + 1, dtype=np.uint32)
            self.state = states[-1] if count else self.state
            mixed = (states ^ (states >> np.uint32(15))) * (states | np.uint32(1))
            mixed ^= mixed + (mixed ^ (mixed >> np.uint32(7))) * (mixed | np.uint32(61))
            return np.asarray((mixed ^ (mixed >> np.uint32(14))) / 2.0**32)

    def below(self, end: int, count: int) -> Ints:
        """Whole numbers of [0, end), each of one number of the stream: [count]."""
        return np.asarray(np.floor(self.next(count) * end), np.int64)
