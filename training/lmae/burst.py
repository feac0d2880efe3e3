"""A short, whole training run on a rented machine: `python3 -m lmae.burst --packs a.tar b.tar --out OUT --minutes 8`.

Unpacks what `lmae.pack` wrote, decodes every image to memory once, trains (`lmae.train` names the options that this
passes on), and leaves in OUT files of at most 16 MiB each, small enough to be carried home: the averaged weights as
exported (`OUT/model`, written again every few minutes, should the run be cut short), log.jsonl, and the state to go on
from, state-*.bin: `cat state-*.bin > last.pt`, then `lmae.train --init last.pt`. The optimiser stays behind.
"""

from __future__ import annotations

import argparse
import os
import tarfile
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import torch

from .data.dataset import DataSet
from .data.pack import decoded
from .data.sets import load_sets
from .memory import keep_freed_memory
from .model.config import Config
from .model.weights import save
from .training.loop import train
from .training.options import training_options

PIECE_BYTES = 15 * 1024 * 1024


def unpacked(packs: list[Path], split: str) -> list[DataSet]:
    """The sets of the packs, decoded, in memory."""
    sets: list[DataSet] = []
    for pack in packs:
        with tempfile.TemporaryDirectory() as folder:
            with tarfile.open(pack) as archive:
                archive.extractall(folder)
            sets += load_sets([folder], split)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [replace(data, items=tuple(pool.map(decoded, data.items))) for data in sets]


def carry_home(run: Path, out: Path) -> None:
    """Exports the averaged weights of run/last.pt to OUT/model."""
    checkpoint = torch.load(run / "last.pt", map_location="cpu")
    save(checkpoint["ema"], Config.from_json(checkpoint["config"]), out / "model", checkpoint["summary"])


def write_state(run: Path, out: Path) -> None:
    """run/last.pt without its optimiser in pieces."""
    checkpoint = torch.load(run / "last.pt", map_location="cpu")
    heads = {name: value for name, value in checkpoint["trainee"].items() if not name.startswith("model.")}
    state = {**checkpoint, "trainee": heads}
    del state["optimiser"]
    torch.save(state, run / "state.pt")
    data = (run / "state.pt").read_bytes()
    for number, start in enumerate(range(0, len(data), PIECE_BYTES), 1):
        (out / f"state-{number}.bin").write_bytes(data[start : start + PIECE_BYTES])


def main() -> None:
    parser = argparse.ArgumentParser(parents=[training_options()], conflict_handler="resolve")
    parser.add_argument("--packs", type=Path, nargs="+", required=True, help="tars of lmae.pack")
    parser.add_argument("--data", help=argparse.SUPPRESS)
    parser.add_argument("--run", type=Path, default=Path(tempfile.gettempdir()) / "lmae-burst", help="checkpoints")
    args = parser.parse_args()
    keep_freed_memory()
    begun = time.monotonic()
    sets = unpacked(args.packs, "train")
    print(f"{sum(len(data.items) for data in sets)} images decoded in {time.monotonic() - begun:.1f} s", flush=True)
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    args.out = str(args.run)
    train(args, sets, lambda: carry_home(args.run, out))
    carry_home(args.run, out)
    write_state(args.run, out)
    (out / "log.jsonl").write_bytes((args.run / "log.jsonl").read_bytes())
    print("\n".join((out / "log.jsonl").read_text().splitlines()[-3:]), f"{time.monotonic() - begun:.0f} s in all")


if __name__ == "__main__":
    main()
