"""A plain masked autoencoder with slots: classes are channels, in random order. A rival, for the ranking only."""

from __future__ import annotations

from typing import Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .config import Config
from .model import LMAE, MASKED_LOGIT, Answer, Labels, LayerNorm2d, ResidualConv, position_embedding, upsample

SLOTS = 8


class PlainMAE(LMAE):
    """One-hot slots stacked with the image, ViT encoder and decoder, IPS, convolutions to SLOTS + 1 logits."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        c2, c4, c8 = config.stem
        for name in [
            n for n, _ in self.named_children() if n.startswith(("slot", "query", "key", "affinity", "other"))
        ]:
            delattr(self, name)
        del self.distance_scale, self.head_mix, self.diffused_scale
        side = config.patch // 2
        self.fuse1 = nn.Linear((SLOTS + 1) * side * side, config.fuse_width)
        self.head8 = nn.Conv2d(3 * SLOTS + 1, c8, 3, padding=1)
        self.head8_res = ResidualConv(c8)
        self.head4 = nn.Conv2d(2 * SLOTS + 1, c4, 3, padding=1)
        self.head4_image = nn.Conv2d(c4, c4, 1)
        self.head4_up = nn.Conv2d(c8, c4, 1)
        self.head4_res = ResidualConv(c4)
        self.head2 = nn.Conv2d(2 * SLOTS + 1, c2, 3, padding=1)
        self.head2_image = nn.Conv2d(c2, c2, 1)
        self.head2_up = nn.Conv2d(c4, c2, 1)
        self.head2_norm = LayerNorm2d(c2, eps=config.layer_norm_epsilon)
        self.head2_out = nn.Conv2d(c2, SLOTS + 1, 3, padding=1)
        nn.init.zeros_(self.head2_out.weight)

    def initialise(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)

    def fuse_map(self, patches: Tensor, labels: Labels) -> Tensor:
        side = self.config.patch // 2
        both = torch.cat([labels.own[2], labels.known[2]], 1)
        x = F.pixel_unshuffle(both, side).flatten(2).transpose(1, 2)
        share = labels.known[self.config.patch].flatten(2).transpose(1, 2)
        return patches.flatten(2).transpose(1, 2) + self.fuse_known(share) + self.fuse2(F.relu(self.fuse1(x)))

    def forward(
        self,
        image: Tensor,
        given: Tensor,
        nearest: Tensor,
        distance: Tensor,
        slots: int,
        offset: Tuple[float, float] = (0.0, 0.0),
    ) -> Answer:
        labels = self.prepare_labels(given, nearest, distance, SLOTS)
        f = self.stem(image)
        h, w = f[16].shape[2:]
        position = position_embedding(h, w, self.config.dim, image.device, offset)
        tokens = self.fuse_map(f[16], labels) + position
        latents, order, pad = self.encode(tokens, (labels.known[self.config.patch] > 0).flatten(1))
        context = self.decode(latents, order, pad, f[16], position)
        context8 = upsample(self.context8(context).transpose(1, 2).unflatten(2, (h, w)), 2)
        x8 = torch.cat([labels.own[8], labels.prior[8], labels.far[8], labels.known[8]], 1)
        a8 = self.head8_res(F.relu(self.pixel8_norm(f[8] + context8) + self.head8(x8)))
        x4 = torch.cat([labels.own[4], labels.prior[4], labels.known[4]], 1)
        a4 = self.head4_res(F.relu(self.head4(x4) + self.head4_image(f[4]) + upsample(self.head4_up(a8), 2)))
        x2 = torch.cat([labels.own[2], labels.prior[2], labels.known[2]], 1)
        a2 = self.head2(x2) + self.head2_image(f[2]) + upsample(self.head2_up(a4), 2)
        logits = upsample(self.head2_out(F.relu(self.head2_norm(a2))), 2)
        seen = logits[:, :SLOTS] + self.prior_scale * labels.prior[1]
        seen = seen.masked_fill(~labels.valid[:, :, None, None], MASKED_LOGIT)
        if slots > SLOTS:
            seen = F.pad(seen, (0, 0, 0, 0, 0, slots - SLOTS), value=MASKED_LOGIT)
        return Answer(torch.cat([seen[:, :slots], logits[:, SLOTS:] - 2.0], 1), None)
