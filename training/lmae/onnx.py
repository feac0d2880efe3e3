"""Export to ONNX, to measure the browser's engine against ONNX Runtime on the same weights.

`python3 -m lmae.onnx --model ../public/models/lmae-small --out lmae.onnx [--size 224] [--slots 8]`

One window of a fixed size in which all slots are visible; how many patches are visible is free. What the app computes
in plain code before its network (distances to rivals, the list of visible patches) are inputs here as well.
"""

from __future__ import annotations

import argparse
import inspect
import warnings
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .model.autoencoder import UNKNOWN, ImageFeatures, Labels, position_embedding, upsample
from .model.lmae import LMAE
from .model.pairs import Pairs
from .model.rivals import hole_shape, rivals
from .model.support import without_support
from .model.weights import load

OPSET = 16


class WindowInput(NamedTuple):
    """What the exported network reads, in the order of its inputs; K slots, V visible of N16 patches."""

    image: Tensor  # [1, 3, H, W], 0..1
    given: Tensor  # int32 [1, H, W], slot, NO_SLOT or UNKNOWN
    nearest: Tensor  # int32 [1, H, W], `given` of the nearest known pixel
    distance: Tensor  # [1, H, W], px to it
    against: Tensor  # [K, 2, h2, w2], lead and width of `model.rivals`
    between: Tensor  # [1, 1, h2, w2], of the same
    order: Tensor  # int64 [V], the visible patches
    place: Tensor  # int64 [N16], where a patch is in `order`, V = hidden


def window_input(image: Tensor, given: Tensor, nearest: Tensor, distance: Tensor, slots: int) -> WindowInput:
    """`LMAE.forward`'s arguments, one window [1, ...] -> the network's inputs.

    Raises ValueError when a slot is visible nowhere: the export decodes all of them.
    """
    absent = set(range(slots)) - set(given.unique().tolist())
    if absent:
        raise ValueError(f"slots {sorted(absent)} are visible nowhere in the window")
    lead, width, between = rivals(given, Pairs(torch.ones(1, slots, dtype=torch.bool)))
    known = F.max_pool2d((given != UNKNOWN).float()[:, None], 16).flatten() > 0
    order = known.nonzero()[:, 0]
    place = torch.full((len(known),), len(order))
    place[order] = torch.arange(len(order))
    against = torch.cat([lead, width], 1)
    return WindowInput(image, given.int(), nearest.int(), distance, against, between, order, place)


