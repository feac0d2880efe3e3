"""A temperature for the mean of 1, 4 and 8 passes, fitted on training splits.

`python3 -m lmae.calibrate --model ../public/models/NAME --data TAR_OR_DIR... --write`

The confidence is softmax(log(mean probability over passes) / T); every pass hides other context patches until half
of the window's non-void pixels are unknown. ECE (15 equal-mass bins, hidden pixels, block50 and component) is reported
before and after on another split.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from .context import hide_context
from .data import DataSet, load_sets
from .evaluate import Predict, collate_tasks, model_predictor
from .export import load
from .protocol import MOST_SLOTS, Task, protocol_tasks, protocol_windows
from .slots import OTHER

PASSES = (1, 4, 8)
MASKS = ("block50", "component")
RATIO = 0.5
PIXELS = 200
BINS = 15

Floats = npt.NDArray[np.float64]
#: Of each pass count: mean probabilities [pixels, MOST_SLOTS + 1] of sampled hidden pixels ("other" last).
Means = dict[int, Floats]


def collect(
    predict: Predict, sets: Sequence[DataSet], windows: int, seed: int = 0
) -> tuple[Means, npt.NDArray[np.int64]]:
    """Mean probabilities by pass count, and the true slot (MOST_SLOTS = other), of sampled hidden pixels."""
    rng = np.random.default_rng(seed)
    rows: dict[int, list[Floats]] = {passes: [] for passes in PASSES}
    truth: list[npt.NDArray[np.int64]] = []
    for data in sets:
        for mask in MASKS:
            for task in protocol_tasks(islice(protocol_windows(data, seed), 2 * windows), mask, windows, seed):
                y, x = np.nonzero(task.sample["hidden"])
                chosen = rng.permutation(len(y))[:PIXELS]
                y, x = y[chosen], x[chosen]
                target = task.sample["target"][y, x].astype(np.int64)
                truth.append(np.where(target == OTHER, MOST_SLOTS, target))
                total = np.zeros((len(y), MOST_SLOTS + 1))
                for done in range(1, max(PASSES) + 1):
                    shown = hide_context(task.sample, RATIO, rng)
                    batch = collate_tasks([Task(task.window, shown, task.nearest)])
                    with torch.no_grad():
                        answer = predict(batch)[0][:, y, x].T.double().numpy()
                    total[:, : answer.shape[1] - 1] += answer[:, :-1]
                    total[:, -1] += answer[:, -1]
                    if done in rows:
                        rows[done].append(total / done)
    return {passes: np.concatenate(parts) for passes, parts in rows.items()}, np.concatenate(truth)


def tempered(means: Floats, temperature: float) -> Floats:
    """softmax(log(means) / T) over the last axis."""
    logits = np.log(np.maximum(means, 1e-12)) / temperature
    scaled = np.exp(logits - logits.max(1, keepdims=True)) * (means > 0)
    return scaled / scaled.sum(1, keepdims=True)


def fit_temperature(means: Floats, truth: npt.NDArray[np.int64]) -> float:
    """The temperature of least negative log-likelihood, on a grid of 1 % steps from 0.3 to 4."""
    grid = np.exp(np.arange(np.log(0.3), np.log(4), 0.01))
    picked = np.arange(len(truth))
    losses = [-np.log(np.maximum(tempered(means, t)[picked, truth], 1e-12)).mean() for t in grid]
    return round(float(grid[int(np.argmin(losses))]), 3)


def expected_calibration_error(means: Floats, truth: npt.NDArray[np.int64], temperature: float) -> float:
    """ECE over BINS equal-mass bins of the confidence in the best slot or "other"."""
    probabilities = tempered(means, temperature)
    confidence, right = probabilities.max(1), probabilities.argmax(1) == truth
    order = np.argsort(confidence)
    gaps = [abs(confidence[part].mean() - right[part].mean()) * len(part) for part in np.array_split(order, BINS)]
    return float(sum(gaps) / len(truth))


def calibrate(predict: Predict, fit: Sequence[DataSet], check: Sequence[DataSet], windows: int) -> dict[str, Any]:
    """{"temperatures": {passes: T}, "ece": {passes: {"before", "after"}}}."""
    means, truth = collect(predict, fit, windows)
    temperatures = {str(passes): fit_temperature(means[passes], truth) for passes in PASSES}
    means, truth = collect(predict, check, windows, seed=1)
    ece = {}
    for passes in PASSES:
        before = expected_calibration_error(means[passes], truth, 1.0)
        after = expected_calibration_error(means[passes], truth, temperatures[str(passes)])
        ece[str(passes)] = {"before": round(before, 4), "after": round(after, 4)}
    return {"temperatures": temperatures, "ece": ece}


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the temperatures of exported weights.")
    parser.add_argument("--model", type=Path, required=True, help="an exported folder")
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--fit-split", default="train")
    parser.add_argument("--check-split", default="val")
    parser.add_argument("--sets", nargs="+", help="only these sets")
    parser.add_argument("--windows", type=int, default=8, help="a set and mask")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--write", action="store_true", help="write the result into the model's model.json")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    model, config = load(args.model)
    if config.fixed_classes:
        parser.error(f"{args.model} has fixed classes; the app, which reads the temperatures, needs anonymous slots")
    fit, check = (load_sets(args.data, split, args.sets) for split in (args.fit_split, args.check_split))
    result = calibrate(model_predictor(model), fit, check, args.windows)
    print(json.dumps(result, indent=1))
    if args.write:
        path = args.model / "model.json"
        document = json.loads(path.read_text())
        path.write_text(json.dumps({**document, "calibration": result}, indent=1) + "\n")


if __name__ == "__main__":
    main()
