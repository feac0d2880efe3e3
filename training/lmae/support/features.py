"""An image as a classifier of support sees it: the whole picture at one size, the backbone's features a cell."""

from __future__ import annotations

import io

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ..arrays import U8
from ..data.cells import pure_cells
from ..data.dataset import Item
from ..model.autoencoder import MaskedAutoencoder, upsample

#: The short side of the picture as it is encoded, px; both sides are multiples of STEP.
SIDE, STEP = 256, 32
#: The long side ends here: of an image longer still, the sides are squeezed.
LONGEST = 1024


def whole_size(width: int, height: int) -> tuple[int, int]:
    """Width and height of an image as it is encoded."""
    factor = SIDE / min(width, height)
    wide, high = (min(LONGEST, max(SIDE, STEP * round(side * factor / STEP))) for side in (width, height))
    return wide, high


def whole_image(item: Item) -> tuple[U8, U8]:
    """An item as it is encoded: image uint8 [3,H,W], and the class of every pure cell uint8 [H/8,W/8]."""
    label = item.open_label()
    size = whole_size(*label.size)
    picture = Image.open(io.BytesIO(item.image)).convert("RGB").resize(size, Image.BILINEAR)
    cells = pure_cells(np.asarray(label.resize(size, Image.NEAREST), np.uint8))
    return np.ascontiguousarray(np.asarray(picture, np.uint8).transpose(2, 0, 1)), cells


def cell_features(model: MaskedAutoencoder, image: Tensor) -> Tensor:
    """image [B,3,H,W], 0..1, sides multiples of 32 -> the backbone's own features at stride 8, 16 and 32, untouched by
    what was learned after it, at stride 8: [B,C,H/8,W/8].
    """
    taps = model.backbone(model.normalise(image))
    return torch.cat([taps[8], upsample(taps[16], 2), upsample(taps[32], 4)], 1)
