"""A temperature for the mean of 1, 2, 4 and 8 passes, fitted on training splits and checked on others.

`python3 -m lmae.calibrate --model ../public/models/NAME --data TAR_OR_DIR... --write`
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

import torch

from .data.sets import load_sets
from .evaluation.calibration import calibrate, reliability
from .evaluation.scoring import model_predictor
from .memory import keep_freed_memory
from .model.weights import load
from .support.set_support import support_from

APP_PASSES = 2
"""The app's default, by which it tells how often it is right."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the temperatures of exported weights.")
    parser.add_argument("--model", type=Path, required=True, help="an exported folder")
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--fit-split", default="train")
    parser.add_argument("--check-split", default="val")
    parser.add_argument("--sets", nargs="+", help="only these sets")
    parser.add_argument("--windows", type=int, default=8, help="a set and mask")
    parser.add_argument("--support", type=int, default=64, help="labelled images of --fit-split that know a set")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--write", action="store_true", help="write the temperatures and ECE into the model's model.json"
    )
    args = parser.parse_args()
    keep_freed_memory()
    torch.set_num_threads(args.threads)
    model, config = load(args.model)
    if config.fixed_classes:
        parser.error(f"{args.model} has fixed classes; the app, which reads the temperatures, needs anonymous slots")
    fit, check = (load_sets(args.data, split, args.sets) for split in (args.fit_split, args.check_split))
    support = support_from(model, fit, args.support) if config.support and args.support else None
    result = calibrate(model_predictor(model), fit, check, args.windows, support)
    print(json.dumps(result, indent=1))
    if args.write:
        path = args.model / "model.json"
        document = json.loads(path.read_text())
        calibration = {"temperatures": result["temperatures"], "ece": result["ece"]}
        if "with support" in result:
            calibration["ece with support"] = result["with support"]["ece"]
        measured = {**document.get("reliability", {}), "live": reliability(result, APP_PASSES)}
        path.write_text(json.dumps({**document, "calibration": calibration, "reliability": measured}, indent=1) + "\n")


if __name__ == "__main__":
    main()
