"""What the rules of error finding are fitted on."""

from __future__ import annotations

import numpy as np

from lmae.arrays import U8, Bool
from lmae.data.damage import Damage
from lmae.finding.tune import hits_of
from lmae.finding.verify import Verified


def rectangle(width: int) -> Bool:
    pixels = np.zeros((8, 8), bool)
    pixels[:, :width] = True
    return pixels


def relabelled(where: Bool) -> U8:
    return np.where(where, 2, 1).astype(np.uint8)


def test_what_was_verified_is_an_error_as_it_was_rebuilt() -> None:
    given = np.ones((8, 8), np.uint8)
    damage = Damage(given, (rectangle(4),))
    rebuilt = [Verified([], rectangle(width), relabelled(rectangle(width))) for width in (4, 2, 1, 8)]
    assert hits_of(rebuilt, damage).tolist() == [True, True, False, True]
    # What stays as it was given changes nothing.
    assert hits_of([Verified([], rectangle(8), relabelled(rectangle(3)))], damage).tolist() == [True]
    assert hits_of([Verified([], rectangle(8), given)], damage).tolist() == [False]
    assert hits_of([], damage).tolist() == []
