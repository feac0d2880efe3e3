"""The options of a training run, which several commands take."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Tuple

from ..model.backbone import LAYOUTS
from ..model.config import CONFIGS


def size_share(text: str) -> Tuple[int, float]:
    """ "160:0.6" -> (160, 0.6); a size alone has share 1."""
    size, _, share = text.partition(":")
    if int(size) % 16:
        raise argparse.ArgumentTypeError(f"{size}: a window's side is a multiple of 16")
    return int(size), float(share or 1)


def training_options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description="Train L-MAE.", formatter_class=argparse.ArgumentDefaultsHelpFormatter, add_help=False
    )
    parser.add_argument("--data", nargs="+", type=Path, required=True, help="tars or folders of sets")
    parser.add_argument("--out", required=True, help="folder of checkpoints, outside the repository")
    parser.add_argument("--config", choices=sorted(CONFIGS), default="lmae-small")
    parser.add_argument(
        "--fixed-classes", action="store_true", help="the classes of the one set given, as the paper's model has"
    )
    parser.add_argument("--backbone", choices=sorted(LAYOUTS), help="pretrained image backbone in place of the stem")
    parser.add_argument(
        "--frozen", type=float, default=0.67, help="share of the budget over which the backbone stays as it is"
    )
    parser.add_argument("--support", action="store_true", help="listen to classifiers of other labelled images")
    parser.add_argument("--support-share", type=float, default=0.5, help="of the windows that get such support")
    parser.add_argument("--support-images", type=int, default=0, help="images a set that may have it; 0: all")
    parser.add_argument("--episode-minutes", type=float, default=20, help="between draws of classifiers")
    parser.add_argument("--error-share", type=float, default=1.0, help="of the batches that train the error head")
    parser.add_argument("--init", help="exported model folder or last.pt to start from")
    parser.add_argument("--minutes", type=float, default=90, help="time budget over all sessions")
    parser.add_argument("--windows", type=int, default=0, help="budget in windows instead")
    parser.add_argument("--sizes", type=size_share, nargs="+", help="window sizes and shares, e.g. 160:0.6 224:0.4")
    parser.add_argument(
        "--session-minutes", type=float, default=0, help="stop (resumable) after this long; 0: no limit"
    )
    parser.add_argument("--save-minutes", type=float, default=3)
    parser.add_argument("--keep-every", type=int, default=0, help="windows between checkpoints kept for a curve")
    parser.add_argument("--batch", type=int, default=16, help="windows of 160 px a batch; other sizes to equal pixels")
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--warmup", type=int, default=100, help="steps")
    parser.add_argument("--weight-decay", type=float, default=0.05)
    parser.add_argument("--visible-weight", type=float, default=0.1)
    parser.add_argument("--error-weight", type=float, default=0.5)
    parser.add_argument("--semantic-weight", type=float, default=1.0)
    parser.add_argument("--ema", type=float, default=0.998)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="", help="default: cuda if there is one")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--prefetch", type=int, default=4, help="batches ahead, a worker")
    parser.add_argument("--bf16", action="store_true", help="bf16 on a CPU that has it (CUDA always uses it)")
    parser.add_argument("--no-record", action="store_true", help="launch kernels one by one on CUDA, no graphs")
    parser.add_argument("--compile", action="store_true", help="torch.compile (PyTorch 2)")
    return parser
