"""Packs training sets for a machine that is far away: `python3 -m lmae.pack --data SETS... --out a.tar b.tar`.

Every file of --out gets about the same share of the bytes. `lmae.burst` trains on them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from .data.dataset import DataSet
from .data.pack import write_pack
from .data.sets import load_sets


def shares(sets: list[DataSet], parts: int) -> list[list[DataSet]]:
    """The sets, largest first, each given to the part with the fewest pixels so far."""

    def pixels(data: DataSet) -> int:
        width, height = data.items[0].open_label().size
        return width * height * len(data.items)

    filled: list[list[DataSet]] = [[] for _ in range(parts)]
    for data in sorted(sets, key=pixels, reverse=True):
        min(filled, key=lambda part: sum(map(pixels, part))).append(data)
    return filled


def main() -> None:
    parser = argparse.ArgumentParser(description="Pack training sets into few small files.")
    parser.add_argument("--data", nargs="+", type=Path, required=True, help="tars or folders of sets")
    parser.add_argument("--out", nargs="+", type=Path, required=True, help="tars to write")
    parser.add_argument("--split", default="train")
    args = parser.parse_args()
    for path, sets in zip(args.out, shares(load_sets(args.data, args.split), len(args.out)), strict=True):
        write_pack(sets, args.split, path)
        print(f"{path}: {path.stat().st_size / 2**20:.1f} MiB, {', '.join(data.name for data in sets)}")


if __name__ == "__main__":
    main()
