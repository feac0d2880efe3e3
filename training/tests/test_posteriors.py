"""What support says of a window: nothing of classes it does not know, and learnt from labels as they are given."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lmae.data.dataset import DataSet
from lmae.data.sets import load_sets
from lmae.evaluation.golden import random_state
from lmae.evaluation.protocol import Place, protocol_windows
from lmae.finding.benchmark import cases, damaged_items, whole_images, with_posteriors
from lmae.finding.evidence import purity, read_support
from lmae.finding.posteriors import NO_POSTERIORS, WHOLE, ClassPosteriors, support_posteriors
from lmae.finding.predictor import ModelPredictor
from lmae.model.config import TINY, with_backbone
from lmae.model.lmae import LMAE
from lmae.support import classifier
from lmae.support.set_support import SetSupport


@pytest.fixture(scope="module")
def predictor() -> ModelPredictor:
    model = LMAE(with_backbone(TINY, "tiny"))
    model.load_state_dict(random_state(model, 0))
    return ModelPredictor(model.eval())


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier, "STEPS", 60)


def shapes(folder: Path, split: str = "train") -> DataSet:
    return load_sets([folder], split)[0]


def fitted(predictor: ModelPredictor, data: DataSet) -> SetSupport:
    support = predictor.support(data.items, len(data.classes))
    assert support is not None
    return support


def test_posteriors_are_of_the_window(shapes_folder: Path, predictor: ModelPredictor) -> None:
    data = shapes(shapes_folder)
    support, items = fitted(predictor, data), {item.name: item for item in data.items}
    right = []
    for window in protocol_windows(data):
        found = support_posteriors(support, items[window.image_name], window.place, window.label)
        assert found.probabilities.shape == (len(found.classes), 224, 224)
        np.testing.assert_allclose(found.probabilities.sum(0), 1, atol=1e-5)
        right.append((found.classes[found.probabilities.argmax(0)] == window.label)[window.label != 255].mean())
    assert np.mean(right) > 0.7


def test_a_window_has_the_posteriors_of_its_place(shapes_folder: Path, predictor: ModelPredictor) -> None:
    data = shapes(shapes_folder)
    support, whole = fitted(predictor, data), next(whole_images(data))
    item = next(one for one in data.items if one.name == whole.image_name)
    every = support_posteriors(support, item, WHOLE, whole.label)
    height, width = whole.label.shape
    part = support_posteriors(support, item, Place(0.5, 0.0, 1.0, 1.0), whole.label[height // 2 :])
    assert every.probabilities.shape == (len(every.classes), height, width)
    if height % 2 == 0:
        np.testing.assert_allclose(part.probabilities, every.probabilities[:, height // 2 :], atol=1e-4)


def test_a_picture_that_it_would_call_something_else_all_over_has_no_posteriors(
    shapes_folder: Path, predictor: ModelPredictor
) -> None:
    data = shapes(shapes_folder)
    support, window = fitted(predictor, data), next(protocol_windows(data))
    item = next(one for one in data.items if one.name == window.image_name)
    given = support_posteriors(support, item, window.place, window.label)
    assert len(given.classes) > 1
    other = np.where(window.label == 255, window.label, (window.label + 1) % 2).astype(np.uint8)
    assert support_posteriors(support, item, window.place, other) is NO_POSTERIORS


def test_a_class_that_no_judge_has_seen_is_not_judged(shapes_folder: Path, predictor: ModelPredictor) -> None:
    data = shapes(shapes_folder)
    label = np.array(data.items[0].open_label())
    label[:, 40:120] = 7
    height, width = label.shape
    odd = replace(data.items[0], label=f"P5 {width} {height} 255\n".encode() + label.tobytes())
    support = fitted(predictor, replace(data, classes=(*data.classes, "d", "e", "f"), items=(odd, *data.items[1:])))
    # Others learn class 7 from the odd image, whose own perceptron has not seen it.
    assert not support.known(odd)[7] and support.known(data.items[1])[7]
    window = next(protocol_windows(replace(data, items=(odd,))))
    found = support_posteriors(support, odd, window.place, window.label)
    assert 7 not in found.classes
    self_confidence, _ = read_support(found, window.label)
    assert (window.label == 7).any() and not self_confidence[window.label == 7].any() and self_confidence.any()


def test_a_single_known_class_says_nothing() -> None:
    label = np.zeros((32, 32), np.uint8)
    for one in (NO_POSTERIORS, ClassPosteriors(np.zeros(1, np.uint8), np.ones((1, 32, 32), np.float32))):
        assert not np.any(read_support(one, label))


def test_support_does_not_count_for_what_is_finer_than_a_cell() -> None:
    label = np.zeros((32, 32), np.uint8)
    label[:, 18:21] = 1
    pure = purity(label)
    assert (pure[:, 18:21] == 0).all() and (pure[:, :4] == 1).all() and 0 < pure[16, 14] < 1
    # The last cells need not be whole.
    assert purity(label[:29, :27]).shape == (29, 27)


def test_damaged_windows_lie_in_their_places(shapes_folder: Path) -> None:
    data = shapes(shapes_folder)
    found = list(cases(data, 100))
    items = damaged_items(data, found)
    assert {item.name for item in items.values()} == set(items)
    again = {window.key: window.label for window in protocol_windows(replace(data, items=tuple(items.values())))}
    for case in found:
        # The smallest images are scaled up in the protocol: there a pixel of the label is more than one of the window.
        alike = (again[case.window.key] == case.damage.label).mean()
        small = min(items[case.window.image_name].open_label().size) < 224
        assert alike > 0.97 if small else alike == 1


def test_the_benchmark_learns_from_damaged_labels_of_both_splits(
    shapes_folder: Path, predictor: ModelPredictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    train, val = shapes(shapes_folder), shapes(shapes_folder, "val")
    learnt: list[tuple[bytes, ...]] = []

    def spy(items: tuple, classes: int) -> SetSupport | None:
        learnt.append(tuple(item.label for item in items))
        return SetSupport(predictor.model, items, classes)

    monkeypatch.setattr(predictor, "support", spy)
    rows = list(with_posteriors(predictor, val, 3, train))
    assert len(rows) == 3 and all(len(posteriors.classes) > 1 for _, posteriors in rows)
    assert len(learnt[0]) > len(val.items)
    assert not set(learnt[0]) & {item.label for item in (*val.items, *train.items)}
    assert all(row is NO_POSTERIORS for _, row in with_posteriors(predictor, replace(val, per_image_ids=True), 2))


def test_few_images_and_networks_without_a_pretrained_backbone_have_no_support(
    shapes_folder: Path, predictor: ModelPredictor
) -> None:
    data = shapes(shapes_folder)
    assert predictor.support(data.items[:3], len(data.classes)) is None
    assert ModelPredictor(LMAE(TINY)).support(data.items, len(data.classes)) is None
    assert predictor.class_posteriors(np.zeros((3, 32, 32), np.uint8)) is NO_POSTERIORS
