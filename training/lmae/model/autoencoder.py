"""The parts that anonymous slots (`model.lmae`) and fixed classes (`model.fixed`) share: stem, encoder, decoder.

Shapes: B windows, K slots or classes, H x W pixels (multiples of 16), hN = H / N, N16 = h16 * w16, D = dim.
Mask convention, everywhere: a pixel is *known* (its given label is visible) or not; a patch without a known
pixel is hidden, i.e. not encoded. `given` holds a slot index at known pixels, NO_SLOT at known pixels whose
class has no slot, and UNKNOWN elsewhere.
"""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .backbone import Backbone
from .config import Config

UNKNOWN = 255
NO_SLOT = 254
MASKED_LOGIT = -1e9
#: Shift of the positions along y and x, in patches: two numbers or a tensor [2].
Offset = Union[Tuple[float, float], Tensor]


class Labels(NamedTuple):
    """The visible label and the prior as the network sees them, at full resolution and pooled."""

    own: Dict[int, Tensor]  # stride -> [B, K, h, w], share of the cell's pixels that show the slot
    known: Dict[int, Tensor]  # stride -> [B, 1, h, w], share that shows any label
    prior: Dict[int, Tensor]  # stride -> [B, K, h, w], nearest-label prior
    far: Dict[int, Tensor]  # the same, fading slowly
    valid: Tensor  # [B, K] bool, the slot is visible somewhere in the window


#: What every pass over a window needs of its image, by stride: [B, C, h, w] at 2, 4 and 8, the patch embedding at 16.
ImageFeatures = Dict[int, Tensor]


class Output(NamedTuple):
    """What the network returns for a window."""

    logits: Tensor  # [B, K + 1, H, W], the slots, then "other"; slots visible nowhere have -1e9
    error_logit: Optional[Tensor]  # [B, 1, h4, w4], logit that the slot visible there is wrong; None: not asked for
    image_context: Optional[Tensor] = None  # [B, C8, h8, w8], with all labels hidden; None: not asked for


class LayerNorm2d(nn.LayerNorm):
    """Layer norm over the channels of [B, C, h, w]."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class ResidualConv(nn.Module):
    """x + conv(relu(conv(x))), 3x3, same channels."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.conv2.weight)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv2(F.relu(self.conv1(x)))


