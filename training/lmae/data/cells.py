"""The cells of a label at stride 8, the grid that features of the image lie on."""

from __future__ import annotations

import numpy as np

from ..arrays import U8, VOID

CELL = 8


def pure_cells(label: U8) -> U8:
    """label [H,W] -> the class of every cell of 8 x 8 px that shows one class only, void elsewhere: [H / 8, W / 8]."""
    rows, columns = label.shape[0] // CELL, label.shape[1] // CELL
    cells = label.reshape(rows, CELL, columns, CELL)
    least, most = cells.min((1, 3)), cells.max((1, 3))
    return np.where(least == most, least, np.uint8(VOID))
