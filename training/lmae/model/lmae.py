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

from .autoencoder import MASKED_LOGIT, ImageFeatures, Labels, MaskedAutoencoder, Output, ResidualConv, upsample
from .config import Config
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
    #: Compute slots that are not valid too, and leave them out of the answer: of more work, but always of one shape.
    #: cuDNN spends a good part of a second on every new one.
    every_slot = False

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

    def pairs(self, valid: Tensor) -> Tuple[Tensor, Tensor]:
        """Window and slot of the P pairs that are computed: the valid ones of [B, K], or all (`every_slot`)."""
        if not self.every_slot:
            window, slot = valid.nonzero(as_tuple=True)
            return window, slot
        number = torch.arange(valid.numel(), device=valid.device)
        return torch.div(number, valid.shape[1], rounding_mode="floor"), number % valid.shape[1]

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

    def diffuse(self, start: Tensor, pixels4: Tensor, labels: Labels) -> Tensor:
        """Learned diffusion at stride 4 from start [B, K, h4, w4]: known shares stay, the rest flows.

        Run on the P visible (window, slot) pairs: [P, 1, h4, w4].
        """
        window, slot = self.pairs(labels.valid)
        unknown = 1 - labels.known[4]
        weights = (self.affinity(pixels4).softmax(1) * unknown)[window]  # [P, 9, h4, w4]
        own = labels.own[4][window, slot][:, None]
        share = own + unknown[window] * start[window, slot][:, None]
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
    ) -> Tuple[Tensor, Tensor]:
        """The decoder shared by all slots, run on the P visible (window, slot) pairs only.

        against [P, 2, h2, w2]: where a slot stands against its nearest rival (`model.rivals`). told: the evidence of
        support [B, K + 1, CHANNELS, h8, w8], None for networks without. f holds the image's
        features at 2, 4 (pixels4) and 8 (pixels8). Returns the pairs' logits at stride 2,
        [P, 2, h2, w2] (with the weight of the far prior), and the logit of "other" at stride 4, [B, 1, h4, w4].
        """
        valid = labels.valid
        window, slot = self.pairs(valid)

        def pair(levels: Dict[int, Tensor], stride: int) -> Tensor:
            return levels[stride][window, slot][:, None]

        x8 = [spread[window, :, slot], pair(labels.prior, 8), pair(labels.own, 8), labels.known[8][window]]
        x8 += [pair(labels.far, 8), F.avg_pool2d(against, 4)]
        heard = None if told is None else told[window, slot]
        if heard is not None:
            x8.append(heard)
        a8 = F.relu(self.slot8_in(torch.cat(x8, 1)) + self.slot8_image(f[8])[window])
        a8 = self.slot8_res(a8)
        total = torch.zeros(valid.shape[0], *a8.shape[1:], device=a8.device, dtype=a8.dtype)
        seen = valid[window, slot][:, None, None, None]
        mean = total.index_add(0, window, a8 * seen) / valid.sum(1).clamp(min=1)[:, None, None, None]
        a8 = a8 + self.slot8_mean(mean)[window]

        x4 = [
            diffused,
            pair(labels.prior, 4),
            pair(labels.own, 4),
            labels.known[4][window],
            F.avg_pool2d(against, 2),
        ]
        if heard is not None:
            x4.append(upsample(heard, 2))
        a4 = self.slot4_in(torch.cat(x4, 1)) + upsample(self.slot4_up(a8), 2) + self.slot4_image(f[4])[window]
        a4 = self.slot4_res(F.relu(a4))

        x2 = [pair(labels.prior, 2), pair(labels.own, 2), labels.known[2][window], against]
        a2 = self.slot2_in(torch.cat(x2, 1)) + upsample(self.slot2_up(a4), 2) + self.slot2_image(f[2])[window]
        logits = self.slot2_out(F.relu(self.slot2_res(F.relu(a2))))

        evidence = self.other_slots(a4)
        best = torch.full(valid.shape + evidence.shape[1:], -30.0, device=a4.device, dtype=evidence.dtype)
        best = best.index_put((window, slot), evidence).masked_fill(~valid[:, :, None, None, None], -30.0).amax(1)
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
        self, votes: LeaveOneOutVotes, told: Optional[Tensor], f: Dict[int, Tensor], labels: Labels
    ) -> Tensor:
        """Error head: logit [B, 1, h4, w4] that the visible label is wrong, from the votes of other cells and images.

        Run per visible slot with shared weights; a pixel gets the logit of the slot that it shows, 0 if that has none.
        """
        window, slot = self.pairs(labels.valid)

        def pair(levels: Dict[int, Tensor], stride: int) -> Tensor:
            return levels[stride][window, slot][:, None]

        x8 = [votes.other_cells[window, :, slot], pair(labels.own, 8), labels.known[8][window]]
        x8 += [votes.other_regions[window, :, slot], votes.other_regions_weight[window]]
        if told is not None:
            x8.append(told[window, slot])
        a8 = self.error8_res(F.relu(self.error8_in(torch.cat(x8, 1)) + self.error8_image(f[8])[window]))
        x4 = torch.cat([pair(labels.own, 4), labels.known[4][window]], 1)
        a4 = F.relu(self.error4_in(x4) + upsample(self.error4_up(a8), 2) + self.error4_image(f[4])[window])
        logit = self.error4_out(a4) * pair(labels.own, 4)
        total = torch.zeros(labels.valid.shape[0], *logit.shape[1:], device=logit.device, dtype=logit.dtype)
        return total.index_add(0, window, logit) / labels.own[4].sum(1, keepdim=True).clamp(min=1e-3)

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
        offset: Tuple[float, float] = (0.0, 0.0),
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
        diffused = self.diffuse(upsample(mixed, 2), pixels4, labels)
        features = {2: f[2], 4: pixels4, 8: pixels8}
        window, slot = self.pairs(labels.valid)
        lead, width, between = rivals(given, window, slot, slots)
        logits2, other4 = self.decode_slots(spread, diffused, torch.cat([lead, width], 1), told, features, labels)
        gate = self.hole_gate(hole_shape(between, labels.known[2]), pixels8)

        # Two channels: the plain memory format is several times faster here.
        logits1 = upsample(logits2.contiguous(), 2)
        pairs = logits1[:, 0] + self.prior_scale * labels.prior[1][window, slot]
        pairs = pairs + (logits1[:, 1] + gate[window, 0]) * labels.far[1][window, slot]
        pairs = pairs + self.diffused_scale * upsample(diffused, 4)[:, 0]
        if told is not None:
            pairs = pairs + self.support_scale * upsample(told[window, slot, 1][:, None], 8)[:, 0]
        full = torch.full((*labels.valid.shape, *given.shape[1:]), MASKED_LOGIT, device=pairs.device, dtype=pairs.dtype)
        full = full.index_put((window, slot), pairs).masked_fill(~labels.valid[:, :, None, None], MASKED_LOGIT)
        error_logit = None if votes is None else self.detect_errors(votes, told, features, labels)
        context = self.image_context(f, offset) if image_context else None
        return Output(torch.cat([full, upsample(other4, 4)], 1), error_logit, context)
