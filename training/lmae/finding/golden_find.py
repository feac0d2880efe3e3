"""Golden error finding: what `find_window` finds in a window, for the app's twin (`src/find`) to match.

One window with planted errors, and every step from its readings to its proposals. The model is the tiny one with random
weights that `lmae.golden` wrote; the class posteriors, as support might have them, and the rules are made up here.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from ..arrays import U8, VOID, Bool
from ..data.cells import CELL
from ..data.components import disc
from ..evaluation.golden import write_arrays
from ..model import slots
from ..model.weights import load
from ..support import classifier, set_support
from . import (
    appearance,
    boundary_shifts,
    candidates,
    draws,
    features,
    posteriors,
    predictor,
    proposals,
    readings,
    scan,
)
from .candidates import component_numbers
from .features import PIXEL_FEATURES, REGION_FEATURES, SHIFT_FEATURES, pixel_features
from .find_window import describe_all, error_log_odds
from .posteriors import ClassPosteriors
from .proposals import overlap, propose, redraw
from .rule import Logistic, Rule

MODEL = Path(__file__).parents[3] / "src/model/fixtures/lmae-tiny"
SIZE = 96
#: With this seed no value lies near a threshold, so that engines which round differently agree.
SEED = 9
COLOURS = np.array([[60, 90, 200], [90, 150, 60], [200, 60, 50], [220, 200, 60], [150, 60, 180]])
#: Where CONSTANTS are defined.
MODULES = (
    classifier, set_support, posteriors, predictor, draws, readings, scan, slots, candidates, appearance,
    boundary_shifts, features, proposals,
)  # fmt: skip
#: What the app's twin must have the same value of, under the same name.
CONSTANTS = (
    "HIDDEN", "STEPS", "BATCH", "LEARNING_RATE", "DECAY_CELLS", "MOST_DECAY", "LABEL_SMOOTHING", "FOLDS", "BALANCE",
    "CELL", "MOST_CONTRADICTED", "LEAST_HIDDEN_COMPONENT", "COMPONENT_RIM", "COMPONENT_GAP", "COMPONENT_PASSES",
    "BAND", "LEAST_PROBABILITY", "FULL_PURITY", "NEAR_HOLE", "LEAST_REGION", "LEAST_SHAPE", "SUPPORT_LEVELS",
    "SUSPICION_LEVELS", "SMOOTHING", "SHAPE_LEVELS", "EDGE_SMOOTHING", "EDGE_TRUNCATED", "EDGE_STEPS", "COLOUR_BINS",
    "LEAST_SHIFTED", "TRANSLATIONS", "DIRECTIONS", "GROWTHS", "BORDER", "LEAST_OUTLINE", "NORMAL_REACH",
    "LEAST_CHANGE", "UNSURE_RIM", "SURROUNDINGS_REACH", "COLOUR_PRIOR", "MOST_SLOTS", "LEAST_COMPONENT", "RING",
    "SAME", "LEAST_CONFIDENCE", "MOST_PROPOSALS", "RIM",
)  # fmt: skip
#: Weights of the rules; features that are not named weigh nothing.
PIXEL_WEIGHTS = {
    "error logit": 0.15, "hidden50 margin": 0.1, "hidden75 self confidence": -0.1, "band margin": 0.05,
    "support margin": 0.6,
}  # fmt: skip
REGION_WEIGHTS = {
    "suspicion": 0.5, "support margin": 0.4, "support margin around": -0.4, "log area": 0.1, "error logit": 0.05,
}  # fmt: skip
SHIFT_WEIGHTS = {"edge gain": 8.0, "edge gain by spread": 0.5, "support margin": 0.2}
SHAPE_WEIGHTS = {"suspicion": 0.3, "band margin": 0.2, "support margin": 0.3, "log depth": 0.4}


def scene(rng: np.random.Generator) -> tuple[U8, U8]:
    """image uint8 [3,S,S] of two grounds and three objects of one colour a class, and its label with a void corner."""
    label = np.zeros((SIZE, SIZE), np.uint8)
    label[int(rng.integers(40, 56)) :] = 1
    for class_id, (low, high) in ((2, (15, 20)), (3, (8, 13)), (4, (8, 13))):
        row, column = rng.integers(12, SIZE - 12, 2)
        label[disc(label.shape, row, column, rng.integers(low, high))] = class_id
    image = np.clip(COLOURS[label] + rng.normal(0, 20, (SIZE, SIZE, 3)), 0, 255).astype(np.uint8)
    label[:10, :7] = VOID
    return np.ascontiguousarray(image.transpose(2, 0, 1)), label


def flawed(label: U8) -> U8:
    """The label with class 2 dropped to what it stands on, class 3 called 4, and the horizon too low on the right."""
    wrong = label.copy()
    ground = np.where(np.arange(SIZE)[:, None] < int(np.argmax(label[:, -1] == 1)), 0, 1).astype(np.uint8)
    wrong[label == 2] = np.broadcast_to(ground, label.shape)[label == 2]
    wrong[label == 3] = 4
    horizon = int(np.argmax(label[:, -1] == 1))
    low = wrong[horizon : horizon + 5, SIZE // 2 :]
    low[low == 1] = 0
    return wrong


def made_up_posteriors(rng: np.random.Generator, true: U8) -> ClassPosteriors:
    """What the picture shows, cell by cell, with noise on it; bilinear between cells."""
    classes = np.arange(len(COLOURS), dtype=np.uint8)
    side = SIZE // CELL
    shares = (true == classes[:, None, None]).reshape(-1, side, CELL, side, CELL).mean((2, 4))
    logits = np.log(shares + 0.03) + rng.normal(0, 0.5, shares.shape)
    cells = torch.from_numpy(logits.astype(np.float32)).softmax(0)[None]
    pixels = F.interpolate(cells, scale_factor=float(CELL), mode="bilinear", align_corners=False)
    return ClassPosteriors(classes, pixels[0].numpy())


def made_up(weights: dict[str, float], names: Sequence[str], bias: float) -> Logistic:
    return Logistic(bias, tuple(weights.get(name, 0.0) for name in names))


def constant(name: str) -> Any:
    return next(getattr(module, name) for module in MODULES if hasattr(module, name))


def packed(masks: Sequence[Bool]) -> U8:
    """Masks [N,S,S] -> eight pixels a byte, [N,S * S / 8]."""
    return np.stack([np.packbits(mask) for mask in masks])


def write_fixture(out: Path, seed: int = SEED) -> dict[str, float]:
    """Returns figures that tell whether the fixture is worth keeping."""
    model, config = load(MODEL)
    network = predictor.ModelPredictor(model)
    rng = np.random.default_rng(seed)
    image, true = scene(rng)
    label = flawed(true)
    given = made_up_posteriors(rng, true)

    found = scan.scan_window(network, image, label, given, np.random.default_rng(seed))
    again = np.random.default_rng(seed)
    hidden50, hidden75 = (draws.patch_draws(again, label.shape, parts) for parts in (2, 4))
    rules = Rule(
        made_up(PIXEL_WEIGHTS, PIXEL_FEATURES, -1.0),
        made_up(REGION_WEIGHTS, REGION_FEATURES, -1.0),
        made_up(SHAPE_WEIGHTS, REGION_FEATURES, -2.0),
        made_up(SHIFT_WEIGHTS, SHIFT_FEATURES, -3.0),
        0.5,
    )
    log_odds = error_log_odds(rules.pixel, found)
    regions, rows = describe_all(rules.pixel, image, label, found)
    described = list(zip(regions, rows, strict=True))
    proposed = propose(regions, rows, rules)
    redrawn = redraw(network, image, label, proposed, component_numbers(label))

    header: dict[str, Any] = {
        "model": config.name,
        "size": SIZE,
        "classes": given.classes.tolist(),
        "constants": {name: constant(name) for name in CONSTANTS},
        "finding": rules.to_json(),
        "features": list(REGION_FEATURES),
        "shift features": list(SHIFT_FEATURES),
    }
    planes = pixel_features(found).transpose(2, 0, 1).astype("<f4")
    arrays = [
        ("images", image.transpose(1, 2, 0)[None]),
        ("labels", label[None]),
        ("posteriors", given.probabilities.astype("<f4")),
        ("hidden50 draws", packed(hidden50)),
        ("hidden75 draws", packed(hidden75)),
        ("component draws", packed(draws.component_draws(label))),
        *((name, plane) for name, plane in zip(PIXEL_FEATURES, planes, strict=True)),
        ("hidden50 coverage", found.hidden50.coverage.astype("<f4")),
        ("band label", found.band.label),
        ("log odds", log_odds.astype("<f4")),
        ("candidates", packed([one.where for one in regions])),
        ("shapes", np.array([one.shape for one in regions], np.uint8)),
        # The new ids of each candidate's pixels, one candidate after the other.
        ("new ids", np.concatenate([one.label[one.where] for one in regions])),
        ("region features", np.stack([row for one, row in described if one.fit is None]).astype("<f4")),
        # Shifted components come last.
        ("shift features", np.stack([row for one, row in described if one.fit is not None]).astype("<f4")),
        ("edge ranks", appearance.appearance_of(image).ranks),
        ("proposals", packed([one.where for one in proposed])),
        ("confidence", np.array([one.confidence for one in proposed], "<f4")),
        ("proposals redrawn", packed([one.where for one in redrawn])),
    ]
    write_arrays(out / "find", header, arrays)
    best = [max([0.0, *(overlap(p.where, mask) for p in proposed)]) for mask in ((true == 2), (true == 3))]
    changed = sum(not np.array_equal(a.where, b.where) for a, b in zip(proposed, redrawn, strict=True))
    return {
        "candidates": len(regions), "shifted components": sum(one.fit is not None for one in regions),
        "shapes": sum(one.shape for one in regions), "proposals": len(proposed),
        "redrawn": changed, "dropped object": best[0], "swapped object": best[1],
    }  # fmt: skip
