"""What support says of a window: nothing of classes it does not know, and learnt from labels as they are given."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lmae.data.dataset import DataSet
from lmae.data.sets import load_sets
from lmae.evaluation.golden import random_state
from lmae.evaluation.protocol import Place, protocol_windows
from lmae.finding.benchmark import cases, damaged_items, relabelled, whole_images, with_posteriors
from lmae.finding.evidence import purity, read_support
from lmae.finding.posteriors import NO_POSTERIORS, WHOLE, ClassPosteriors, support_posteriors
from lmae.finding.predictor import ModelPredictor, says_nothing
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


@pytest.fixture
def data(shapes_folder: Path) -> DataSet:
    return load_sets([shapes_folder], "train")[0]


def test_posteriors_are_of_the_window(data: DataSet, predictor: ModelPredictor) -> None:
    support, items = SetSupport(predictor.model, data.items, 5), {item.name: item for item in data.items}
    right = []
    for window in protocol_windows(data):
        item = items[window.image_name]
        found = support_posteriors(support, item, window.place, window.label)
        assert found.probabilities.shape == (len(found.classes), 224, 224)
        np.testing.assert_allclose(found.probabilities.sum(0), 1, atol=1e-5)
        right.append((found.classes[found.probabilities.argmax(0)] == window.label)[window.label != 255].mean())
        # A picture that it would call something else all over has none.
        other = np.where(window.label == 255, window.label, (window.label + 1) % 2).astype(np.uint8)
        assert right[-1] < 0.8 or support_posteriors(support, item, window.place, other) is NO_POSTERIORS
    assert np.mean(right) > 0.7 and max(right) >= 0.8
    for whole in whole_images(data):
        every = support_posteriors(support, items[whole.image_name], WHOLE, whole.label)
        half = whole.label.shape[0] // 2
        part = support_posteriors(support, items[whole.image_name], Place(0.5, 0.0, 1.0, 1.0), whole.label[half:])
        if whole.label.shape[0] % 2 == 0 and len(every.classes) and len(part.classes):
            np.testing.assert_allclose(part.probabilities, every.probabilities[:, half:], atol=1e-4)


def test_a_class_that_no_judge_has_seen_is_not_judged(data: DataSet, predictor: ModelPredictor) -> None:
    label = np.array(data.items[0].open_label())
    label[:, 40:120] = 7
    odd = relabelled(data.items[0], Image.fromarray(label))
    support = SetSupport(predictor.model, [odd, *data.items[1:]], 8)
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


def test_damaged_windows_lie_in_their_places(data: DataSet) -> None:
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
    data: DataSet, shapes_folder: Path, predictor: ModelPredictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    val = load_sets([shapes_folder], "val")[0]
    learnt: list[set[bytes]] = []

    def spy(model: LMAE, items: list, classes: int) -> SetSupport:
        learnt.append({item.label for item in items})
        return SetSupport(model, items, classes)

    monkeypatch.setattr("lmae.finding.predictor.SetSupport", spy)
    rows = list(with_posteriors(predictor, val, 3, data))
    assert len(rows) == 3 and all(len(posteriors.classes) > 1 for _, posteriors in rows)
    assert len(learnt[0]) > len(val.items)
    assert not learnt[0] & {item.label for item in (*val.items, *data.items)}


def test_few_images_own_ids_and_networks_without_a_backbone_have_no_support(
    data: DataSet, predictor: ModelPredictor
) -> None:
    items = {item.name: item for item in data.items}
    few = dict(list(items.items())[:3])
    assert predictor.learn(data, few) is says_nothing
    assert predictor.learn(replace(data, per_image_ids=True), items) is says_nothing
    assert ModelPredictor(LMAE(TINY)).learn(data, items) is says_nothing
    assert predictor.learn(data, few, data.items[3:]) is not says_nothing
