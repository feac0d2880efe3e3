"""Error finding: damage is what it says, windows cover their image, and a predictor that knows finds it all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from lmae.data.components import bounds, component_numbers, dilate, disc
from lmae.data.damage import KIND_NAMES, LEAST_WRONG, damage_for_finding
from lmae.data.dataset import DataSet, Item
from lmae.data.sets import load_sets
from lmae.evaluation.golden import random_state
from lmae.find import write_manifest
from lmae.finding import find_errors as cascade
from lmae.finding.appearance import appearance_of
from lmae.finding.benchmark import (
    NearestPredictor,
    cases,
    damaged_items,
    evaluate_finding,
    fitted_rules,
    with_posteriors,
)
from lmae.finding.candidates import REGION, Candidate, find_candidates
from lmae.finding.evidence import gather, suspicion
from lmae.finding.find_errors import MOST_SURER, Finding, Proposal, find_errors, overlap, propose
from lmae.finding.posteriors import NO_POSTERIORS, ClassPosteriors
from lmae.finding.predictor import Completion, Judge, ModelPredictor
from lmae.finding.rule import (
    CANDIDATE_FEATURES,
    FEATURES,
    PIXEL_FEATURES,
    QUICK_FEATURES,
    Rule,
    Rules,
    constant,
    fit_logistic,
    fit_trees,
    leaves,
)
from lmae.finding.scene import Scene, room, searched_size, square, starts
from lmae.finding.scores import FindTally, average_precision, precision_at_recall, reliability, worth_accepting
from lmae.finding.segmenter import SegmenterPredictor, split_for_rules, train_segmenter
from lmae.finding.suspects import save_pictures, suspects
from lmae.finding.verify import Verified, passes, verify
from lmae.model.config import TINY, with_backbone
from lmae.model.lmae import LMAE


class Oracle:
    """A predictor that recognises the images it was told of, and answers with their true labels."""

    def __init__(self) -> None:
        self.truths: list[tuple[np.ndarray, np.ndarray]] = []

    def truth(self, image: np.ndarray) -> np.ndarray:
        """The true label of an image, or of a window in one."""
        height, width = image.shape[1:]
        for whole, true in self.truths:
            for row, column in np.argwhere((whole[:, :, :] == image[:, :1, :1]).all(0)):
                part = (slice(row, row + height), slice(column, column + width))
                if np.array_equal(whole[(slice(None), *part)], image):
                    return true[part]
        raise LookupError

    def view(self, image: np.ndarray, posteriors: ClassPosteriors) -> OracleView:
        return OracleView(self.truth(image))

    def learn(self, data: DataSet, items: Mapping[str, Item], others: Iterable[Item] = ()) -> Judge:
        return lambda window, label: self.posteriors(window.image)

    def posteriors(self, image: np.ndarray) -> ClassPosteriors:
        sure = np.eye(256, dtype=np.float32)[self.truth(image)][..., :5].transpose(2, 0, 1)
        return ClassPosteriors(np.arange(5, dtype=np.uint8), sure * 0.9 + 0.02)


class OracleView:
    def __init__(self, true: np.ndarray) -> None:
        self.true = true

    def complete(self, label: np.ndarray, hidden: np.ndarray) -> Completion:
        sure = np.eye(256, dtype=np.float32)[self.true][..., :6].transpose(2, 0, 1)
        return Completion(np.arange(5, dtype=np.uint8), sure * 0.9 + 0.1 / 6)

    def error_logit(self, label: np.ndarray) -> np.ndarray:
        return np.where(label == self.true, -4.0, 4.0).astype(np.float32)


@pytest.fixture(scope="module")
def oracle(shapes_folder: Path) -> Oracle:
    predictor = Oracle()
    for split in ("train", "val"):
        for data in load_sets([shapes_folder], split):
            for case in (*cases(data, 8), *cases(data, 4, whole=True)):
                predictor.truths.append((case.window.image, case.window.label))
    return predictor


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_damage_is_a_tenth_of_the_components_and_never_touches_void(scene: np.ndarray, kind: str) -> None:
    seen = 0
    for seed in range(10):
        damage = damage_for_finding(np.random.default_rng(seed), scene, kind)
        if damage is None:
            continue
        seen += 1
        assert len(damage.errors) == 1
        assert ((damage.label == 255) == (scene == 255)).all()
        assert (damage.errors[0] == (damage.label != scene)).all()
        assert LEAST_WRONG <= np.count_nonzero(damage.errors[0]) <= scene.size // 2
    assert seen >= 5


def test_windows_cover_an_image_with_as_few_as_will_do() -> None:
    assert starts(224, 224) == [0] and starts(427, 224) == [0, 203] and starts(449, 224) == [0, 112, 225]
    assert searched_size(480, 360) == (341, 256) and searched_size(100, 200) == (224, 448)
    assert searched_size(300, 250) == (300, 250)
    shown = empty_scene(320, 427)
    assert len(shown.tiles) == 4
    shown.error_logit()
    assert shown.passes == 4


def empty_scene(height: int, width: int) -> Scene:
    """Of one class."""
    image, label = np.zeros((3, height, width), np.uint8), np.zeros((height, width), np.uint8)
    return Scene(NearestPredictor(), image, label, NO_POSTERIORS)


def test_a_window_shows_what_is_around_or_the_image_ends_there() -> None:
    shown = empty_scene(320, 427)
    for box in (square(0, 0, 60), square(130, 190, 60), square(100, 150, 192), square(250, 350, 70)):
        window = shown.window_around(box)
        assert min(room(window, box, (320, 427))) >= 0
        assert window[0].stop - window[0].start == 224
    assert shown.window_around(square(40, 100, 240))[0] == slice(0, 320)
    assert shown.window_around(square(20, 20, 100)) in shown.tiles


def test_far_masks_are_hidden_together_and_near_ones_apart() -> None:
    shown = empty_scene(224, 448)
    label = shown.label
    near = [disc(label.shape, 100, 60 + by, 10) for by in (0, 25)]
    far = disc(label.shape, 100, 140, 10)
    beyond = disc(label.shape, 100, 400, 10)
    found = passes(shown, [*near, far, beyond])
    assert [one.members for one in found] == [[0, 2], [1], [3]]
    for one in found:
        for number in one.members:
            box = bounds([*near, far, beyond][number])
            assert min(room(one.window, box, label.shape)) >= 0


def test_a_predictor_that_knows_finds_everything_and_breaks_nothing(shapes_folder: Path, oracle: Oracle) -> None:
    rules = fitted_rules(oracle, load_sets([shapes_folder], "train"), 8, lambda _: None)
    report = evaluate_finding(oracle, rules, load_sets([shapes_folder], "val"), 8)
    scores = report["sets"]["shapes"]
    assert scores["windows"] >= 4
    assert scores["component_ap"] > 0.75 and scores["precision_at_50_recall"] > 0.9
    assert scores["pixel_ap"] > 0.95
    assert scores["harm"] == 0
    assert scores["repaired"] > 0.9 and scores["outline_repaired"] > 0.7
    assert set(scores["kinds"]) == set(KIND_NAMES)
    assert report["reliability"][0][0] == 0
    json.dumps(report)
    whole = evaluate_finding(oracle, rules, load_sets([shapes_folder], "val"), 4, whole=True)["sets"]["shapes"]
    assert whole["windows"] == 4 and whole["component_ap"] > 0.85 and whole["harm"] < 0.002


def test_the_same_window_is_found_the_same_way_twice_in_few_passes(shapes_folder: Path, oracle: Oracle) -> None:
    case, posteriors = next(with_posteriors(oracle, load_sets([shapes_folder], "val")[0], 1))
    scenes = [Scene(oracle, case.window.image, case.damage.label, posteriors) for _ in range(2)]
    first, second = (find_errors(one, simple_rules()) for one in scenes)
    assert len(first.proposals) == len(second.proposals) > 0
    for one, other in zip(first.proposals, second.proposals, strict=True):
        assert (one.where == other.where).all() and (one.label == other.label).all()
        assert (one.label != case.damage.label)[one.where].all()
    assert scenes[0].passes <= 1 + cascade.MOST_VERIFIED


def test_an_error_across_windows_is_found_as_one() -> None:
    true = np.zeros((160, 320), np.uint8)
    true[disc(true.shape, 80, 160, 30)] = 1
    true[:, :40] = 1
    given = np.where(np.arange(320) < 40, true, 0).astype(np.uint8)
    image = np.random.default_rng(0).integers(0, 256, (3, 160, 320)).astype(np.uint8)
    knows = Oracle()
    knows.truths.append((image, true))
    shown = Scene(knows, image, given, knows.posteriors(image))
    assert [box[1] for box in shown.tiles] == [slice(0, 160), slice(160, 320)]
    assert (np.sign(shown.error_logit()) == np.where(given == true, -1, 1)).all()  # however tiles are blended
    best = find_errors(shown, simple_rules()).proposals[0]
    assert overlap(best.where, given != true) > 0.99 and (best.label == true)[best.where].all()


def simple_rules() -> Rules:
    """Pixels by the error head alone, candidates by their mean suspicion."""

    def stump(features: Sequence[str]) -> Rule:
        return Rule(0.0, (0.0,) * len(features), ((0, 0.0, -2.0, 2.0),))

    pixel = Rule(0.0, (1.0,) + (0.0,) * (len(PIXEL_FEATURES) - 1))
    return Rules(pixel, stump(QUICK_FEATURES), stump(CANDIDATE_FEATURES), 0.5)


def test_rules_survive_the_manifest_and_say_what_is_missing(tmp_path: Path) -> None:
    nested = (1, 0.25, (2, 3.5, -0.1, 0.2), 0.4)
    trees = {"pixel": (), "quick": (nested, nested, 0.1), "verified": (nested,)}
    every = {name: Rule(0.5, tuple(map(float, range(len(FEATURES[name])))), trees[name]) for name in FEATURES}
    rules = Rules(**every, accept=0.6)
    write_manifest(tmp_path / "model.json", {"name": "a", "finding": rules.to_json()})
    text = (tmp_path / "model.json").read_text()
    assert text.count("\n") < 100 and "[1, 0.25, [2, 3.5, -0.1, 0.2], 0.4]" in text
    stored = json.loads(text)["finding"]
    assert Rules.from_json(stored) == rules
    with pytest.raises(KeyError, match="quick"):
        Rules.from_json({"pixel": stored["pixel"]})
    del stored["pixel"]["weights"][PIXEL_FEATURES[0]]
    with pytest.raises(ValueError, match="fit them again"):
        Rules.from_json(stored)


def test_trees_learn_what_no_line_divides() -> None:
    x = np.random.default_rng(0).normal(0, 1, (2000, 3))
    hits = (x[:, 0] > 0) ^ (x[:, 1] > 0.5)
    start = constant(hits, 3)
    rule = fit_trees(start, x[:1000], hits[:1000])
    assert ((rule(x[1000:]) > 0.5) == hits[1000:]).mean() > 0.93
    assert rule == fit_trees(start, x[:1000], hits[:1000])
    assert (leaves((0, 0.0, -1.0, (1, 0.0, 2.0, 3.0)), np.array([[-1, 5], [0, -1], [0, 0]])) == [-1, 2, 3]).all()


def test_logistic_regression_recovers_its_weights() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(3, 2, (20000, 2))
    p = 1 / (1 + np.exp(-(-1.0 + 0.8 * x[:, 0] - 0.5 * x[:, 1])))
    fitted = fit_logistic(x, (rng.random(len(x)) < p).astype(float))
    np.testing.assert_allclose([fitted.bias, *fitted.weights], [-1.0, 0.8, -0.5], atol=0.08)


def test_rankings_are_scored_as_defined() -> None:
    a, b = np.arange(16) < 8, abs(np.arange(16) - 8) <= 4
    assert overlap(a, b) == pytest.approx(4 / 13) and overlap(a, ~a) == 0
    hits = np.array([True, False, True])
    assert average_precision(hits, 4) == pytest.approx((1 + 2 / 3) / 4)
    assert precision_at_recall(hits, 4, 0.5) == pytest.approx(2 / 3)
    assert precision_at_recall(hits, 8, 0.5) == 0


def test_proposals_are_worth_accepting_when_they_mend_more_than_they_break() -> None:
    true = np.ones((4, 4), np.uint8)
    true[0] = 255
    given = true.copy()
    given[1] = 2
    rows = np.arange(4)[:, None] + np.zeros((4, 4), int)
    label = np.ones((4, 4), np.uint8)
    mends = Proposal(rows <= 1, label, 0.9)
    breaks_as_much = Proposal((rows == 1) | (rows == 2), np.where(rows == 2, 3, 1).astype(np.uint8), 0.6)
    breaks = Proposal(rows == 3, label * 2, 0.3)
    finding = Finding((mends, breaks_as_much, breaks), np.zeros((4, 4), np.float32))
    assert worth_accepting(finding, true, given) == [(0.9, True), (0.6, False), (0.3, False)]


def test_reliability_never_falls_and_joins_small_bins() -> None:
    rows = [(0.95, True)] * 30 + [(0.8, True)] * 20 + [(0.8, False)] * 20 + [(0.6, True)] * 5
    # 0.5 has few, and with them 0.3 is better than 0.7; 0.1 is no better than what is below.
    rows += [(0.4, True)] * 25 + [(0.2, False)] * 25 + [(0.05, False)] * 29 + [(0.05, True)]
    table = reliability(rows, 0)
    assert [least for least, _ in table] == [0, 0.3, 0.9]
    assert [right for _, right in table] == pytest.approx([2 / 57, 51 / 72, 31 / 32], abs=1e-3)
    assert reliability([], 0) == reliability([], 0.5) == []


def test_a_bin_of_reliability_begins_at_the_threshold() -> None:
    rows = [(0.48, True)] * 30 + [(0.4, False)] * 30
    assert [least for least, _ in reliability(rows, 0.46)] == [0, 0.46]
    # Few just above it, or no better than those below: they go with the surer ones.
    rows = [(0.4, True)] * 30 + [(0.4, False)] * 20 + [(0.65, True)] * 5 + [(0.65, False)] * 5 + [(0.8, True)] * 30
    table = reliability([*rows, *[(0.05, False)] * 30], 0.63)
    assert [least for least, _ in table] == [0, 0.3, 0.63]
    assert [right for _, right in table] == pytest.approx([1 / 32, 31 / 52, 36 / 42], abs=1e-3)
    # All of them together are no better: it tells nothing.
    assert [least for least, _ in reliability([(0.05, True)] * 30 + [(0.8, False)] * 30, 0.63)] == [0]


def test_a_second_proposal_of_the_same_error_is_a_miss_and_harm_is_counted() -> None:
    true = np.zeros((40, 40), np.uint8)
    true[:, 20:] = 1
    given = true.copy()
    given[:10, :10] = 1
    error = given != true
    shifted = np.roll(error, 1, axis=0)
    far = np.zeros_like(error)
    far[30:, 30:] = True
    fixed = np.zeros_like(given)
    proposals = (Proposal(error, fixed, 0.9), Proposal(shifted, true, 0.8), Proposal(far, fixed, 0.7))
    finding = Finding(proposals, error * np.float32(0.9))
    tally = FindTally()
    tally.add(finding, true, given, [error], 0.65)
    scores = tally.scores()
    assert [hit for _, hit in tally.rows] == [True, False, False]
    assert scores["repaired"] == 1 and scores["harm"] == pytest.approx(100 / 1500, abs=1e-4)
    assert scores["pixel_ap"] == 1


def test_candidates_are_parts_of_components_that_something_speaks_against(scene: np.ndarray) -> None:
    image = np.repeat(scene[None], 3, axis=0)
    evidence = gather(Scene(NearestPredictor(), image, scene, NO_POSTERIORS))
    log_odds = np.full(scene.shape, -9.0, np.float32)
    log_odds[40:60, 40:60] = 3
    found = find_candidates(scene, evidence, log_odds, NO_POSTERIORS, appearance_of(image))
    assert any(one.where[45:55, 45:55].any() for one in found)
    for one in found:
        assert (one.label[one.where] != scene[one.where]).all()
        assert not (scene[one.where] == 255).any()
        if one.kind == REGION:
            assert len(np.unique(component_numbers(scene)[one.where])) == 1
    assert (suspicion(Rule(0.0, (1.0,) * len(PIXEL_FEATURES)), evidence, scene)[scene == 255] < -5).all()


def test_a_region_is_proposed_as_it_is_rebuilt(shapes_folder: Path, oracle: Oracle) -> None:
    case = next(c for c in cases(load_sets([shapes_folder], "val")[0], 8) if c.kind == "drop")
    error, true, given = case.damage.errors[0], case.window.label, case.damage.label
    sloppy = dilate(error, 4) & (given == given[error][0]) & (true != 255)
    new = np.full(true.shape, true[error][0], np.uint8)
    shown = Scene(oracle, case.window.image, given, NO_POSTERIORS)
    rebuilt = verify(shown, [Candidate(sloppy, new, REGION)])[0]
    assert rebuilt is not None
    assert overlap(rebuilt.where, error) > 0.99 > overlap(sloppy, error)
    assert (rebuilt.label == true)[error].all() and rebuilt.features[0] > 0


def test_a_region_is_one_connected_change(shapes_folder: Path, oracle: Oracle) -> None:
    case = next(c for c in cases(load_sets([shapes_folder], "val")[0], 8) if c.kind == "drop")
    error, true, given = case.damage.errors[0], case.window.label, case.damage.label.copy()
    # Far from the error a speck is wrong in the same way.
    apart = ~dilate(error, 12) & (true != given[error][0]) & (true != 255)
    row, column = np.argwhere(ndimage.binary_erosion(apart, iterations=4))[0]
    speck = np.zeros(true.shape, bool)
    speck[row - 2 : row + 3, column - 2 : column + 3] = True
    given[speck] = given[error][0]
    new = np.full(true.shape, true[error][0], np.uint8)
    shown = Scene(oracle, case.window.image, given, NO_POSTERIORS)
    rebuilt = verify(shown, [Candidate(error | speck, new, REGION)])[0]
    assert rebuilt is not None
    assert (rebuilt.where == error).all()


def test_errors_in_labels_as_they_are_are_drawn_the_surest_first(
    shapes_folder: Path, oracle: Oracle, tmp_path: Path
) -> None:
    data = load_sets([shapes_folder], "val")[0]
    flawed = replace(data, items=tuple(damaged_items(data, cases(data, 8)).values()))
    found = suspects(oracle, simple_rules(), flawed, 8)
    sure = [proposal.confidence for proposal, _ in found]
    assert len(sure) > 3 and sure == sorted(sure, reverse=True)
    save_pictures(found, data, tmp_path / "new")
    assert Image.open(tmp_path / "new/shapes.png").width > 3 * 224


def test_proposals_that_overlap_are_proposed_once_and_those_that_change_nothing_never() -> None:
    where = np.zeros((40, 40), bool)
    where[5:25, 5:25] = True
    label, new = np.zeros((40, 40), np.uint8), np.ones((40, 40), np.uint8)
    found = [Verified([], np.roll(where, by, 0), ids) for by, ids in ((0, new), (1, new), (12, label))]
    features = np.zeros((3, len(CANDIDATE_FEATURES)))
    features[:, 0] = -1, 1, 1
    likely = np.ones(3)
    kept = propose(label, found, features, likely, simple_rules())
    assert len(kept) == 1 and (kept[0].where == found[1].where).all()


def test_what_the_quick_rule_hardly_believes_is_not_proposed_as_certain() -> None:
    label, new = np.zeros((40, 40), np.uint8), np.ones((40, 40), np.uint8)
    where = np.zeros((2, 40, 40), bool)
    where[0, :10], where[1, 20:30] = True, True
    features = np.zeros((2, len(CANDIDATE_FEATURES)))
    features[:, 0] = 1
    kept = propose(label, [Verified([], one, new) for one in where], features, np.array([0.01, 0.9]), simple_rules())
    sure = float(simple_rules().verified(features)[0])
    assert sure > 0.3 and [one.confidence for one in kept] == [sure, pytest.approx(MOST_SURER * 0.01)]


@pytest.fixture(scope="module")
def network() -> LMAE:
    model = LMAE(replace(with_backbone(TINY, "tiny"), support=True))
    model.load_state_dict(random_state(model, 0))
    return model.eval()


def test_the_network_names_what_it_does_not_see_by_support(network: LMAE) -> None:
    image = np.random.default_rng(0).integers(0, 256, (3, 64, 64)).astype(np.uint8)
    label, hidden = np.zeros((64, 64), np.uint8), np.zeros((64, 64), bool)
    label[:, 40:], hidden[16:48, 8:32] = 1, True
    sure = np.full((3, 64, 64), 0.05, np.float32)
    sure[0], sure[2, 16:48, 8:32] = 0.3, 0.9
    posteriors = ClassPosteriors(np.array([0, 1, 7], np.uint8), sure / sure.sum(0))
    predictor = ModelPredictor(network)
    told = predictor.view(image, posteriors).complete(label, hidden)
    assert told.classes.tolist() == [0, 1, 7] and told.probabilities.shape == (4, 64, 64)
    np.testing.assert_allclose(told.probabilities.sum(0), 1, atol=1e-5)
    alone = predictor.view(image, NO_POSTERIORS)
    assert alone.complete(label, hidden).classes.tolist() == [0, 1]
    assert alone.error_logit(label).shape == (64, 64)
    assert (told.of(np.full((64, 64), 9, np.uint8)) == told.probabilities[3]).all()


def test_a_segmenter_learns_and_is_asked_as_the_network_is(shapes_folder: Path, network: LMAE) -> None:
    data = load_sets([shapes_folder], "train")[0]
    learn, held = split_for_rules(data)
    assert len(learn.items) + len(held.items) == len(data.items) and not set(learn.items) & set(held.items)
    predictor = SegmenterPredictor(train_segmenter(network, learn, 40, lambda _: None))
    window = next(cases(held, 1)).window
    image, label = window.image[:, :, :200], window.label[:, :200]
    posteriors = predictor.posteriors(image)
    np.testing.assert_allclose(posteriors.probabilities.sum(0), 1, atol=1e-4)
    view = predictor.view(image, posteriors)
    swapped = np.where(label != 255, (label + 1) % len(data.classes), label).astype(np.uint8)
    labelled = label != 255
    assert view.error_logit(label)[labelled].mean() < view.error_logit(swapped)[labelled].mean() - 0.3
    assert view.complete(label, labelled).probabilities.shape == (len(data.classes) + 1, *label.shape)
