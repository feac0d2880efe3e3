"""L-MAE: a label masked autoencoder with exact, anonymous slots.

Implements masked segmentation label modelling after "A label masked autoencoder for image-guided segmentation
label completion" (Patterns 2025, doi 10.1016/j.patter.2025.101455): image and label are fused into one map, a
masked autoencoder encodes the visible patches, image patch supplement (IPS) gives the image back at every
position, and a decoder rebuilds the label. The paper's classes become *slots* here: the classes visible in the
window, in any order. Labels enter by functions shared by all slots and leave by a decoder run per slot, so
permuting the slots permutes the answer.

Shapes and the mask convention: `model.autoencoder`; P visible (window, slot) pairs, those
included whose slot is a candidate of support (`model.support`) and visible nowhere.
"""

from __future__ import annotations

from typing import Any, Dict, NamedTuple, Optional, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .autoencoder import MASKED_LOGIT, ImageFeatures, Labels, MaskedAutoencoder, Offset, Output, ResidualConv, upsample
from .config import Config
from .pairs import AllPairs, Pairs
from .rivals import hole_shape, rivals
from .support import CHANNELS, Support, evidence, no_support

#: Weight of an unknown cell as a source of labels.
KNOWN_FLOOR = 1e-13
#: Hidden width of the gate that reads the shape of a hole.
HOLE_WIDTH = 16
#: What the log posterior of support, scaled to 0..1, starts to count for in the logits: a power of 0.25.
SUPPORT_SCALE = 1.7
#: The least weight of all votes that count for a cell, as a share of all weight.
LEAST_REST = 0.01


def softmax_like(x: Tensor) -> Tensor:
    """Softmax over the last axis in the type of x: autocast would widen [N, N] scores to fp32."""
    with torch.autocast(x.device.type, enabled=False):
        return x.softmax(-1)


def cell_distance(h: int, w: int, device: torch.device) -> Tensor:
    """Euclidean distance between the cells of an h x w grid, [h * w, h * w], in cells."""
    y, x = torch.arange(h, device=device), torch.arange(w, device=device)
    grid = torch.stack(torch.meshgrid(y, x, indexing="ij"), -1).reshape(-1, 2).float()
    return (grid[:, None] - grid[None]).square().sum(-1).sqrt()


class LeaveOneOutVotes(NamedTuple):
    """Label propagation to a cell from cells other than itself: a wrong label must not confirm itself."""

    other_cells: Tensor  # [B, heads, K, h8, w8], shares of each slot by all other cells
    other_regions: Tensor  # the same by the cells outside the cell's own region: a wrong region confirms its own cells
    other_regions_weight: Tensor  # [B, heads, h8, w8], the attention that those outside the region get in all


def outside_own_region(regions: Tensor) -> Tensor:
    """regions [B, N] -> bool [B, N, N]: the second cell lies in another region than the first, or in none (0)."""
    return (regions[:, :, None] != regions[:, None, :]) | (regions == 0)[:, None, :]