class Block(nn.Module):
    """A pre-norm transformer block."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        dim = config.dim
        self.heads = dim // config.head_dim
        self.norm1 = nn.LayerNorm(dim, eps=config.layer_norm_epsilon)
        self.qkv = nn.Linear(dim, 3 * dim)
        self.proj = nn.Linear(dim, dim)
        self.norm2 = nn.LayerNorm(dim, eps=config.layer_norm_epsilon)
        self.fc1 = nn.Linear(dim, config.mlp_ratio * dim)
        self.fc2 = nn.Linear(config.mlp_ratio * dim, dim)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """x [B, N, D], bias [B, 1, 1, N] added to the attention logits (large and negative at padding)."""
        b, n, d = x.shape
        q, k, v = self.qkv(self.norm1(x)).reshape(b, n, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        weights = (q @ k.transpose(-2, -1) * (d // self.heads) ** -0.5 + bias).softmax(-1)
        x = x + self.proj((weights @ v).transpose(1, 2).reshape(b, n, d))
        return x + self.fc2(gelu(self.fc1(self.norm2(x))))


def gelu(x: Tensor) -> Tensor:
    return x * torch.sigmoid(1.702 * x)


def upsample(x: Tensor, factor: int) -> Tensor:
    """Bilinear, half-pixel centres."""
    return F.interpolate(x, scale_factor=float(factor), mode="bilinear", align_corners=False)


def position_embedding(h: int, w: int, dim: int, device: torch.device, offset: Offset = (0.0, 0.0)) -> Tensor:
    """2-D sine-cosine positions [h * w, dim]: sin y, cos y, sin x and cos x in equal shares, in patches."""
    omega = 10000.0 ** (-torch.arange(dim // 4, device=device, dtype=torch.float32) / (dim / 4))
    y = (torch.arange(h, device=device) + offset[0])[:, None] * omega
    x = (torch.arange(w, device=device) + offset[1])[:, None] * omega
    rows = torch.cat([y.sin(), y.cos()], 1)[:, None].expand(h, w, dim // 2)
    columns = torch.cat([x.sin(), x.cos()], 1)[None].expand(h, w, dim // 2)
    return torch.cat([rows, columns], 2).reshape(h * w, dim)


class MaskedAutoencoder(nn.Module):
    """Stem or backbone, encoder of visible patches, decoder of all; subclasses fuse labels in and read them out."""

    #: Compute hidden patches and slots that are not valid too, and leave them out of the answer: of more work, but
    #: always of one shape. cuDNN spends a good part of a second on every new one.
    every_slot = False

    def __init__(self, config: Config, fuse_channels: int) -> None:
        """fuse_channels: label rasters at stride 2 that one embedding of the fuse map reads."""
        super().__init__()
        self.config = config
        c2, c4, c8 = config.stem
        dim, eps = config.dim, config.layer_norm_epsilon

        if config.backbone:
            self.backbone = Backbone(config.backbone)
            taps = self.backbone.channels
            self.tap2 = nn.Conv2d(taps[2], c2, 1)
            self.tap4 = nn.Conv2d(taps[4], c4, 1)
            self.tap8 = nn.Conv2d(taps[8], c8, 1)
            # What goes to stride 8, then the patch embedding.
            self.tap16 = nn.Conv2d(taps[16], c8 + dim, 1)
            self.tap32 = nn.Conv2d(taps[32], c8 + dim, 1)
            self.tap8_norm = LayerNorm2d(c8, eps=eps)
            self.tap8_res = ResidualConv(c8)
        else:
            self.stem2a = nn.Conv2d(3, c2, 3, stride=2, padding=1)
            self.stem2b = nn.Conv2d(c2, c2, 3, padding=1)
            self.stem4 = nn.Conv2d(c2, c4, 3, stride=2, padding=1)
            self.stem4_norm = LayerNorm2d(c4, eps=eps)
            self.stem4_res = ResidualConv(c4)
            self.stem8 = nn.Conv2d(c4, c8, 3, stride=2, padding=1)
            self.stem8_norm = LayerNorm2d(c8, eps=eps)
            self.stem8_res = nn.ModuleList([ResidualConv(c8), ResidualConv(c8)])
            self.stem16 = nn.Conv2d(c8, dim, 2, stride=2)

        self.fuse1 = nn.Linear(fuse_channels * (config.patch // 2) ** 2, config.fuse_width)
        self.fuse2 = nn.Linear(config.fuse_width, dim)
        self.fuse_known = nn.Linear(1, dim)
        self.encoder = nn.ModuleList([Block(config) for _ in range(config.depth)])
        self.encoder_norm = nn.LayerNorm(dim, eps=eps)

        self.decoder_embed = nn.Linear(dim, dim)
        self.mask_token = nn.Parameter(torch.zeros(dim))
        self.ips = nn.Linear(dim, dim)
        self.decoder = nn.ModuleList([Block(config) for _ in range(config.decoder_depth)])
        self.decoder_norm = nn.LayerNorm(dim, eps=eps)

        self.context8 = nn.Linear(dim, c8)
        self.pixel8_norm = LayerNorm2d(c8, eps=eps)

    def initialise(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)
        nn.init.normal_(self.mask_token, std=0.02)

    def prepare_labels(self, given: Tensor, nearest: Tensor, distance: Tensor, slots: int) -> Labels:
        """given, nearest uint8 [B, H, W]; distance float [B, H, W], px -> Labels, pooled to every stride."""
        index = torch.arange(slots, device=given.device, dtype=given.dtype)[None, :, None, None]
        own = (given[:, None] == index).float()
        known = (given != UNKNOWN).float()[:, None]
        copied = (nearest[:, None] == index).float()
        prior = copied * torch.exp(-distance / self.config.prior_length)[:, None]
        far = copied * torch.exp(-distance / self.config.far_length)[:, None]
        pooled: List[Dict[int, Tensor]] = []
        for raster in (own, known, prior):
            levels = {1: raster}
            for stride in (2, 4, 8, 16):
                levels[stride] = F.avg_pool2d(levels[stride // 2], 2)
            pooled.append(levels)
        far8 = {1: far, 8: F.avg_pool2d(far, 8)}
        return Labels(pooled[0], pooled[1], pooled[2], far8, own.flatten(2).amax(2) > 0)

    def normalise(self, image: Tensor) -> Tensor:
        """Pixels in 0..1 -> what the stem or the backbone expects."""
        return (image - self.config.image_mean) / self.config.image_std

    def encode_image(self, image: Tensor) -> ImageFeatures:
        """The stem or the backbone: image [B, 3, H, W], 0..1 -> features by stride. The label plays no part."""
        x = self.normalise(image)
        if self.config.backbone:
            return self.read_taps(self.backbone(x))
        f2 = F.relu(self.stem2b(F.relu(self.stem2a(x))))
        f4 = self.stem4_res(F.relu(self.stem4_norm(self.stem4(f2))))
        f8 = F.relu(self.stem8_norm(self.stem8(f4)))
        for block in self.stem8_res:
            f8 = block(f8)
        return {2: f2, 4: f4, 8: f8, 16: self.stem16(f8)}

    def complete(self, f: ImageFeatures, *labels: Any, **options: Any) -> Output:
        """The label completed, from the features of the image, which passes over one image may share."""
        raise NotImplementedError

    def read_taps(self, taps: Dict[int, Tensor]) -> Dict[int, Tensor]:
        """The backbone's features by stride, 2 to 32 -> features as `stem` returns them."""
        c8 = self.config.stem[2]
        tap16, tap32 = self.tap16(taps[16]), self.tap32(taps[32])
        h, w = tap16.shape[2:]
        # Stride 32 covers a cell more where the number of patches is odd.
        coarse = tap16 + upsample(tap32, 2)[:, :, :h, :w]
        f8 = self.tap8_res(F.relu(self.tap8_norm(self.tap8(taps[8]) + upsample(coarse[:, :c8], 2))))
        return {2: F.relu(self.tap2(taps[2])), 4: F.relu(self.tap4(taps[4])), 8: f8, 16: coarse[:, c8:]}

    def encode(self, tokens: Tensor, visible: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        """tokens [B, N16, D], visible bool [B, N16] -> (latents [B, V, D], their index [B, V], padding bias)."""
        order = torch.argsort((~visible).to(torch.uint8), dim=1, stable=True)
        count = visible.sum(1)
        if not self.every_slot:
            order = order[:, : max(1, int(count.max()))]
        pad = torch.arange(order.shape[1], device=tokens.device)[None] >= count[:, None]
        bias = torch.zeros(pad.shape, device=tokens.device).masked_fill(pad, MASKED_LOGIT)[:, None, None]
        x = tokens.gather(1, order[..., None].expand(-1, -1, tokens.shape[2]))
        for block in self.encoder:
            x = block(x, bias)
        return self.encoder_norm(x), order, pad

    def decode(self, latents: Tensor, order: Tensor, pad: Tensor, patches: Tensor, position: Tensor) -> Tensor:
        """Latents back in place, mask tokens elsewhere, IPS everywhere -> context [B, N16, D]."""
        b, d, h, w = patches.shape
        embedded = self.decoder_embed(latents).masked_fill(pad[..., None], 0.0)
        grid = torch.zeros(b, h * w, d, device=patches.device, dtype=embedded.dtype)
        grid = grid.scatter_add(1, order[..., None].expand(-1, -1, d), embedded)
        shown = torch.zeros(b, h * w, device=patches.device, dtype=embedded.dtype)
        shown = shown.scatter_add(1, order, (~pad).to(embedded.dtype))[..., None]
        return self.supplement(grid + (1 - shown) * self.mask_token, patches, position)

    def supplement(self, x: Tensor, patches: Tensor, position: Tensor) -> Tensor:
        """Latents and mask tokens in place, x [B or 1, N16 or 1, D] -> context [B, N16, D]: IPS, then the decoder."""
        x = x + self.ips(patches.flatten(2).transpose(1, 2)) + position
        bias = torch.zeros(1, 1, 1, x.shape[1], device=patches.device)
        for block in self.decoder:
            x = block(x, bias)
        return self.decoder_norm(x)

    def fuse_map(self, patches: Tensor, labels: Labels) -> Tensor:
        """patches [B, D, h16, w16] -> tokens [B, N16, D] that hold image and visible label."""
        raise NotImplementedError

    def autoencode(self, f: ImageFeatures, labels: Labels, offset: Offset) -> Tensor:
        """The masked autoencoder, step by step: the image's features f -> context [B, C8, h8, w8]."""
        h, w = f[16].shape[2:]
        position = position_embedding(h, w, self.config.dim, f[16].device, offset)
        tokens = self.fuse_map(f[16], labels) + position
        latents, order, pad = self.encode(tokens, (labels.known[16] > 0).flatten(1))
        return self.spread_context(self.decode(latents, order, pad, f[16], position), h, w)

    def spread_context(self, context: Tensor, h: int, w: int) -> Tensor:
        """context [B, N16, D] -> [B, C8, h8, w8]."""
        return upsample(self.context8(context).transpose(1, 2).unflatten(2, (h, w)), 2)

    def fuse_context(self, f: ImageFeatures, context8: Tensor) -> Tensor:
        """The image's features and the context in one: [B, C8, h8, w8]."""
        return F.relu(self.pixel8_norm(f[8] + context8))

    def image_context(self, f: ImageFeatures, offset: Offset = (0.0, 0.0)) -> Tensor:
        """What the image alone gives, every label hidden: [B, C8, h8, w8], from its features f."""
        h, w = f[16].shape[2:]
        position = position_embedding(h, w, self.config.dim, f[16].device, offset)
        return self.fuse_context(f, self.spread_context(self.supplement(self.mask_token, f[16], position), h, w))