class OneWindow(nn.Module):
    """`LMAE.forward` of one window without support, in operations ONNX knows: no gather, scatter or masks over pairs.

    The test holds it to the model: where one changes, so does the other.
    """

    position: Tensor

    def __init__(self, model: LMAE, size: int, slots: int) -> None:
        super().__init__()
        self.model = LMAE(replace(model.config, support=False))
        self.model.load_state_dict(without_support(model.state_dict()))
        self.slots = slots
        self.cells = size // 16
        position = position_embedding(self.cells, self.cells, model.config.dim, torch.device("cpu"))
        self.register_buffer("position", position)

    def forward(self, *inputs: Tensor) -> Tensor:
        """The fields of `WindowInput` -> logits [1, K + 1, H, W], the slots and "other"."""
        image, given, nearest, distance, against, between, order, place = inputs
        model = self.model
        labels = model.prepare_labels(given, nearest, distance, self.slots)
        f = model.encode_image(image)
        context8 = self.context(f, labels, order, place)
        pixels8 = model.fuse_context(f, context8)
        pixels4 = F.relu(model.pixel4_image(f[4]) + upsample(model.pixel4_context(pixels8), 2))
        spread, _ = model.propagate(pixels8, labels)
        mixed = (spread * model.head_mix.softmax(0)[:, None, None, None]).sum(1)
        diffused = self.diffuse(upsample(mixed, 2), pixels4, labels)
        logits2, other4 = self.decode_slots(spread, diffused, against, {2: f[2], 4: pixels4, 8: pixels8}, labels)
        gate = model.hole_gate(hole_shape(between, labels.known[2]), pixels8)
        logits1 = upsample(logits2, 2)
        seen = logits1[:, 0] + model.prior_scale * labels.prior[1][0]
        seen = seen + (logits1[:, 1] + gate[:, 0]) * labels.far[1][0]
        seen = seen + model.diffused_scale * upsample(diffused, 4)[:, 0]
        return torch.cat([seen[None], upsample(other4, 4)], 1)

    def context(self, f: ImageFeatures, labels: Labels, order: Tensor, place: Tensor) -> Tensor:
        """The masked autoencoder: context [1, C8, h8, w8]."""
        model, cells = self.model, self.cells
        tokens = self.fuse_map(f[16], labels) + self.position
        x = tokens.index_select(1, order)
        for block in model.encoder:
            x = block(x, torch.zeros(1))
        embedded = model.decoder_embed(model.encoder_norm(x))
        sources = torch.cat([embedded, model.mask_token[None, None]], 1)
        context = model.context8(model.supplement(sources.index_select(1, place), f[16], self.position))
        return upsample(context.transpose(1, 2).reshape(1, -1, cells, cells), 2)

    def fuse_map(self, patches: Tensor, labels: Labels) -> Tensor:
        """As `LMAE.fuse_map`: tokens [1, N16, D]."""
        model, slots = self.model, self.slots
        side = model.config.patch // 2
        own = F.pixel_unshuffle(labels.own[2].transpose(0, 1), side)
        known = F.pixel_unshuffle(labels.known[2], side).expand(slots, -1, -1, -1)
        pairs = torch.cat([own, known], 1).flatten(2).transpose(1, 2)
        seen = (labels.own[16][0] > 0).float().reshape(slots, -1, 1)
        embedded = (model.fuse2(F.relu(model.fuse1(pairs))) * seen).sum(0, keepdim=True)
        share = labels.known[16].flatten(2).transpose(1, 2)
        return patches.flatten(2).transpose(1, 2) + model.fuse_known(share) + embedded

    def diffuse(self, start: Tensor, pixels4: Tensor, labels: Labels) -> Tensor:
        """As `LMAE.diffuse`: [K, 1, h4, w4]."""
        unknown = 1 - labels.known[4]
        weights = self.model.affinity(pixels4).softmax(1) * unknown
        own = labels.own[4].transpose(0, 1)
        share = own + unknown * start.transpose(0, 1)
        for _ in range(self.model.config.diffusion_steps):
            neighbours = F.conv2d(share, self.model.taps, padding=1)
            share = own + (neighbours * weights).sum(1, keepdim=True)
        return share

    def decode_slots(
        self, spread: Tensor, diffused: Tensor, against: Tensor, f: ImageFeatures, labels: Labels
    ) -> tuple[Tensor, Tensor]:
        """As `LMAE.decode_slots`: logits [K, 2, h2, w2] and that of "other" [1, 1, h4, w4]."""
        model = self.model

        def rasters(stride: int) -> list[Tensor]:
            own, prior = (levels[stride].transpose(0, 1) for levels in (labels.own, labels.prior))
            return [prior, own, labels.known[stride].expand(self.slots, -1, -1, -1)]

        heads = spread[0].transpose(0, 1)
        x8 = [heads, *rasters(8), labels.far[8].transpose(0, 1), F.avg_pool2d(against, 4)]
        a8 = model.slot8_res(F.relu(model.slot8_in(torch.cat(x8, 1)) + model.slot8_image(f[8])))
        a8 = a8 + model.slot8_mean(a8.mean(0, keepdim=True))
        x4 = [diffused, *rasters(4), F.avg_pool2d(against, 2)]
        a4 = model.slot4_in(torch.cat(x4, 1)) + upsample(model.slot4_up(a8), 2) + model.slot4_image(f[4])
        a4 = model.slot4_res(F.relu(a4))
        x2 = [*rasters(2), against]
        a2 = model.slot2_in(torch.cat(x2, 1)) + upsample(model.slot2_up(a4), 2) + model.slot2_image(f[2])
        logits2 = model.slot2_out(F.relu(model.slot2_res(F.relu(a2))))
        return logits2, model.other_image(f[4]) + model.other_slots(a4).amax(0, keepdim=True)


def export(model: LMAE, out: Path, size: int, slots: int) -> None:
    """Writes the network for windows of size x size px and `slots` visible slots."""
    given = (torch.arange(size * size) % slots).reshape(1, size, size)
    given[:, :16, :16] = UNKNOWN  # The number of visible patches must differ from that of all, or it is taken for it.
    example = window_input(torch.zeros(1, 3, size, size), given, given, torch.zeros(1, size, size), slots)
    # PyTorch 2 has a second exporter, which needs more packages than `onnx`.
    script = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Sizes are meant to be taken as constants.
        torch.onnx.export(
            OneWindow(model, size, slots).eval(),
            tuple(example),
            str(out),
            opset_version=OPSET,
            input_names=list(WindowInput._fields),
            output_names=["logits"],
            dynamic_axes={"order": {0: "visible"}},
            **script,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="Export to ONNX.")
    parser.add_argument("--model", type=Path, required=True, help="exported weights, e.g. ../public/models/lmae-small")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--slots", type=int, default=8)
    args = parser.parse_args()
    model, config = load(args.model)
    if not isinstance(model, LMAE):
        parser.error(f"{config.name} knows fixed classes only")
    export(model, args.out, args.size, args.slots)


if __name__ == "__main__":
    main()
