"""The paper's two tables, on the photographs a user has.

`python3 -m lmae.paper --table voc|cityscapes --root FOLDER --model EXPORTED [--out report.json]`
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

import torch

from .data.dataset import DataError
from .data.folders import read_layout
from .evaluation.paper import MASK, TABLES, markdown, score_table
from .evaluation.scoring import model_predictor
from .memory import keep_freed_memory
from .model.weights import load


def main() -> None:
    parser = argparse.ArgumentParser(prog="lmae.paper", description="The paper's tables on folders you have.")
    parser.add_argument("--table", choices=sorted(TABLES), required=True)
    parser.add_argument("--root", type=Path, help="VOCdevkit/VOC2012, or the folder of leftImg8bit and gtFine")
    parser.add_argument("--model", type=Path, help="an exported folder, of fixed classes or anonymous slots")
    parser.add_argument("--split", default="val")
    parser.add_argument("--out", type=Path, help="report.json to write")
    parser.add_argument("--max-windows", type=int, default=0, help="seeded; 0: all")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    args = parser.parse_args()
    table = TABLES[args.table]
    if args.root is None:
        parser.error(f"not run: no --root with {table.layout.title}; {table.layout.remedy}")
    if args.model is None:
        parser.error(
            f"not run: no --model; train one by 'python3 -m lmae.train --fixed-classes --data {args.root} "
            f"--sizes {table.size} --out RUN', export it by lmae.export, and give that folder"
        )
    keep_freed_memory()
    torch.set_num_threads(args.threads)
    try:
        model, config = load(args.model)
        data = read_layout(table.layout, args.root, args.split)
        if data is None:
            raise DataError(f"{args.root} has no split '{args.split}'; {table.layout.remedy}, or name another --split")
        predict = model_predictor(model.to(args.device), args.device)
        report = score_table(predict, table, data, args.max_windows, config.fixed_classes)
    except (OSError, ValueError) as error:
        parser.error(f"not run: {error}")
    print(f"{table.layout.title} {args.split}: {report['windows']} crops of {table.size} px at that stride, a random")
    print("50 % of the 16-px patches hidden; percent. The paper's figure is quoted, not measured here.\n")
    print(markdown(config.name, report["rows"]))
    if args.out:
        about = {"table": args.table, "split": args.split, "size": table.size, "mask": MASK, "model": config.name}
        args.out.write_text(json.dumps({**about, **report}, indent=1) + "\n")


if __name__ == "__main__":
    main()
