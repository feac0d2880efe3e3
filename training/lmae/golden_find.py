"""Golden error finding: what `finding.find_errors` finds in an image, for the app's twin (`src/find`) to match.

`python3 -m lmae.golden_find --out ../src/find/fixtures` writes find.json and find.bin.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from .finding.golden_find import SEED, write_fixture


def main() -> None:
    parser = argparse.ArgumentParser(description="Write golden error finding.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=SEED)
    args = parser.parse_args()
    for name, value in write_fixture(args.out, args.seed).items():
        print(f"{name}: {value:.4g}")


if __name__ == "__main__":
    main()