class LMAE(MaskedAutoencoder):
    """The network. `complete` reads as the paper's steps, in order."""

    taps: Tensor

    def __init__(self, config: Config) -> None:
        super().__init__(config, fuse_channels=2)  # a slot's mask and what is known
        c2, c4, c8 = config.stem
        s8, s4, s2 = config.slot_width
        heads = config.propagate_heads
        told = CHANNELS if config.support else 0

        self.query = nn.Conv2d(c8, heads * config.propagate_dim, 1)
        self.key = nn.Conv2d(c8, heads * config.propagate_dim, 1)
        self.distance_scale = nn.Parameter(torch.linspace(-1.5, 1.5, heads))
        self.head_mix = nn.Parameter(torch.zeros(heads))

        self.pixel4_image = nn.Conv2d(c4, s4, 1)
        self.pixel4_context = nn.Conv2d(c8, s4, 1)
        self.affinity = nn.Conv2d(s4, 9, 3, padding=1)

        self.slot8_in = nn.Conv2d(heads + 6 + told, s8, 3, padding=1)
        self.slot8_image = nn.Conv2d(c8, s8, 1)
        self.slot8_res = ResidualConv(s8)
        self.slot8_mean = nn.Conv2d(s8, s8, 1)
        self.slot4_in = nn.Conv2d(6 + told, s4, 3, padding=1)
        self.slot4_up = nn.Conv2d(s8, s4, 1)
        self.slot4_image = nn.Conv2d(s4, s4, 1)
        self.slot4_res = ResidualConv(s4)
        self.slot2_in = nn.Conv2d(5, s2, 3, padding=1)
        self.slot2_up = nn.Conv2d(s4, s2, 1)
        self.slot2_image = nn.Conv2d(c2, s2, 1)
        self.slot2_res = ResidualConv(s2)
        self.slot2_out = nn.Conv2d(s2, 2, 1)
        self.hole_in = nn.Conv2d(3, HOLE_WIDTH, 1)
        self.hole_image = nn.Conv2d(c8, HOLE_WIDTH, 1)
        self.hole_out = nn.Conv2d(HOLE_WIDTH, 1, 1)
        self.prior_scale = nn.Parameter(torch.tensor(3.0))
        self.diffused_scale = nn.Parameter(torch.tensor(3.0))
        self.other_image = nn.Conv2d(s4, 1, 1)
        self.other_slots = nn.Conv2d(s4, 1, 1)
        if config.support:
            self.support_scale = nn.Parameter(torch.tensor(SUPPORT_SCALE))
            self.other_support = nn.Conv2d(CHANNELS, 1, 1)

        self.error8_in = nn.Conv2d(3 * heads + 2 + told, s8, 3, padding=1)
        self.error8_image = nn.Conv2d(c8, s8, 1)
        self.error8_res = ResidualConv(s8)
        self.error4_in = nn.Conv2d(2, s4, 3, padding=1)
        self.error4_up = nn.Conv2d(s8, s4, 1)
        self.error4_image = nn.Conv2d(s4, s4, 1)
        self.error4_out = nn.Conv2d(s4, 1, 3, padding=1)

        self.register_buffer("taps", torch.eye(9).reshape(9, 1, 3, 3), persistent=False)
        self.initialise()

    def initialise(self) -> None:
        super().initialise()
        # The answer starts from the nearest-label prior and the diffused labels, and "other" from unlikely.
        for last in (self.slot2_out, self.hole_out, self.other_image):
            nn.init.zeros_(last.weight)
        for last in (self.slot2_out, self.hole_out):
            nn.init.zeros_(last.bias)  # type: ignore[arg-type]
        if self.config.support:
            nn.init.zeros_(self.other_support.weight)
            nn.init.zeros_(self.other_support.bias)  # type: ignore[arg-type]
        nn.init.constant_(self.other_image.bias, -2.0)  # type: ignore[arg-type]
        nn.init.constant_(self.error4_out.bias, -3.0)  # type: ignore[arg-type]

    # The steps ------------------------------------------------------------------------------------------

    def fuse_map(self, patches: Tensor, labels: Labels) -> Tensor:
        """patches [B, D, h16, w16] -> tokens [B, N16, D]: image + known share + the slots seen in the patch."""
        side = self.config.patch // 2
        own = F.pixel_unshuffle(labels.own[2].flatten(0, 1)[:, None], side)  # [B*K, side*side, h16, w16]
        known = F.pixel_unshuffle(labels.known[2], side)
        b, k = labels.valid.shape
        known = known[:, None].expand(b, k, *known.shape[1:]).flatten(0, 1)
        pairs = torch.cat([own, known], 1).flatten(2).transpose(1, 2)  # [B*K, N16, 2*side*side]
        seen = (labels.own[16] > 0).float().flatten(2)[..., None]  # [B, K, N16, 1]
        embedded = self.fuse2(F.relu(self.fuse1(pairs))).unflatten(0, (b, k))
        share = labels.known[16].flatten(2).transpose(1, 2)  # [B, N16, 1]
        return patches.flatten(2).transpose(1, 2) + self.fuse_known(share) + (embedded * seen).sum(1)

    def propagate(
        self, pixels8: Tensor, labels: Labels, regions: Optional[Tensor] = None
    ) -> Tuple[Tensor, Optional[LeaveOneOutVotes]]:
        """Attention whose values are the visible labels: [B, heads, K, h8, w8], shares of each slot.

        With the regions of the visible label [B, h8, w8] (0 = none) also the leave-one-out votes.
        """
        b, _, h, w = pixels8.shape
        heads = self.config.propagate_heads
        q = (self.query(pixels8) * self.config.propagate_dim**-0.5).reshape(b, heads, -1, h * w).transpose(2, 3)
        k = self.key(pixels8).reshape(b, heads, -1, h * w)
        distance = cell_distance(h, w, pixels8.device)
        slope = F.softplus(self.distance_scale)
        # softmax(s + log known) @ labels = (softmax(s) @ (known * labels)) / (softmax(s) @ known): the known share
        # costs a column instead of a pass over [N8, N8] scores.
        carried = torch.cat([labels.own[8], labels.known[8] + KNOWN_FLOOR], 1).flatten(2).transpose(1, 2)
        outside = None if regions is None else outside_own_region(regions.flatten(1))
        sums, own_weight, outside_sums = [], [], []
        for head in range(heads):
            penalty = (-slope[head] * distance)[None].to(q.dtype)
            weights = softmax_like(torch.baddbmm(penalty, q[:, head], k[:, head]))
            sums.append((weights @ carried.to(weights.dtype)).float())  # [B, N8, K + 1]
            if outside is not None:
                own_weight.append(weights.diagonal(dim1=1, dim2=2).float()[..., None])
                weights = weights * outside.to(weights.dtype)
                outside_sums.append((weights @ carried.to(weights.dtype)).float())

        def shares(sums: Tensor, mass: Tensor) -> Tensor:
            return (sums[..., :-1] / mass).transpose(2, 3).reshape(b, heads, -1, h, w)

        total = torch.stack(sums, 1)
        mass = total[..., -1:]
        spread = shares(total, mass)
        if outside is None:
            return spread, None
        others = total - torch.stack(own_weight, 1) * carried[:, None]
        rest = torch.stack(outside_sums, 1)
        # Where the votes that count weigh less than this, dividing by their sum would only amplify rounding.
        least = LEAST_REST * mass
        return spread, LeaveOneOutVotes(
            shares(others.clamp(min=0), torch.maximum(others[..., -1:], least)),
            shares(rest, torch.maximum(rest[..., -1:], least)),
            (rest[..., -1] / mass[..., 0]).reshape(b, heads, h, w),
        )

    def diffuse(self, start: Tensor, pixels4: Tensor, labels: Labels, pairs: Pairs) -> Tensor:
        """Learned diffusion at stride 4 from start [B, K, h4, w4]: known shares stay, the rest flows.

        Run on the P visible (window, slot) pairs: [P, 1, h4, w4].
        """
        unknown = 1 - labels.known[4]
        weights = pairs.shared(self.affinity(pixels4).softmax(1) * unknown)  # [P, 9, h4, w4]
        own = pairs.own(labels.own[4])[:, None]
        share = own + pairs.shared(unknown) * pairs.own(start)[:, None]
        for _ in range(self.config.diffusion_steps):
            neighbours = F.conv2d(share, self.taps, padding=1)
            share = own + (neighbours * weights).sum(1, keepdim=True)
        return share

    def decode_slots(
        self,
        spread: Tensor,
        diffused: Tensor,
        against: Tensor,
        told: Optional[Tensor],
        f: Dict[int, Tensor],
        labels: Labels,
        pairs: Pairs,
    ) -> Tuple[Tensor, Tensor]:
        """The decoder shared by all slots, run on the P visible (window, slot) pairs only.

        against [P, 2, h2, w2]: where a slot stands against its nearest rival (`model.rivals`). told: the evidence of
        support [B, K + 1, CHANNELS, h8, w8], None for networks without. f holds the image's
        features at 2, 4 (pixels4) and 8 (pixels8). Returns the pairs' logits at stride 2,
        [P, 2, h2, w2] (with the weight of the far prior), and the logit of "other" at stride 4, [B, 1, h4, w4].
        """

        def pair(levels: Dict[int, Tensor], stride: int) -> Tensor:
            return pairs.own(levels[stride])[:, None]

        x8 = [pairs.own(spread.transpose(1, 2)), pair(labels.prior, 8), pair(labels.own, 8)]
        x8.append(pairs.shared(labels.known[8]))
        x8 += [pair(labels.far, 8), F.avg_pool2d(against, 4)]
        heard = None if told is None else pairs.own(told[:, :-1])
        if heard is not None:
            x8.append(heard)
        a8 = F.relu(self.slot8_in(torch.cat(x8, 1)) + pairs.shared(self.slot8_image(f[8])))
        a8 = self.slot8_res(a8)
        seen = pairs.own(labels.valid)[:, None, None, None]
        mean = pairs.summed(a8 * seen) / labels.valid.sum(1).clamp(min=1)[:, None, None, None]
        a8 = a8 + pairs.shared(self.slot8_mean(mean))

        x4 = [
            diffused,
            pair(labels.prior, 4),
            pair(labels.own, 4),
            pairs.shared(labels.known[4]),
            F.avg_pool2d(against, 2),
        ]
        if heard is not None:
            x4.append(upsample(heard, 2))
        a4 = self.slot4_in(torch.cat(x4, 1)) + upsample(self.slot4_up(a8), 2) + pairs.shared(self.slot4_image(f[4]))
        a4 = self.slot4_res(F.relu(a4))

        x2 = [pair(labels.prior, 2), pair(labels.own, 2), pairs.shared(labels.known[2]), against]
        a2 = self.slot2_in(torch.cat(x2, 1)) + upsample(self.slot2_up(a4), 2) + pairs.shared(self.slot2_image(f[2]))
        logits = self.slot2_out(F.relu(self.slot2_res(F.relu(a2))))

        best = pairs.by_window(self.other_slots(a4), -30.0).amax(1)
        other = self.other_image(f[4]) + best
        if told is not None:
            other = other + upsample(self.other_support(told[:, -1]), 2)
        return logits, other

    def hole_gate(self, hole: Tensor, pixels8: Tensor) -> Tensor:
        """What the shape of the hole (`model.rivals.hole_shape`) adds to the weight of the far prior, [B, 1, H, W].

        A band along a boundary most likely has it in its middle, as the prior has; the image may overrule that.
        """
        return upsample(self.hole_out(F.relu(self.hole_in(hole) + self.hole_image(pixels8))), 8)

    def detect_errors(
        self, votes: LeaveOneOutVotes, told: Optional[Tensor], f: Dict[int, Tensor], labels: Labels, pairs: Pairs
    ) -> Tensor:
        """Error head: logit [B, 1, h4, w4] that the visible label is wrong, from the votes of other cells and images.

        Run per visible slot with shared weights; a pixel gets the logit of the slot that it shows, 0 if that has none.
        """

        def pair(levels: Dict[int, Tensor], stride: int) -> Tensor:
            return pairs.own(levels[stride])[:, None]

        x8 = [pairs.own(votes.other_cells.transpose(1, 2)), pair(labels.own, 8), pairs.shared(labels.known[8])]
        x8 += [pairs.own(votes.other_regions.transpose(1, 2)), pairs.shared(votes.other_regions_weight)]
        if told is not None:
            x8.append(pairs.own(told[:, :-1]))
        a8 = self.error8_res(F.relu(self.error8_in(torch.cat(x8, 1)) + pairs.shared(self.error8_image(f[8]))))
        x4 = torch.cat([pair(labels.own, 4), pairs.shared(labels.known[4])], 1)
        a4 = F.relu(self.error4_in(x4) + upsample(self.error4_up(a8), 2) + pairs.shared(self.error4_image(f[4])))
        logit = self.error4_out(a4) * pair(labels.own, 4)
        return pairs.summed(logit) / labels.own[4].sum(1, keepdim=True).clamp(min=1e-3)

    def forward(self, image: Tensor, *args: Any, **options: Any) -> Output:
        """`complete` with the features of the image [B, 3, H, W], 0..1."""
        return self.complete(self.encode_image(image), *args, **options)

    def complete(
        self,
        f: ImageFeatures,
        given: Tensor,
        nearest: Tensor,
        distance: Tensor,
        slots: int,
        offset: Offset = (0.0, 0.0),
        regions: Optional[Tensor] = None,
        image_context: bool = False,
        support: Optional[Support] = None,
    ) -> Output:
        """Completes the label and, with the regions of what is visible of it, detects errors in it.

        f are the image's features, which passes over one image may share; given uint8 [B, H, W]; nearest uint8 and
        distance float [B, H, W] are the nearest-label prior of `model.prior`; offset shifts the positions, in patches
        (training only); regions [B, H / 8, W / 8] are those of `data.components.region_numbers`; image_context asks for
        that too; support: what other images say of the slots, for networks that have been taught to listen.
        """
        labels = self.prepare_labels(given, nearest, distance, slots)
        told = None
        if self.config.support:
            if support is None:
                support = no_support(len(given), slots, given.shape[1], given.shape[2], given.device)
            told = evidence(support)
            labels = labels._replace(valid=labels.valid | support.candidate)
        pixels8 = self.fuse_context(f, self.autoencode(f, labels, offset))
        pixels4 = F.relu(self.pixel4_image(f[4]) + upsample(self.pixel4_context(pixels8), 2))
        spread, votes = self.propagate(pixels8, labels, regions)
        mixed = (spread * self.head_mix.softmax(0)[:, None, None, None]).sum(1)
        pairs = AllPairs(labels.valid) if self.every_slot else Pairs(labels.valid)
        diffused = self.diffuse(upsample(mixed, 2), pixels4, labels, pairs)
        features = {2: f[2], 4: pixels4, 8: pixels8}
        lead, width, between = rivals(given, pairs)
        against = torch.cat([lead, width], 1)
        logits2, other4 = self.decode_slots(spread, diffused, against, told, features, labels, pairs)
        gate = self.hole_gate(hole_shape(between, labels.known[2]), pixels8)

        # Two channels: the plain memory format is several times faster here.
        logits1 = upsample(logits2.contiguous(), 2)
        logits = logits1[:, 0] + self.prior_scale * pairs.own(labels.prior[1])
        logits = logits + (logits1[:, 1] + pairs.shared(gate)[:, 0]) * pairs.own(labels.far[1])
        logits = logits + self.diffused_scale * upsample(diffused, 4)[:, 0]
        if told is not None:
            logits = logits + self.support_scale * upsample(pairs.own(told[:, :-1, 1])[:, None], 8)[:, 0]
        full = pairs.by_window(logits, MASKED_LOGIT)
        error_logit = None if votes is None else self.detect_errors(votes, told, features, labels, pairs)
        context = self.image_context(f, offset) if image_context else None
        return Output(torch.cat([full, upsample(other4, 4)], 1), error_logit, context)
