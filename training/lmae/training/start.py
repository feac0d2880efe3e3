"""What a run starts from: a new network, or weights of an earlier one that had fewer channels or parts."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Dict, Tuple

import torch
from torch import Tensor

from ..model.autoencoder import MaskedAutoencoder
from ..model.config import CONFIGS, Config, with_backbone
from ..model.fixed import build_model
from ..model.weights import load_state

#: Weights that have got more input channels since (`model.rivals`).
WIDENED_WEIGHTS = ("slot8_in.weight", "slot4_in.weight", "slot2_in.weight", "error8_in.weight")
#: Parts that the network has got since, by the start of their names.
ADDED_PARTS = ("error", "hole", "support", "other_support")


def start_model(args: argparse.Namespace, fixed_classes: int = 0) -> Tuple[MaskedAutoencoder, Config, str]:
    """A new model, warm-started from an exported folder or a checkpoint when --init names one; and where from.

    Raises ValueError when those weights have other fixed classes: their channels mean something else.
    """
    config = replace(with_backbone(CONFIGS[args.config], args.backbone), support=args.support)
    if fixed_classes:
        config = replace(config, name=f"{config.name}-fixed", fixed_classes=fixed_classes, support=False)
    model = build_model(config)
    origin = "scratch"
    if args.init:
        path = Path(args.init)
        if path.suffix == ".pt":
            saved = torch.load(path, map_location="cpu")
            state, before = saved["ema"], saved["summary"]
        else:
            state, saved = load_state(path)
            before = saved["training"]
        classes = saved["config"].get("fixed_classes", 0)
        if classes != fixed_classes:
            raise ValueError(
                f"--init {path} has {classes} fixed classes, this run {fixed_classes} (0: anonymous slots): "
                "give weights trained the same way, or leave out --init"
            )
        model.load_state_dict(widened(state, model.state_dict()))
        origin = f"{saved['config']['name']} after {before.get('windows', 'unknown')} windows"
        origin += f" ({before.get('initialised from', 'unknown')})"
    return model, config, origin


def widened(state: Dict[str, Tensor], wanted: Dict[str, Tensor]) -> Dict[str, Tensor]:
    """`state` with what the network has gained since: new channels at zero, an error head or hole gate as initialised.

    Until it is trained on, the network completes labels as before. Raises ValueError for any other difference.
    """
    merged = dict(wanted)
    for name, value in state.items():
        if name not in wanted or (value.shape != wanted[name].shape and name not in WIDENED_WEIGHTS):
            raise ValueError(f"the weights to start from do not fit the network at '{name}': give those of its config")
        fresh = torch.zeros_like(wanted[name])
        fresh[tuple(slice(n) for n in value.shape)] = value
        merged[name] = fresh
    lacking = [name for name in wanted if name not in state and not name.startswith(ADDED_PARTS)]
    if lacking:
        raise ValueError(f"the weights to start from lack '{lacking[0]}': give those of the network's config")
    return merged
