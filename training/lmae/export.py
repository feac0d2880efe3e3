"""Export to the browser.

`python3 -m lmae.export --checkpoint runs/small/last.pt --out ../public/models/lmae-small [--report report.json]`
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch

from .model.config import Config
from .model.weights import save


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--checkpoint", type=Path, required=True, help="last.pt of lmae.train")
    parser.add_argument("--out", type=Path, required=True, help="e.g. ../public/models/lmae-small")
    parser.add_argument("--report", type=Path, help="report.json of lmae.evaluate, for the model card")
    parser.add_argument("--calibration", type=Path, help="calibration.json of lmae.calibrate")
    args = parser.parse_args()
    checkpoint = torch.load(args.checkpoint, map_location="cpu")
    report = json.loads(args.report.read_text()) if args.report else None
    calibration = json.loads(args.calibration.read_text()) if args.calibration else None
    config = Config.from_json(checkpoint["config"])
    save(checkpoint["ema"], config, args.out, checkpoint["summary"], report, calibration)


if __name__ == "__main__":
    main()
