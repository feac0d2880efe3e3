"""Golden error finding: what `find_errors` finds in an image, for the app's twin (`src/find`) to match.

One image of several windows with planted errors, and every step from the evidence to the proposals. The model is the
tiny one with random weights that `lmae.golden` wrote; the class posteriors, as support might have them, and the rules
are made up here.
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
from ..model import support as slot_support
from ..model.weights import load
from ..support import classifier, set_support
from . import appearance, boundary_shifts, candidates, evidence, find_errors, posteriors, predictor, scene, verify
from .find_errors import choose, described, overlap, propose, verified_rows
from .posteriors import ClassPosteriors
from .rule import CANDIDATE_FEATURES, PIXEL_FEATURES, QUICK_FEATURES, Rule, Rules, Tree

MODEL = Path(__file__).parents[3] / "src/model/fixtures/lmae-tiny-backbone"
#: Of the image and of its windows, px.
HEIGHT, WIDTH, WINDOW = 96, 128, 64
#: With this seed no value lies near a threshold, so that engines which round differently agree.
SEED = 11
COLOURS = np.array([[60, 90, 200], [90, 150, 60], [200, 60, 50], [220, 200, 60], [150, 60, 180]])
#: Where CONSTANTS are defined.
MODULES = (
    classifier, set_support, posteriors, predictor, slots, slot_support, scene, evidence, candidates, appearance,
    boundary_shifts, verify, find_errors,
)  # fmt: skip
#: What the app's twin must have the same value of, under the same name.
CONSTANTS = (
    "HIDDEN", "STEPS", "BATCH", "LEARNING_RATE", "DECAY_CELLS", "MOST_DECAY", "LABEL_SMOOTHING", "FOLDS", "BALANCE",
    "LEAST_CELLS", "CELL", "MOST_CONTRADICTED", "CANDIDATES", "LEAST_BEST", "BEST_CELLS", "MOST_SLOTS", "NEAR_HOLE",
    "WINDOW", "STEP", "SIDE", "CONTEXT", "LEAST_PROBABILITY", "FULL_PURITY", "LEAST_COMPONENT",
    "NEVER", "LEAST_REGION", "LEAST_SHAPE", "SUPPORT_LEVELS", "SUSPICION_LEVELS", "SMOOTHING", "SHAPE_LEVELS", "RING",
    "EDGE_SMOOTHING", "EDGE_TRUNCATED", "EDGE_STEPS", "COLOUR_BINS", "LEAST_SHIFTED", "TRANSLATIONS", "DIRECTIONS",
    "GROWTHS", "BORDER", "LEAST_OUTLINE", "NORMAL_REACH", "LEAST_CHANGE", "UNSURE_RIM", "SURROUNDINGS_REACH",
    "COLOUR_PRIOR", "REGION_RIM", "BOUNDARY_RIM", "GAP", "MOST_HIDDEN", "ALIKE", "MOST_VERIFIED",
    "MOST_VERIFIED_OF_ALL", "LEAST_QUICK", "MOST_SURER", "SAME", "LEAST_CONFIDENCE", "MOST_PROPOSALS",
)  # fmt: skip
PIXEL_WEIGHTS = (0.3, 0.1, -0.1, 0.6, -0.1)
#: Stumps: a feature, where it is cut, and what its being above adds; below it takes as much away.
QUICK_STUMPS = (
    ("suspicion", -2.0, 0.8), ("suspicion", 0.0, 0.6), ("support margin", 0.5, 0.5),
    ("support margin around", 0.3, -0.3), ("log area", 5.3, 0.23), ("log depth", 1.7, 0.17),
    ("edge gain by spread", 1.1, 0.41), ("colour gain", 0.2, 0.37),
)  # fmt: skip
VERIFIED_STUMPS = (
    *QUICK_STUMPS[2:], ("rebuilt gain", -0.2, 0.31), ("rebuilt as given", 0.37, -0.29), ("rebuilt overlap", 0.43, 0.19),
    ("rebuilt self confidence", -1.7, -0.13), ("rebuilt other", 0.11, 0.07),
)  # fmt: skip


def painted_scene(rng: np.random.Generator) -> tuple[U8, U8]:
    """image uint8 [3,H,W] of two grounds and three objects of one colour a class, and its label with a void corner."""
    label = np.zeros((HEIGHT, WIDTH), np.uint8)
    label[int(rng.integers(40, 56)) :] = 1
    for class_id, (low, high) in ((2, (15, 20)), (3, (8, 13)), (4, (8, 13))):
        row, column = rng.integers(12, HEIGHT - 12), rng.integers(12, WIDTH - 12)
        label[disc(label.shape, row, column, rng.integers(low, high))] = class_id
    image = np.clip(COLOURS[label] + rng.normal(0, 20, (HEIGHT, WIDTH, 3)), 0, 255).astype(np.uint8)
    label[:10, :7] = VOID
    return np.ascontiguousarray(image.transpose(2, 0, 1)), label


def flawed(label: U8) -> U8:
    """The label with class 2 dropped to what it stands on, class 3 called 4, and the horizon too low on the right."""
    wrong = label.copy()
    horizon = int(np.argmax(label[:, -1] == 1))
    ground = np.where(np.arange(HEIGHT)[:, None] < horizon, 0, 1).astype(np.uint8)
    wrong[label == 2] = np.broadcast_to(ground, label.shape)[label == 2]
    wrong[label == 3] = 4
    low = wrong[horizon : horizon + 5, WIDTH // 2 :]
    low[low == 1] = 0
    return wrong


def made_up_posteriors(rng: np.random.Generator, true: U8) -> ClassPosteriors:
    """What the picture shows, cell by cell, with noise on it; bilinear between cells."""
    classes = np.arange(len(COLOURS), dtype=np.uint8)
    shares = (true == classes[:, None, None]).reshape(-1, HEIGHT // CELL, CELL, WIDTH // CELL, CELL).mean((2, 4))
    logits = np.log(shares + 0.03) + rng.normal(0, 0.5, shares.shape)
    cells = torch.from_numpy(logits.astype(np.float32)).softmax(0)[None]
    pixels = F.interpolate(cells, scale_factor=float(CELL), mode="bilinear", align_corners=False)
    return ClassPosteriors(classes, pixels[0].numpy())


def constant(name: str) -> Any:
    return next(getattr(module, name) for module in MODULES if hasattr(module, name))


def packed(masks: Sequence[Bool]) -> U8:
    """Masks [N,S,S] -> eight pixels a byte, [N,S * S / 8]."""
    return np.stack([np.packbits(mask) for mask in masks])


def rule_of(stumps: Sequence[tuple[str, float, float]], features: Sequence[str]) -> Rule:
    """Stumps, and one tree of a split in a split, after a logistic rule that weighs the margin of support."""
    number = {name: place for place, name in enumerate(features)}
    found: list[Tree] = [(number[name], cut, -by, by) for name, cut, by in stumps]
    found.append((number["shifted"], 0.5, (number["edges along outline"], 0.6, -0.11, 0.13), 0.05))
    return Rule(-1.0, tuple(0.15 * (name == "support margin") for name in features), tuple(found))


def write_fixture(out: Path, seed: int = SEED) -> dict[str, float]:
    """Returns figures that tell whether the fixture is worth keeping."""
    model, config = load(MODEL)
    rng = np.random.default_rng(seed)
    image, true = painted_scene(rng)
    label = flawed(true)
    given = made_up_posteriors(rng, true)
    quick_rule, verified_rule = rule_of(QUICK_STUMPS, QUICK_FEATURES), rule_of(VERIFIED_STUMPS, CANDIDATE_FEATURES)
    rules = Rules(Rule(-1.0, PIXEL_WEIGHTS), quick_rule, verified_rule, 0.5)

    shown = scene.Scene(predictor.ModelPredictor(model), image, label, given, WINDOW)
    against = evidence.gather(shown)
    log_odds = evidence.suspicion(rules.pixel, against, label)
    found, quick = described(shown, against, log_odds)
    chances = rules.quick(quick)
    chosen = choose(shown, found, chances)
    checked = verify.verify(shown, [found[number] for number in chosen])
    verified, rows, likely = verified_rows(quick[chosen], chances[chosen], checked)
    proposed = propose(label, verified, rows, likely, rules)
    hides = [verify.to_hide(found[number], label) for number in chosen]
    passes = verify.passes(shown, hides)

    header: dict[str, Any] = {
        "model": config.name,
        "size": [HEIGHT, WIDTH],
        "window": WINDOW,
        "classes": given.classes.tolist(),
        "constants": {name: constant(name) for name in CONSTANTS},
        "finding": rules.to_json(),
        "pixel features": list(PIXEL_FEATURES),
        "quick features": list(QUICK_FEATURES),
        "candidate features": list(CANDIDATE_FEATURES),
        "chosen": chosen,
        # Rows and columns from and to, and which of the chosen are hidden in it.
        "passes": [[[side.start, side.stop] for side in one.window] + [one.members] for one in passes],
    }
    arrays = [
        ("images", image.transpose(1, 2, 0)[None]),
        ("labels", label[None]),
        ("posteriors", given.probabilities.astype("<f4")),
        ("error logit", against.error_logit),
        ("pixel features", against.features.transpose(2, 0, 1).astype("<f4")),
        ("log odds", log_odds.astype("<f4")),
        ("edge ranks", appearance.appearance_of(image).ranks),
        ("candidates", packed([one.where for one in found])),
        ("kinds", np.array([one.kind for one in found], np.uint8)),
        # The new ids of each candidate's pixels, one candidate after the other.
        ("new ids", np.concatenate([one.label[one.where] for one in found])),
        ("quick features", quick.astype("<f4")),
        ("chances", chances.astype("<f4")),
        ("hidden", packed([one.hidden for one in passes])),
        ("candidate features", rows.astype("<f4")),
        ("verified", packed([one.where for one in verified])),
        ("verified ids", np.concatenate([one.label[one.where] for one in verified])),
        ("proposals", packed([one.where for one in proposed])),
        ("confidence", np.array([one.confidence for one in proposed], "<f4")),
    ]
    write_arrays(out / "find", header, arrays)
    best = [max([0.0, *(overlap(p.where, mask) for p in proposed)]) for mask in ((true == 2), (true == 3))]
    rebuilt = sum(one.where is not found[number].where for one, number in zip(verified, chosen, strict=False))
    return {
        "candidates": len(found), "shapes": sum(one.kind == candidates.SHAPE for one in found),
        "shifted components": sum(one.kind == candidates.SHIFT for one in found), "verified": len(verified),
        "passes": shown.passes, "rebuilt": rebuilt, "proposals": len(proposed),
        "dropped object": best[0], "swapped object": best[1],
    }  # fmt: skip
