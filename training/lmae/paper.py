"""The paper's two tables, on the photographs a user has (Patterns 2025, doi 10.1016/j.patter.2025.101455).

`python3 -m lmae.paper --table voc|cityscapes --root FOLDER --model EXPORTED [--out report.json]`

Crops of 224 px (Pascal VOC 2012) or 448 px (Cityscapes) at that stride, a random 50 % of the 16-px patches hidden,
PA-mIoU over the set in percent. The paper's own figure is quoted beside ours, never computed; no code of it was
released, so its crops and masks may differ from these.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from .dataset import DataError, DataSet, require_classes
from .evaluate import BATCH, Predict, model_predictor, tally_tasks
from .export import load
from .folders import LAYOUTS, Layout, read_layout
from .memory import keep_freed_memory
from .protocol import WINDOW, protocol_tasks, protocol_windows

MASK = "random50"


@dataclass(frozen=True)
class Table:
    """A setting of the paper. averages: what the mean is over, and the class ids left out; the paper's is first."""

    layout: Layout
    size: int
    paper: float
    averages: tuple[tuple[str, tuple[int, ...]], ...]


TABLES = {
    "voc": Table(
        LAYOUTS["voc"], 224, 91.0, (("20 classes without background", (0,)), ("21 classes with background", ()))
    ),
    "cityscapes": Table(LAYOUTS["cityscapes"], 448, 86.4, (("19 classes", ()),)),
}


def score_table(predict: Predict, table: Table, data: DataSet, max_windows: int, fixed_classes: int) -> dict[str, Any]:
    """{"windows", "rows": [{"classes", "pa_miou", "nearest_pa_miou", "ceiling", "paper"}]}, percent.

    max_windows 0: all. Raises DataError where the set's classes are not the model's, or no window can be scored.
    """
    require_classes([data], fixed_classes)
    windows = protocol_windows(data, size=table.size)
    tasks = protocol_tasks(windows, MASK, max_windows or sys.maxsize, fixed_classes=fixed_classes)
    # A batch of larger crops holds fewer: memory as in lmae.evaluate.
    tallies = tally_tasks(predict, tasks, False, max(1, BATCH * WINDOW**2 // table.size**2))
    if tallies.windows == 0:
        raise DataError(f"{data.name}: no crop has a label on it; give a split whose labels are published, as val")
    rows: list[dict[str, Any]] = []
    for words, left_out in table.averages:
        pairs = (("pa_miou", tallies.model), ("nearest_pa_miou", tallies.nearest), ("ceiling", tallies.ceiling))
        figures = {key: round(100 * tally.mean_iou(left_out), 2) for key, tally in pairs}
        rows.append({"classes": words, **figures, "paper": None if rows else table.paper})
    return {"windows": tallies.windows, "rows": rows}


def markdown(name: str, rows: list[dict[str, Any]]) -> str:
    """The table: a row an average, the paper's figure only beside the classes it counts."""
    lines = ["| model | PA-mIoU ours | nearest copying | paper's figure |", "|---|---|---|---|"]
    for row in rows:
        paper = "" if row["paper"] is None else f"{row['paper']:.1f}"
        lines.append(f"| {name}, {row['classes']} | {row['pa_miou']:.1f} | {row['nearest_pa_miou']:.1f} | {paper} |")
    return "\n".join(lines)


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
