"""Error finding: damage is what it says, readings are of what was hidden, and a predictor that knows finds it all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from lmae.data.components import dilate
from lmae.data.damage import KIND_NAMES, LEAST_WRONG, damage_for_finding
from lmae.data.dataset import Item
from lmae.data.sets import load_sets
from lmae.finding.appearance import appearance_of
from lmae.finding.benchmark import NearestPredictor, case_rng, cases, evaluate_finding, fitted_rule, with_posteriors
from lmae.finding.candidates import Candidate, candidates, component_numbers
from lmae.finding.draws import component_draws, patch_draws
from lmae.finding.features import PIXEL_FEATURES, REGION_FEATURES, SHIFT_FEATURES
from lmae.finding.find_window import find_errors
from lmae.finding.posteriors import NO_POSTERIORS, ClassPosteriors
from lmae.finding.predictor import MaskedInputs, as_slots
from lmae.finding.proposals import Finding, Proposal, overlap, propose, redraw
from lmae.finding.rule import Logistic, Rule
from lmae.finding.scan import masked_inputs, scan_window
from lmae.finding.scores import FindTally, average_precision, precision_at_recall, reliability, worth_accepting
from lmae.finding.segmenter import Segmenter, SegmenterPredictor, split_for_rules, train_segmenter
from lmae.finding.tune import fit_logistic


class Oracle:
    """A predictor that recognises the windows it was told of by their image, and answers with their true label."""

    def __init__(self) -> None:
        self.truths: list[tuple[np.ndarray, np.ndarray]] = []

    def slots(self, inputs: MaskedInputs, classes: np.ndarray) -> np.ndarray:
        """The true slots of every view, len(classes) where the class has none."""
        table = np.full(256, len(classes))
        table[classes] = np.arange(len(classes))
        truths = [next(t for i, t in self.truths if np.array_equal(i, image)) for image in inputs.image.numpy()]
        return table[np.stack(truths)]

    def complete(self, inputs: MaskedInputs, classes: np.ndarray) -> torch.Tensor:
        sure = np.eye(len(classes) + 1)[self.slots(inputs, classes)].transpose(0, 3, 1, 2)
        return torch.tensor(sure * 0.9 + 0.1 / (len(classes) + 1))

    def error_logits(self, inputs: MaskedInputs, classes: np.ndarray) -> torch.Tensor:
        return torch.tensor(np.where(inputs.given.numpy() == self.slots(inputs, classes), -4.0, 4.0))

    def support(self, items: Sequence[Item], classes: int) -> None:
        return None

    def class_posteriors(self, image: np.ndarray) -> ClassPosteriors:
        truth = next(t for i, t in self.truths if np.array_equal(i, image))
        sure = np.eye(256, dtype=np.float32)[truth][..., :5].transpose(2, 0, 1)
        return ClassPosteriors(np.arange(5, dtype=np.uint8), sure * 0.9 + 0.02)

    def learn(self, image: np.ndarray, label: np.ndarray) -> None:
        self.truths += [(image, label), (image[:, :, ::-1], label[:, ::-1])]


@pytest.fixture(scope="module")
def oracle(shapes_folder: Path) -> Oracle:
    predictor = Oracle()
    for split in ("train", "val"):
        for data in load_sets([shapes_folder], split):
            for case in cases(data, 8):
                predictor.learn(case.window.image, case.window.label)
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


def test_patch_draws_hide_each_patch_equally_often() -> None:
    for parts in (2, 4):
        draws = patch_draws(np.random.default_rng(0), (96, 64), parts)
        assert (np.sum(draws, axis=0) == parts - 1).all()


def test_component_draws_hide_whole_components_and_at_most_half(scene: np.ndarray) -> None:
    draws = component_draws(scene)
    assert draws
    for hidden in draws:
        assert np.count_nonzero(hidden) <= scene.size // 2
    assert np.any(draws, axis=0)[scene == 2].all()


def test_readings_count_only_passes_that_hide_a_pixel(scene: np.ndarray) -> None:
    image = np.repeat(scene[None], 3, axis=0)
    scan = scan_window(NearestPredictor(), image, scene, NO_POSTERIORS, np.random.default_rng(0))
    assert set(np.unique(scan.hidden50.coverage)) <= {0.0, 0.5}
    assert set(np.unique(scan.hidden75.coverage)) <= {0.0, 0.75}
    assert (scan.hidden50.self_confidence[scene == 255] == 0).all()
    assert (scan.hidden50.self_confidence[scan.hidden50.coverage > 0] < 0).all()
    assert (scan.band.label == scene)[scan.band.margin == 0].all() and scan.band.margin.any()
    assert not scan.support.coverage.any()


def test_a_predictor_that_knows_finds_everything_and_breaks_nothing(shapes_folder: Path, oracle: Oracle) -> None:
    rule = fitted_rule(oracle, load_sets([shapes_folder], "train"), 8, lambda _: None)
    report = evaluate_finding(oracle, rule, load_sets([shapes_folder], "val"), 8)
    scores = report["sets"]["shapes"]
    assert scores["windows"] >= 4
    assert scores["component_ap"] > 0.85 and scores["precision_at_50_recall"] > 0.9
    assert scores["pixel_ap"] > 0.95
    assert scores["harm"] == 0
    assert scores["repaired"] > 0.9
    assert set(scores["kinds"]) == set(KIND_NAMES)
    assert report["reliability"][0][0] == 0
    json.dumps(report)


def test_the_same_window_is_found_the_same_way_twice(shapes_folder: Path, oracle: Oracle) -> None:
    case, posteriors = next(with_posteriors(oracle, load_sets([shapes_folder], "val")[0], 1))
    rule = simple_rule()
    given = (case.window.image, case.damage.label, posteriors)
    first, second = (find_errors(oracle, rule, *given, case_rng(case)) for _ in range(2))
    assert len(first.proposals) == len(second.proposals) > 0
    for one, other in zip(first.proposals, second.proposals, strict=True):
        assert (one.where == other.where).all() and (one.label == other.label).all()


def simple_rule() -> Rule:
    """Pixels by the error head alone, regions by their mean suspicion."""
    pixel = Logistic(0.0, (1.0,) + (0.0,) * (len(PIXEL_FEATURES) - 1))
    region = Logistic(0.0, (1.0,) + (0.0,) * (len(REGION_FEATURES) - 1))
    shift = Logistic(-10.0, (0.0,) * len(SHIFT_FEATURES))
    return Rule(pixel, region, region, shift, 0.5)


def test_rules_survive_the_manifest_and_say_what_is_missing() -> None:
    pixel = Logistic(0.5, tuple(map(float, range(len(PIXEL_FEATURES)))))
    region = Logistic(-1.0, tuple(map(float, range(len(REGION_FEATURES)))))
    shift = Logistic(-2.0, tuple(map(float, range(len(SHIFT_FEATURES)))))
    rule = Rule(pixel, region, Logistic(0.0, region.weights), shift, 0.6)
    stored = json.loads(json.dumps(rule.to_json()))
    assert Rule.from_json(stored) == rule
    del stored["pixel"]["weights"][PIXEL_FEATURES[0]]
    with pytest.raises(KeyError, match=PIXEL_FEATURES[0]):
        Rule.from_json(stored)


def test_logistic_regression_recovers_its_weights() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(3, 2, (20000, 2))
    p = 1 / (1 + np.exp(-(-1.0 + 0.8 * x[:, 0] - 0.5 * x[:, 1])))
    fitted = fit_logistic(x, (rng.random(len(x)) < p).astype(float))
    np.testing.assert_allclose([fitted.bias, *fitted.weights], [-1.0, 0.8, -0.5], atol=0.08)


def test_rankings_are_scored_as_defined() -> None:
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
    rows += [(0.4, True)] * 25 + [(0.2, False)] * 25 + [(0.05, False)] * 30
    table = reliability(rows)
    assert [least for least, _ in table] == [0, 0.3, 0.9]
    assert [right for _, right in table] == pytest.approx([0, 50 / 70, 1], abs=1e-3)
    assert reliability([]) == []


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
    scan = scan_window(NearestPredictor(), image, scene, NO_POSTERIORS, np.random.default_rng(0))
    log_odds = np.full(scene.shape, -9.0, np.float32)
    log_odds[40:60, 40:60] = 3
    found = candidates(scene, scan, log_odds, appearance_of(image))
    assert any(one.where[45:55, 45:55].any() for one in found)
    for one in found:
        assert (one.label[one.where] != scene[one.where]).all()
        assert not (scene[one.where] == 255).any()
        if not one.shape:
            assert len(np.unique(component_numbers(scene)[one.where])) == 1


def test_proposals_that_overlap_are_proposed_once() -> None:
    where = np.zeros((40, 40), bool)
    where[5:25, 5:25] = True
    one, same = (Proposal(np.roll(where, by, 0), np.zeros((40, 40), np.uint8), 0.0) for by in (0, 1))
    found = [*(Candidate(p.where, p.label, False) for p in (one, same))]
    features = [np.array([odds] + [0.0] * (len(REGION_FEATURES) - 1)) for odds in (1.0, 2.0)]
    kept = propose(found, features, simple_rule())
    assert len(kept) == 1 and (kept[0].where == same.where).all()


def test_rims_are_redrawn_where_the_network_sees_the_border(shapes_folder: Path, oracle: Oracle) -> None:
    case = next(c for c in cases(load_sets([shapes_folder], "val")[0], 8) if c.kind == "drop")
    error, true = case.damage.errors[0], case.window.label
    sloppy = dilate(error, 4) & (case.damage.label == case.damage.label[error][0]) & (true != 255)
    new = np.full(true.shape, true[error][0], np.uint8)
    numbers = component_numbers(case.damage.label)
    after = redraw(oracle, case.window.image, case.damage.label, [Proposal(sloppy, new, 0.5)], numbers)[0]
    assert overlap(after.where, error) > 0.99 > overlap(sloppy, error)


def test_overlap_is_intersection_over_union() -> None:
    a, b = np.zeros((4, 4), bool), np.zeros((4, 4), bool)
    a[:2], b[1:3] = True, True
    assert overlap(a, b) == pytest.approx(1 / 3)
    assert overlap(a, ~a) == 0


def test_a_segmenter_learns_and_answers_in_slots(shapes_folder: Path) -> None:
    data = load_sets([shapes_folder], "train")[0]
    learn, held = split_for_rules(data)
    assert len(learn.items) + len(held.items) == len(data.items) and not set(learn.items) & set(held.items)
    predictor = SegmenterPredictor(train_segmenter(learn, 0.2, 0, lambda _: None))
    case = next(cases(held, 1))
    slots, classes = as_slots(case.window.label)
    shown = np.zeros(slots.shape, bool)
    inputs = masked_inputs(case.window.image, slots, [shown])
    probabilities, wrong = predictor.complete(inputs, classes), predictor.error_logits(inputs, classes)
    assert probabilities.shape == (1, len(classes) + 1, *slots.shape)
    np.testing.assert_allclose(probabilities.sum(1), 1, atol=1e-4)
    swapped = np.where(slots < len(classes), (slots + 1) % len(classes), slots).astype(np.uint8)
    suspicious = predictor.error_logits(masked_inputs(case.window.image, swapped, [shown]), classes)
    labelled = slots < len(classes)
    assert wrong[0].numpy()[labelled].mean() < suspicious[0].numpy()[labelled].mean() - 0.3


def test_the_segmenter_is_as_large_as_lmae_small() -> None:
    parameters = sum(p.numel() for p in Segmenter(12).parameters())
    assert 4.2e6 < parameters < 5.2e6
