"""L-MAE with the classes of one fixed taxonomy, as the paper's model has, and no anonymous slots.

`python3 -m lmae.train --fixed-classes --data SET ...` trains one. A class can be predicted where it is visible
nowhere in the window; other class sets need other weights. Known of the paper's network are the fuse map, the
masked autoencoder and IPS (Patterns 2025, doi 10.1016/j.patter.2025.101455); the one-hot encoding, the
convolutional head and the nearest-label prior its logits start from are ours.
"""

from __future__ import annotations

from typing import Optional

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .autoencoder import (
    MASKED_LOGIT,
    ImageFeatures,
    Labels,
    LayerNorm2d,
    MaskedAutoencoder,
    Offset,
    Output,
    ResidualConv,
    upsample,
)
from .config import Config
from .lmae import LMAE
from .support import Support


class FixedClassMAE(MaskedAutoencoder):
    """One-hot classes stacked with the image, ViT encoder and decoder, IPS, convolutions to a logit a class."""

    def __init__(self, config: Config) -> None:
        classes = config.fixed_classes
        super().__init__(config, fuse_channels=classes + 1)  # every class, and what is known
        c2, c4, c8 = config.stem
        self.head8 = nn.Conv2d(3 * classes + 1, c8, 3, padding=1)
        self.head8_res = ResidualConv(c8)
        self.head4 = nn.Conv2d(2 * classes + 1, c4, 3, padding=1)
        self.head4_image = nn.Conv2d(c4, c4, 1)
        self.head4_up = nn.Conv2d(c8, c4, 1)
        self.head4_res = ResidualConv(c4)
        self.head2 = nn.Conv2d(2 * classes + 1, c2, 3, padding=1)
        self.head2_image = nn.Conv2d(c2, c2, 1)
        self.head2_up = nn.Conv2d(c4, c2, 1)
        self.head2_norm = LayerNorm2d(c2, eps=config.layer_norm_epsilon)
        self.head2_out = nn.Conv2d(c2, classes, 3, padding=1)
        self.prior_scale = nn.Parameter(torch.tensor(3.0))
        self.initialise()

    def initialise(self) -> None:
        super().initialise()
        # The answer starts from the nearest-label prior.
        nn.init.zeros_(self.head2_out.weight)
        nn.init.zeros_(self.head2_out.bias)  # type: ignore[arg-type]

    def fuse_map(self, patches: Tensor, labels: Labels) -> Tensor:
        """patches [B, D, h16, w16] -> tokens [B, N16, D]: image + known share + the patch's one-hot label."""
        label = torch.cat([labels.own[2], labels.known[2]], 1)
        pixels = F.pixel_unshuffle(label, 8).flatten(2).transpose(1, 2)  # [B, N16, (classes + 1) * 8 * 8]
        share = labels.known[16].flatten(2).transpose(1, 2)  # [B, N16, 1]
        return patches.flatten(2).transpose(1, 2) + self.fuse_known(share) + self.fuse2(F.relu(self.fuse1(pixels)))

    def decode_classes(self, context8: Tensor, f: ImageFeatures, labels: Labels) -> Tensor:
        """context8 [B, C8, h8, w8] and the image's features f by stride -> logits [B, classes, h2, w2]."""
        x8 = torch.cat([labels.own[8], labels.prior[8], labels.far[8], labels.known[8]], 1)
        a8 = self.head8_res(F.relu(self.pixel8_norm(f[8] + context8) + self.head8(x8)))
        x4 = torch.cat([labels.own[4], labels.prior[4], labels.known[4]], 1)
        a4 = self.head4_res(F.relu(self.head4(x4) + self.head4_image(f[4]) + upsample(self.head4_up(a8), 2)))
        x2 = torch.cat([labels.own[2], labels.prior[2], labels.known[2]], 1)
        a2 = self.head2(x2) + self.head2_image(f[2]) + upsample(self.head2_up(a4), 2)
        return self.head2_out(F.relu(self.head2_norm(a2)))

    def forward(
        self,
        image: Tensor,
        given: Tensor,
        nearest: Tensor,
        distance: Tensor,
        slots: int,
        offset: Offset = (0.0, 0.0),
        regions: Optional[Tensor] = None,
        image_context: bool = False,
        support: Optional[Support] = None,
    ) -> Output:
        """As `LMAE.complete`, with class ids for slots; "other", which no class set needs here, is never likely.

        It detects no errors, whatever `regions` are, returns no `image_context` and listens to no `support`.

        Raises ValueError when `slots` is not the number of classes.
        """
        classes = self.config.fixed_classes
        if slots != classes:
            raise ValueError(f"{self.config.name} has {classes} fixed classes and was given {slots} anonymous slots")
        labels = self.prepare_labels(given, nearest, distance, classes)
        f = self.encode_image(image)
        context8 = self.autoencode(f, labels, offset)
        logits = upsample(self.decode_classes(context8, f, labels), 2) + self.prior_scale * labels.prior[1]
        return Output(F.pad(logits, (0, 0, 0, 0, 0, 1), value=MASKED_LOGIT), None)


def build_model(config: Config) -> MaskedAutoencoder:
    """The network a config describes, untrained."""
    return FixedClassMAE(config) if config.fixed_classes else LMAE(config)
