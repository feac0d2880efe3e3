"""Errors in labels as they are: the strongest proposals of a split, as pictures to judge by eye.

`python3 -m lmae.suspects --model ../public/models/NAME --data TAR_OR_DIR... --out runs/suspects`

One PNG a set: the image, the given label and what is proposed, a row a proposal, the surest first; what each row is
goes to the standard output. `runs/` is ignored by git: where a set's terms forbid passing its photographs on, the
pictures are no more free than those.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from PIL import Image

from .data.sets import load_sets
from .evaluation.panels import joined
from .finding.find_errors import overlap
from .finding.predictor import ModelPredictor
from .finding.rule import Rule
from .finding.suspects import Suspect, picture, suspects
from .memory import keep_freed_memory
from .model.weights import load


def main() -> None:
    parser = argparse.ArgumentParser(prog="lmae.suspects", description="The strongest proposals on labels as they are.")
    parser.add_argument("--model", type=Path, required=True, help="an exported folder with rules for finding")
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--split", default="val")
    parser.add_argument("--sets", nargs="+", help="only these sets")
    parser.add_argument("--windows", type=int, default=100, help="a set")
    parser.add_argument("--top", type=int, default=20)
    parser.add_argument("--out", type=Path, default=Path("runs/suspects"))
    args = parser.parse_args()
    keep_freed_memory()
    rule = Rule.from_json(json.loads((args.model / "model.json").read_text())["finding"])
    predictor = ModelPredictor(load(args.model)[0])
    args.out.mkdir(parents=True, exist_ok=True)
    for data in load_sets(args.data, args.split, args.sets):
        ranked = sorted(suspects(predictor, rule, data, args.windows), key=lambda one: -one[0].confidence)
        shown: list[Suspect] = []
        for proposal, window in ranked:
            if all(w is not window or overlap(p.where, proposal.where) == 0 for p, w in shown):
                shown.append((proposal, window))
        for number, (proposal, window) in enumerate(shown[: args.top], 1):
            given, new = (int(np.bincount(label[proposal.where]).argmax()) for label in (window.label, proposal.label))
            names = " -> ".join(data.classes[i] for i in (given, new))
            area = np.count_nonzero(proposal.where)
            print(f"{data.name} {number}: {window.key} {names}, {area} px, {proposal.confidence:.2f}", flush=True)
        Image.fromarray(joined([picture(*one) for one in shown[: args.top]], 0)).save(args.out / f"{data.name}.png")


if __name__ == "__main__":
    main()
