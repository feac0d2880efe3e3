"""Golden tensors: what the PyTorch model answers and what error finding finds, for the app's twins to match.

`python3 -m lmae.golden --out ../src/model/fixtures` writes, for every config of `FIXTURES`, seeded random weights
(rounded to fp16 as exported), a synthetic input and the answer; `--model ../public/models/NAME` takes exported weights
instead; `--finding --out ../src/find/fixtures` writes what is found in an image.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from .evaluation.golden import FIXTURES, write_fixture
from .finding.golden_find import write_fixture as write_finding


def main() -> None:
    parser = argparse.ArgumentParser(description="Write golden tensors.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--model", type=Path, help="exported weights; default: random weights of the tiny configs")
    parser.add_argument("--size", type=int, default=64, help="of the window with --model")
    parser.add_argument("--slots", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--finding", action="store_true", help="error finding (by the tiny model of the fixtures)")
    args = parser.parse_args()
    if args.finding:
        print(write_finding(args.out))
        return
    if args.model:
        write_fixture(args.out, args.size, args.slots, args.seed, model_folder=args.model)
        return
    for config, size in FIXTURES.items():
        write_fixture(args.out, size, args.slots, args.seed, config)


if __name__ == "__main__":
    main()
