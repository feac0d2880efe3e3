"""The shape of one L-MAE, as stored in `config.json` beside the exported weights."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Dict, Optional, Tuple


@dataclass(frozen=True)
class Config:
    """Sizes and constants of a model; everything an implementation needs besides the weights.

    All grids are named by their stride in window pixels: 2, 4, 8 and 16 (the patch).
    """

    name: str = "lmae-small"
    patch: int = 16
    #: Pretrained image backbone in place of the stem (`lmae.model.backbone.LAYOUTS`); None: the stem.
    backbone: Optional[str] = None
    #: Channels of the image's features at stride 2, 4, 8, whether from the stem or the backbone.
    stem: Tuple[int, int, int] = (24, 48, 96)
    #: Width of a token, blocks of the encoder (visible patches) and of the decoder (all patches).
    dim: int = 192
    depth: int = 6
    decoder_depth: int = 3
    head_dim: int = 64
    mlp_ratio: int = 4
    #: Hidden width of the slot embedding in the fuse map.
    fuse_width: int = 96
    #: Label propagation at stride 8: heads, width of a head's queries and keys.
    propagate_heads: int = 4
    propagate_dim: int = 32
    #: Steps of learned diffusion at stride 4.
    diffusion_steps: int = 8
    #: Channels of the decoder run per slot, at stride 8, 4, 2.
    slot_width: Tuple[int, int, int] = (32, 24, 16)
    #: Length in window pixels over which the nearest-label prior fades.
    prior_length: float = 8.0
    #: The same of a second, slowly fading prior, for holes wider than that.
    far_length: float = 64.0
    #: Classes of a fixed taxonomy, a channel each (`model.fixed`); 0: anonymous slots.
    fixed_classes: int = 0
    #: The slots' class posteriors under a classifier of other labelled images are an input (`model.support`).
    support: bool = False
    image_mean: float = 0.45
    image_std: float = 0.27
    layer_norm_epsilon: float = 1e-6
    #: GELU as x * sigmoid(1.702 x): three plain kernels on every engine.
    gelu: str = "sigmoid-1.702"
    #: The most slots a request may have.
    max_slots: int = 24

    def to_json(self) -> Dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(data: Dict[str, Any]) -> "Config":
        known: Dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
        return Config(**known)


def with_backbone(config: Config, name: Optional[str]) -> Config:
    """The same network on a pretrained backbone, with images normalised as it wants them: (255 x - 127) / 128."""
    if name is None:
        return config
    return replace(config, backbone=name, image_mean=127 / 255, image_std=128 / 255)


SMALL = Config()
#: For tests of the machinery on slow engines; its answers mean nothing.
TINY = Config(
    name="lmae-tiny",
    stem=(8, 16, 16),
    dim=64,
    depth=1,
    decoder_depth=1,
    fuse_width=16,
    propagate_heads=2,
    propagate_dim=8,
    diffusion_steps=2,
    slot_width=(8, 8, 8),
)

CONFIGS = {config.name: config for config in (SMALL, TINY)}
