"""Training: `python3 -m lmae.train --data /data/*.tar --out runs/small --minutes 90`.

Resumable (the same command goes on from `OUT/last.pt`, which SIGTERM writes as well), bounded by a time budget over
which the learning rate follows a cosine, and warm-started from shipped weights with `--init`. Runs on a CPU, one GPU,
or several by `torchrun --nproc_per_node N -m lmae.train ...`.
"""

from __future__ import annotations

import argparse

from .data.sets import load_sets
from .training.loop import train
from .training.options import training_options


def main() -> None:
    args = argparse.ArgumentParser(parents=[training_options()]).parse_args()
    train(args, load_sets(args.data, "train"))


if __name__ == "__main__":
    main()
