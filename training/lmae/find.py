"""Error finding, measured: which labels are wrong, and what should stand there.

`python3 -m lmae.find --model ../public/models/NAME --data TAR_OR_DIR... --split val --out report.json`

Clean windows of the evaluation protocol are damaged (seeded; kinds in turn, one kind a window, see `data.damage`) and
searched; every region that is proposed is compared with the damage. Support (`lmae.support`) learns from the damaged
labels of the same split, each image held out from its own posteriors. `--whole` takes whole images instead of windows.
`--tune` fits the rules and the threshold on windows of the train split and writes them into the model's manifest.
`--reliability` writes how often proposals are worth accepting by their confidence there as well. `--baselines` scores
nearest copying and a segmenter on the model's backbone as well (`finding.segmenter`, trained here on each set), in the
same frame and with rules of their own. `--suspects FOLDER` scores nothing: it draws the strongest proposals on labels
as they are, to be judged by eye, a PNG a set (image, given label, proposal), as free as the set's photographs are.

Errors in your own labels, for review in the app (File > Import suggestions):

`python3 -m lmae.find --model ../public/models/NAME --folder IMAGES LABELS --suggestions suggestions.jsonl`

IMAGES and LABELS are folders; a label is a PNG of ids (indexed or grey, 8 bits), its image has the same name. `--void`
names the ids that are no class (255), `--classes` a class list (JSON, or text with a name a line). Paths are written
relative to the innermost folder that holds both: open that one in the app. A run that ends early goes on where it
stopped when it is started again; an image that fails is said and left out, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from .arrays import VOID
from .data.dataset import DataError
from .data.sets import load_sets
from .finding.benchmark import MAX_WINDOWS, baselines, evaluate_finding, figures_line, fitted_rules, train_splits
from .finding.predictor import ModelPredictor
from .finding.rule import Rules
from .finding.suggestions import SuggestionsError
from .finding.suspects import save_pictures, suspects
from .finding.user_folder import read_class_list, scan_folder
from .memory import keep_freed_memory
from .model.weights import load


def main() -> None:
    parser = argparse.ArgumentParser(prog="lmae.find", description="Scores how well label errors are found.")
    parser.add_argument("--model", type=Path, required=True, help="an exported folder")
    parser.add_argument("--data", type=Path, nargs="+", help="tars, set folders, or folders of them")
    parser.add_argument(
        "--folder",
        type=Path,
        nargs=2,
        metavar=("IMAGES", "LABELS"),
        help="your own images and labels, instead of --data",
    )
    parser.add_argument(
        "--suggestions", type=Path, metavar="FILE", help="with --folder: the file to write or go on with"
    )
    parser.add_argument("--void", type=int, nargs="*", default=[VOID], help="with --folder: ids that are no class")
    parser.add_argument("--classes", type=Path, help="with --folder: a class list, JSON or text")
    parser.add_argument("--split", default="val")
    parser.add_argument("--out", type=Path, help="report.json to write")
    parser.add_argument("--sets", nargs="+", help="only these sets")
    parser.add_argument("--max-windows", type=int, default=MAX_WINDOWS, help="a set")
    parser.add_argument("--whole", action="store_true", help="whole images instead of windows")
    parser.add_argument("--tune", action="store_true", help="fit the rules on --split and write them to the manifest")
    parser.add_argument("--reliability", action="store_true", help="write reliability.found to the manifest")
    parser.add_argument(
        "--baselines", action="store_true", help="also nearest copying and a segmenter, trained on train"
    )
    parser.add_argument("--segmenter-steps", type=int, default=200, help="training of a set's segmenter")
    parser.add_argument("--suspects", type=Path, metavar="FOLDER", help="pictures of proposals on labels as they are")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    args = parser.parse_args()
    if (args.data is None) == (args.folder is None):
        parser.error("give either --data or --folder")
    if (args.folder is None) != (args.suggestions is None):
        parser.error("--folder and --suggestions go together: what to search, and the file to write")
    keep_freed_memory()
    torch.set_num_threads(args.threads)
    model, config = load(args.model)
    if config.fixed_classes:
        parser.error(f"{args.model} has fixed classes; finding needs anonymous slots")
    predictor = ModelPredictor(model, args.device)

    def say(text: str) -> None:
        print(text, flush=True)

    manifest = args.model / "model.json"
    if args.folder:
        raise SystemExit(search_folder(parser, args, predictor, say))
    sets = load_sets(args.data, args.split, args.sets)
    if args.tune:
        rules = fitted_rules(predictor, sets, args.max_windows, say)
        write_manifest(manifest, {**json.loads(manifest.read_text()), "finding": rules.to_json()})
        say(f"written to {manifest}")
        return
    stored = json.loads(manifest.read_text()).get("finding")
    if stored is None:
        parser.error(f"{manifest} has no rules for finding: fit them with --split train --tune")
    rules = Rules.from_json(stored)
    if args.suspects:
        for data in sets:
            save_pictures(suspects(predictor, rules, data, args.max_windows), data, args.suspects)
        return
    if args.out is None:
        parser.error("--out is needed: the report to write")
    train_sets = [] if args.split == "train" else train_splits(args.data, [data.name for data in sets])
    report = evaluate_finding(predictor, rules, sets, args.max_windows, say, train_sets, args.whole)
    say(f"{'mean':12s} {figures_line(report['mean'])}")
    say(f"reliability {report['reliability']}")
    if args.reliability:
        document = json.loads(manifest.read_text())
        document["reliability"] = {**document.get("reliability", {}), "found": report["reliability"]}
        write_manifest(manifest, document)
        say(f"written to {manifest}")
    if args.baselines:
        if len(train_sets) < len(sets):
            parser.error("--baselines needs the train split of every set, and another --split to score")
        report["baselines"] = baselines(model, sets, train_sets, args.max_windows, args.segmenter_steps, say)
    args.out.write_text(json.dumps(report, indent=1) + "\n")


def search_folder(
    parser: argparse.ArgumentParser, args: argparse.Namespace, predictor: ModelPredictor, say: Callable[[str], None]
) -> int:
    """`--folder`; returns the exit status."""
    path = args.model / "model.json"
    manifest = json.loads(path.read_text())
    if "finding" not in manifest:
        parser.error(f"{path} has no rules for finding: fit them with --split train --tune")
    rules = Rules.from_json(manifest["finding"])
    try:
        names = read_class_list(args.classes) if args.classes else {}
        images, labels = args.folder
        failed = scan_folder(predictor, rules, manifest, (images, labels), args.suggestions, names, args.void, say)
    except (DataError, SuggestionsError, OSError) as error:
        parser.error(str(error))
    if failed:
        say(f"{failed} {'image' if failed == 1 else 'images'} failed; start again to try them once more")
    return 1 if failed else 0


def write_manifest(path: Path, document: dict[str, Any]) -> None:
    """As JSON, a tree of the rules on a line."""
    text = json.dumps(document, indent=1)
    for rule in (document["finding"]["quick"], document["finding"]["verified"]):
        for tree in rule["trees"]:
            spread = json.dumps(tree, indent=1).replace("\n", "\n    ")
            text = text.replace(f"    {spread}", f"    {json.dumps(tree)}", 1)
    path.write_text(text + "\n")


if __name__ == "__main__":
    main()
