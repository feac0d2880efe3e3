"""Golden error finding: what `find_window` finds in a window, for the app's twin (`src/find`) to match.

Windows whose labels teach a probe, one window with planted errors, and every step from its readings to its proposals.
The model is the tiny one with random weights that `lmae.golden` wrote; the rules are made up here.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..arrays import U8, VOID, Bool
from ..data.components import disc
from ..evaluation.golden import write_arrays
from ..evaluation.protocol import Place
from ..model import slots
from ..model.weights import load
from . import appearance, candidates, moves, perceptron, probe, proposals, scan, setting
from .candidates import parts_of
from .find_window import describe_all, suspect
from .probe import Probe
from .proposals import (
    MOVE_FEATURES,
    PIXEL_FEATURES,
    REGION_FEATURES,
    Logistic,
    Rule,
    overlap,
    pixel_features,
    propose,
    redraw,
)
from .scan import ModelJudge, component_draws, patch_draws, scan_window

MODEL = Path(__file__).parents[3] / "src/model/fixtures/lmae-tiny"
SIZE = 96
EXAMPLES = 5
#: One whose thresholds lie off every value: engines round differently.
SEED = 6
COLOURS = np.array([[60, 90, 200], [90, 150, 60], [200, 60, 50], [220, 200, 60], [150, 60, 180]])
#: What the app's twin must have the same value of, under the same name.
CONSTANTS = {
    perceptron: ("HIDDEN", "STEPS", "BATCH", "LEARNING_RATE", "DECAY_CELLS", "MOST_DECAY", "LABEL_SMOOTHING"),
    probe: (
        "CELL",
        "RIDGE",
        "PRIOR_WEIGHT",
        "TEMPERATURES",
        "KEPT",
        "SHARES",
        "BLEND_TEMPERATURES",
        "FOLDS",
        "MOST_CONTRADICTED",
        "UNFITTED",
        "QUARTERS",
        "OWN_WEIGHT",
        "FEW",
        "LEAST_SAID",
        "LEAST_CELLS",
    ),
    scan: (
        "LEAST_HIDDEN_COMPONENT",
        "COMPONENT_RIM",
        "COMPONENT_GAP",
        "COMPONENT_PASSES",
        "BAND",
        "LEAST_PROBABILITY",
        "HEARD_IN_FULL",
    ),
    setting: ("SURROUNDINGS", "WAVES"),
    slots: ("NEAR_HOLE",),
    candidates: ("LEAST_REGION", "LEAST_SHAPE", "PROBE_LEVELS", "SUSPICION_LEVELS", "SMOOTHING", "SHAPE_LEVELS"),
    appearance: ("EDGE_SMOOTHING", "EDGE_TRUNCATED", "EDGE_STEPS", "COLOUR_BINS"),
    moves: (
        "LEAST_MOVED",
        "SHIFTS",
        "DIRECTIONS",
        "GROWTHS",
        "BORDER",
        "LEAST_OUTLINE",
        "NORMAL_REACH",
        "LEAST_CHANGE",
        "UNSURE_RIM",
        "SURROUNDINGS_REACH",
        "COLOUR_PRIOR",
    ),
    proposals: ("MOST_SLOTS", "LEAST_COMPONENT", "RING", "SAME", "LEAST_CONFIDENCE", "MOST_PROPOSALS", "RIM"),
}
#: Weights of the rules; features that are not named weigh nothing.
PIXEL_WEIGHTS = {"trust": 0.15, "half margin": 0.1, "quarter given": -0.1, "band margin": 0.05, "probe margin": 0.6}
REGION_WEIGHTS = {"suspicion": 0.5, "probe margin": 0.4, "probe margin around": -0.4, "log area": 0.1, "trust": 0.05}
MOVE_WEIGHTS = {"edge gain": 8.0, "edge gain by spread": 0.5, "probe margin": 0.2}
SHAPE_WEIGHTS = {"suspicion": 0.3, "band margin": 0.2, "probe margin": 0.3, "log depth": 0.4}


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


def place_of(number: int) -> Place:
    """Where a window is said to lie in its picture: the one that is judged in all quarters, the others in one each."""
    if number == EXAMPLES:
        return Place(0.2, 0.1, 0.7, 0.9)
    return Place(number / 50, 0.0, number / 50 + 0.3, 0.4 + number / 50)


def made_up(weights: dict[str, float], names: Sequence[str], bias: float) -> Logistic:
    return Logistic(bias, tuple(weights.get(name, 0.0) for name in names))


def write_fixture(out: Path, seed: int = SEED) -> dict[str, float]:
    """Returns figures that tell whether the fixture is worth keeping."""
    model, config = load(MODEL)
    judge, teacher = ModelJudge(model), Probe()
    rng = np.random.default_rng(seed)
    examples = [scene(rng) for _ in range(EXAMPLES)]
    image, true = scene(rng)
    label = flawed(true)
    pictures = [*(example for example, _ in examples), image]
    views = [judge.view(x, place_of(number)) for number, x in enumerate(pictures)]
    for number, (view, given) in enumerate(zip(views, (*(y for _, y in examples), label), strict=True)):
        teacher.learn(str(number), view, given, place_of(number))
    teacher.fit()
    opinion = teacher.opinion(str(EXAMPLES), views[-1], label, place_of(EXAMPLES))

    readings = scan_window(judge, image, label, opinion, np.random.default_rng(seed))
    again = np.random.default_rng(seed)
    halves, quarters = (patch_draws(again, label.shape, parts) for parts in (2, 4))
    rule = Rule(
        made_up(PIXEL_WEIGHTS, PIXEL_FEATURES, -1.0),
        made_up(REGION_WEIGHTS, REGION_FEATURES, -1.0),
        made_up(SHAPE_WEIGHTS, REGION_FEATURES, -2.0),
        made_up(MOVE_WEIGHTS, MOVE_FEATURES, -3.0),
        0.5,
    )
    log_odds = suspect(rule.pixel, readings)
    found, features = describe_all(rule.pixel, image, label, readings)
    described = list(zip(found, features, strict=True))
    proposed = propose(found, features, rule)
    redrawn = redraw(judge, image, label, proposed, parts_of(label))

    def packed(masks: Sequence[Bool]) -> U8:
        return np.stack([np.packbits(mask) for mask in masks])

    header: dict[str, Any] = {
        "model": config.name,
        "size": SIZE,
        "examples": EXAMPLES,
        "temperature": teacher.temperature,
        "blend": teacher.blend._asdict(),
        "classes": [int(c) for c in opinion.classes],
        "places": [place_of(number)._asdict() for number in range(EXAMPLES + 1)],
        "constants": {name: getattr(module, name) for module, names in CONSTANTS.items() for name in names},
        "finding": rule.to_json(),
        "features": list(REGION_FEATURES),
        "move features": list(MOVE_FEATURES),
    }
    planes = pixel_features(readings).transpose(2, 0, 1).astype("<f4")
    arrays = [
        ("images", np.stack(pictures).transpose(0, 2, 3, 1)),
        ("labels", np.stack([y for _, y in examples] + [label])),
        ("opinion", opinion.probabilities.astype("<f4")),
        ("half draws", packed(halves)),
        ("quarter draws", packed(quarters)),
        ("component draws", packed(component_draws(label))),
        *((name, plane) for name, plane in zip(PIXEL_FEATURES, planes, strict=True)),
        ("half share", readings.half.share.astype("<f4")),
        ("band label", readings.band.label),
        ("log odds", log_odds.astype("<f4")),
        ("candidates", packed([one.where for one in found])),
        ("shapes", np.array([one.shape for one in found], np.uint8)),
        # The new ids of each candidate's pixels, one candidate after the other.
        ("new ids", np.concatenate([one.label[one.where] for one in found])),
        ("region features", np.stack([row for one, row in described if one.fit is None]).astype("<f4")),
        # The moves come last.
        ("move features", np.stack([row for one, row in described if one.fit is not None]).astype("<f4")),
        ("edge ranks", appearance.appearance_of(image).ranks),
        ("proposals", packed([one.where for one in proposed])),
        ("confidence", np.array([one.confidence for one in proposed], "<f4")),
        ("proposals redrawn", packed([one.where for one in redrawn])),
    ]
    write_arrays(out / "find", header, arrays)
    best = [max([0.0, *(overlap(p.where, mask) for p in proposed)]) for mask in ((true == 2), (true == 3))]
    changed = sum(not np.array_equal(a.where, b.where) for a, b in zip(proposed, redrawn, strict=True))
    return {
        "candidates": len(found), "moves": sum(one.fit is not None for one in found),
        "shapes": sum(one.shape for one in found), "proposals": len(proposed),
        "redrawn": changed, "dropped object": best[0], "swapped object": best[1], "temperature": teacher.temperature,
        "perceptrons' share": teacher.blend.share,
    }  # fmt: skip
