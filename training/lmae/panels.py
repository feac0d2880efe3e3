"""Pictures to look at: image, visible label, nearest copying, L-MAE and truth, side by side.

`python3 -m lmae.panels --model ../public/models/NAME --data TAR_OR_DIR... --out runs/panels`

One PNG a set and mask, a row a window. Where a set's terms forbid passing its photographs on, the panels are no
more free than those: `runs/` is ignored by git.
"""

from __future__ import annotations

import argparse
from itertools import islice
from pathlib import Path

from PIL import Image

from .data.sets import load_sets
from .evaluation.context import averaged
from .evaluation.panels import panel
from .evaluation.protocol import protocol_tasks, protocol_windows
from .evaluation.scoring import mask_name, model_predictor
from .model.weights import load


def main() -> None:
    parser = argparse.ArgumentParser(prog="lmae.panels", description="Pictures of what the model rebuilds.")
    parser.add_argument("--model", type=Path, required=True, help="an exported folder")
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--split", default="val")
    parser.add_argument("--sets", nargs="+", help="only these sets")
    parser.add_argument("--masks", nargs="+", type=mask_name, default=["block50", "component", "band"])
    parser.add_argument("--windows", type=int, default=4)
    parser.add_argument("--passes", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("runs/panels"))
    args = parser.parse_args()
    model, config = load(args.model)
    if config.fixed_classes:
        parser.error(f"{args.model} has fixed classes; panels show models with anonymous slots")
    predict = averaged(model_predictor(model), 0.0, args.passes)
    args.out.mkdir(parents=True, exist_ok=True)
    for data in load_sets(args.data, args.split, args.sets):
        for mask in args.masks:
            tasks = list(protocol_tasks(islice(protocol_windows(data), 4 * args.windows), mask, args.windows))
            if tasks:
                Image.fromarray(panel(predict, tasks)).save(args.out / f"{data.name}-{mask}.png")


if __name__ == "__main__":
    main()
