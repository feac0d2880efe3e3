"""Ranking of architectures at equal budgets: `python3 -m lmae.experiments --data DATA --out /runs/ranking NAME...`.

Each named config is trained from scratch with the same stream of windows and scored on validation windows.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import torch

from .data import load_sets
from .evaluate import evaluate_model, model_predictor
from .export import load
from .memory import keep_freed_memory

SETS = ("camvid", "idd", "facade", "clothing", "bsds", "horses", "aerialroads")
MASKS = ("random50", "block50", "component", "band")


def main() -> None:
    parser = argparse.ArgumentParser(description="Rank configs at equal training budgets.")
    parser.add_argument("names", nargs="+")
    parser.add_argument("--data", nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--windows", type=int, default=20000)
    parser.add_argument("--size", default="128")
    parser.add_argument("--max-windows", type=int, default=24)
    parser.add_argument("--threads", type=int, default=1)
    args, rest = parser.parse_known_args()
    for name in args.names:
        run = args.out / name
        base = [sys.executable, "-m"]
        train = [*base, "lmae.train", "--config", name, "--data", *args.data, "--out", str(run)]
        train += ["--windows", str(args.windows), "--sizes", args.size, "--threads", str(args.threads), *rest]
        began = time.monotonic()
        subprocess.run(train, check=True)
        minutes = (time.monotonic() - began) / 60
        subprocess.run(
            [*base, "lmae.export", "--checkpoint", str(run / "last.pt"), "--out", str(run / "model")], check=True
        )
        keep_freed_memory()
        torch.set_num_threads(args.threads)
        model, _ = load(run / "model")
        sets = load_sets(args.data, "val", SETS)
        report = evaluate_model(model_predictor(model), sets, MASKS, args.max_windows)
        report["minutes"] = round(minutes, 1)
        (run / "report.json").write_text(json.dumps(report, indent=1) + "\n")
        gains = {m: round(s["pa_miou"] - s["nearest_pa_miou"], 2) for m, s in report["mean"].items()}
        print(name, f"{minutes:.1f} min", gains, flush=True)


if __name__ == "__main__":
    main()
