"""The evaluation protocol: how well hidden labels are rebuilt, against nearest copying and what is possible.

`python3 -m lmae.evaluate --model ../public/models/NAME --data TAR_OR_DIR... --split val --out report.json`

224-px windows at stride 224 (smaller images scaled up), at most --max-windows seeded windows a set and mask
kind, void ignored. All figures are in percent and count hidden pixels only.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

import torch

from .data.masks import PROTOCOL_MASKS
from .data.sets import load_sets
from .evaluation.context import averaged
from .evaluation.scoring import KEYS, MAX_WINDOWS, evaluate_model, mask_name, model_predictor
from .memory import keep_freed_memory
from .model.weights import load
from .support.set_support import support_from


def main() -> None:
    parser = argparse.ArgumentParser(prog="lmae.evaluate", description="Scores exported weights on held-out sets.")
    parser.add_argument("--model", type=Path, required=True, help="an exported folder, or a checkpoint of a run")
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="tars, set folders, or folders of them")
    parser.add_argument("--split", default="val")
    parser.add_argument("--out", type=Path, required=True, help="report.json to write")
    parser.add_argument(
        "--masks", nargs="+", type=mask_name, default=list(PROTOCOL_MASKS), help="also randomN and blockN, N percent"
    )
    parser.add_argument("--sets", nargs="+", help="only these sets")
    parser.add_argument("--max-windows", type=int, default=MAX_WINDOWS, help="a set and mask (at most 200)")
    parser.add_argument(
        "--ratio", type=float, default=0.0, help="hide context too, up to this mask ratio, as the app can"
    )
    parser.add_argument("--passes", type=int, default=2, help="passes to average; every second one is mirrored")
    parser.add_argument(
        "--support", type=int, default=0, help="labelled images of --support-split that each set is known from; 0: none"
    )
    parser.add_argument("--support-split", default="train")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    args = parser.parse_args()
    keep_freed_memory()
    torch.set_num_threads(args.threads)
    model, config = load(args.model)
    predict = model_predictor(model.to(args.device), args.device)
    # With fixed classes one pass: blending lets a class abstain that is not visible, there it may be the answer.
    if not config.fixed_classes and (args.passes > 1 or args.ratio > 0):
        predict = averaged(predict, args.ratio, args.passes)
    sets = load_sets(args.data, args.split, args.sets)
    support = None
    if args.support:
        if not config.support:
            parser.error(f"{args.model} was not trained to listen to support; leave out --support")
        support = support_from(model, load_sets(args.data, args.support_split, args.sets), args.support)
    report = evaluate_model(
        predict,
        sets,
        args.masks,
        args.max_windows,
        progress=lambda s: print(s, flush=True),
        fixed_classes=config.fixed_classes,
        support=support,
    )
    for mask, scores in report["mean"].items():
        print(f"{'mean':12s} {mask:10s} " + "  ".join(f"{key} {scores[key]:6.2f}" for key in KEYS))
    report.update(passes=args.passes, ratio=args.ratio, support=args.support)
    args.out.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
