"""Support: what other labelled images say. An image's own labels never reach it, and slots stay exchangeable."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from lmae.arrays import VOID
from lmae.data.dataset import DataSet, Item
from lmae.data.sets import load_sets
from lmae.data.windows import TrainStream, random_window
from lmae.evaluation.golden import random_state, synthetic_input
from lmae.evaluation.protocol import protocol_tasks, protocol_windows
from lmae.evaluation.scoring import collate_tasks, evaluate_model, model_predictor
from lmae.evaluation.supported import with_support
from lmae.model.config import TINY, with_backbone
from lmae.model.lmae import LMAE
from lmae.model.prior import nearest_label
from lmae.model.slots import OTHER, UNKNOWN
from lmae.model.support import CHANNELS, Support, evidence, no_support
from lmae.support import classifier
from lmae.support.classifier import train_on_cells
from lmae.support.features import LONGEST, whole_image, whole_size
from lmae.support.random import Mulberry32
from lmae.support.set_support import CELLS, FOLDS, SetSupport, draw_cells
from lmae.training import episodes
from lmae.training.episodes import Episodes
from lmae.training.prior import nearest_labels

CONFIG = replace(with_backbone(TINY, "tiny"), support=True)
SLOTS = 5


@pytest.fixture(scope="module")
def model() -> LMAE:
    model = LMAE(CONFIG)
    model.load_state_dict(random_state(model, 0))
    return model.eval()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier, "STEPS", 60)


def windows(seeds: range) -> dict[str, torch.Tensor]:
    samples = [synthetic_input(64, 3, seed) for seed in seeds]
    return {name: torch.stack([sample[name] for sample in samples]) for name in samples[0]}


def some_support(count: int) -> Support:
    """Posteriors of SLOTS slots; slot 4 of the first window is a candidate, the second window has no support."""
    generator = torch.Generator().manual_seed(1)
    posteriors = torch.rand(count, SLOTS + 1, 8, 8, generator=generator)
    candidate = torch.zeros(count, SLOTS, dtype=torch.bool)
    candidate[0, 4] = True
    return Support(posteriors / posteriors.sum(1, keepdim=True), candidate, torch.arange(count) != 1)


def answer(model: LMAE, batch: dict[str, torch.Tensor], support: Support | None) -> tuple[torch.Tensor, torch.Tensor]:
    with torch.no_grad():
        image, distance = batch["image"].float() / 255, batch["distance"].float()
        output = model(
            image, batch["given"], batch["nearest"], distance, SLOTS, regions=batch["regions"], support=support
        )
    assert output.error_logit is not None
    return output.logits, output.error_logit


def test_cells_are_drawn_from_every_class_by_the_root_of_its_size() -> None:
    cells = np.full((32, 32), VOID, np.uint8)
    cells[:20], cells[20, :16], cells[25] = 0, 1, 7
    drawn = cells.ravel()[draw_cells(cells, 2)]
    assert len(drawn) == CELLS
    assert set(drawn) == {0, 1}
    # 640 and 16 cells: a plain draw would take 6 of the 16.
    assert np.count_nonzero(drawn == 1) >= 12
    assert len(draw_cells(cells[21:], 2)) == 0
    many = draw_cells(np.zeros((30, 30), np.uint8), 1)
    assert len(set(many.tolist())) == CELLS
    few = draw_cells(np.zeros((10, 10), np.uint8), 1)
    assert few.tolist() == list(range(100))


def test_the_app_draws_the_same_cells_and_trains_the_same_perceptrons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier, "STEPS", 400)
    # What the app answers to the same is in src/core/random.test.ts and src/support/{imageCells,mlp}.test.ts.
    random = Mulberry32(1088)
    assert random.next(3).tolist() == [0.018674814142286777, 0.43318997509777546, 0.777134473901242]
    assert random.below(1000, 1).tolist() == [110]
    rare = np.where((np.arange(1000) % 62 == 5) & (np.arange(1000) < 992), 7, 3).astype(np.uint8)
    drawn = draw_cells(rare.reshape(20, 50), 8)
    assert [*drawn[:4], *drawn[-4:], drawn.sum()] == [4, 5, 7, 11, 990, 993, 994, 999, 121158]
    features = torch.from_numpy(10 * Mulberry32(7).next(180)).float().reshape(60, 3)
    classes = (features.double().sum(1) / 10).floor().to(torch.uint8)
    # The seed of a perceptron is its number.
    learned = train_on_cells([(features, classes)] * 6, 3)
    said = learned.posteriors(5, features[:3].T.reshape(1, 3, 1, 3)).flatten(2)[0].T.flatten()
    app = [0.26951, 0.7077, 0.02279, 0.08469, 0.77677, 0.13854, 0.16978, 0.78514, 0.04508]
    assert torch.allclose(said, torch.tensor(app), atol=1e-4)


def test_a_class_of_too_few_cells_is_not_learnt() -> None:
    features = torch.from_numpy(Mulberry32(3).next(120)).float().reshape(40, 3)
    classes = torch.tensor([0] * 20 + [1] * 17 + [2] * 3, dtype=torch.uint8)
    assert train_on_cells([(features, classes)], 4).known.tolist() == [[True, True, False, False]]
    with pytest.raises(ValueError, match="fewer than two classes"):
        train_on_cells([(features[:23], classes[:23])], 4)


def test_support_changes_the_answer_and_its_absence_does_not(model: LMAE) -> None:
    batch, support = windows(range(2)), some_support(2)
    told, plain, none = (
        answer(model, batch, s) for s in (support, None, no_support(2, SLOTS, 64, 64, torch.device("cpu")))
    )
    for heard, silent, empty in zip(told, plain, none, strict=True):
        assert (heard[0] - silent[0]).abs().max() > 1e-3
        assert torch.allclose(heard[1], silent[1], atol=1e-5) and torch.equal(silent, empty)


def test_a_candidate_may_be_the_answer_and_other_invisible_slots_may_not(model: LMAE) -> None:
    logits, _ = answer(model, windows(range(2)), some_support(2))
    assert (logits[0, 4] > -1e8).all()
    assert (logits[0, 3] == -1e9).all() and (logits[1, 3:SLOTS] == -1e9).all()


def test_permuting_the_slots_permutes_the_answer(model: LMAE) -> None:
    batch, support = windows(range(1)), some_support(1)
    order = torch.tensor([2, 4, 0, 1, 3])
    table = torch.arange(256, dtype=torch.uint8)
    table[:SLOTS] = order.to(torch.uint8)
    moved = {**batch, "given": table[batch["given"].long()], "nearest": table[batch["nearest"].long()]}
    back = torch.argsort(order)
    own = support.posteriors[:, :SLOTS][:, back]
    turned = Support(torch.cat([own, support.posteriors[:, -1:]], 1), support.candidate[:, back], support.given)
    before, after = answer(model, batch, support), answer(model, moved, turned)
    assert torch.allclose(before[0][:, :SLOTS], after[0][:, order], atol=1e-4)
    assert torch.allclose(before[0][:, -1], after[0][:, -1], atol=1e-4)
    assert torch.allclose(before[1], after[1], atol=1e-4)


def test_computing_every_slot_changes_no_answer(model: LMAE) -> None:
    batch, support = windows(range(3)), some_support(3)
    sparse = answer(model, batch, support)
    dense_model = LMAE(CONFIG).eval()
    dense_model.load_state_dict(model.state_dict())
    dense_model.every_slot = True
    for one, other in zip(sparse, answer(dense_model, batch, support), strict=True):
        assert torch.allclose(one, other, atol=1e-5)


def test_evidence_is_a_probability_its_logarithm_and_a_flag() -> None:
    support = Support(torch.tensor([1.0, 0.1, 0.0]).reshape(1, 3, 1, 1), torch.zeros(1, 2).bool(), torch.tensor([True]))
    found = evidence(support)[0, :, :, 0, 0]
    assert found.shape == (3, CHANNELS)
    assert torch.allclose(found, torch.tensor([[1, 1, 1], [0.1, 2 / 3, 1], [0, 0, 1]]), atol=1e-6)


@pytest.mark.parametrize(
    "size,wanted", [((480, 360), (352, 256)), ((128, 128), (256, 256)), ((4000, 300), (LONGEST, 256))]
)
def test_whole_images_have_one_size_that_the_backbone_divides(size: tuple[int, int], wanted: tuple[int, int]) -> None:
    assert whole_size(*size) == wanted


def test_the_prior_on_a_device_is_the_prior(model: LMAE) -> None:
    rng = np.random.default_rng(0)
    given = rng.integers(0, 4, (3, 48, 64)).astype(np.uint8)
    given[rng.random(given.shape) < 0.9] = UNKNOWN
    given[1, :, 1:] = UNKNOWN
    nearest, distance = nearest_labels(torch.from_numpy(given))
    for number, label in enumerate(given):
        _, wanted = nearest_label(label, label != UNKNOWN)
        np.testing.assert_allclose(distance[number].numpy(), wanted, rtol=1e-5)
        rows, columns = np.nonzero(label != UNKNOWN)
        for y, x in rng.integers(0, (48, 64), (40, 2)):
            far = np.hypot(rows - y, columns - x)
            assert int(nearest[number, y, x]) in label[rows, columns][far <= far.min() + 1e-4]


def test_a_view_says_where_the_window_lies(shapes_folder: Path) -> None:
    (data,) = load_sets([shapes_folder], "train")
    for seed, item in enumerate(data.items):
        label = np.asarray(item.open_label(), np.float32)
        _, cut, view = random_window(np.random.default_rng(seed), item, 128)
        grid = F.affine_grid(torch.from_numpy(view)[None], [1, 1, 128, 128], align_corners=False)
        seen = F.grid_sample(torch.from_numpy(label)[None, None], grid, mode="nearest", align_corners=False)
        assert (seen[0, 0].numpy() == cut).mean() > 0.97


def trained_on(shapes_folder: Path, change: int | None, model: LMAE) -> SetSupport:
    """Support of all training images, one of them with its classes exchanged."""
    (data,) = load_sets([shapes_folder], "train")
    items = [exchanged(item) if number == change else item for number, item in enumerate(data.items)]
    return SetSupport(model, items, len(data.classes))


def exchanged(item: Item) -> Item:
    """The item with each of its classes in the place of the next: it shows the same ones elsewhere."""
    from lmae.data.pack import decoded

    plain, label = decoded(item), np.array(item.open_label(), np.uint8)
    classes = np.unique(label)
    label = np.roll(classes, 1)[np.searchsorted(classes, label)]
    height, width = label.shape
    return replace(plain, label=f"P5 {width} {height} 255\n".encode() + label.tobytes())


def test_an_image_is_never_judged_by_its_own_labels(shapes_folder: Path, model: LMAE) -> None:
    (data,) = load_sets([shapes_folder], "train")
    right, wrong = trained_on(shapes_folder, None, model), trained_on(shapes_folder, 1, model)
    # What item 1 is judged by has seen neither of its labels.
    assert list(right.fold.values()) == list(wrong.fold.values()) == [0, 1, 2, 3, 0, 1]
    (changed,) = wrong.fold.keys() - right.fold.keys()
    assert right.fold[data.items[1]] == wrong.fold[changed]
    assert right.map(data.items[1]).argmax(0).tolist() == wrong.map(changed).argmax(0).tolist()
    assert np.abs(right.map(data.items[2]) - wrong.map(data.items[2])).max() > 1e-3
    with pytest.raises(ValueError, match="labelled images or more"):
        SetSupport(model, data.items[:2], len(data.classes))


def test_images_of_the_same_classes_fall_into_different_folds(shapes_folder: Path, model: LMAE) -> None:
    (data,) = load_sets([shapes_folder], "train")
    items = [replace(item, ids=(number,) * 256) for number, item in enumerate(data.items[:FOLDS])]
    again = [replace(item, name=f"{item.name} again") for item in items]
    # By their order alone, an image and another of its one class, FOLDS later, would share a fold.
    fold = SetSupport(model, [*items, *again], len(data.classes)).fold
    assert all(fold[item] != fold[same] for item, same in zip(items, again, strict=True))


def test_an_episode_never_holds_the_image_it_speaks_for(
    shapes_folder: Path, model: LMAE, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(episodes, "EPISODES", 3)
    monkeypatch.setattr(episodes, "FEWEST", 2)
    (data,) = load_sets([shapes_folder], "train")
    seen: list[torch.Tensor] = []
    train = episodes.train_classifiers

    def spy(features: torch.Tensor, classes: torch.Tensor, images: torch.Tensor, *rest: object) -> object:
        seen.append(classes)
        return train(features, classes, images, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(episodes, "train_classifiers", spy)
    found = Episodes([data], model, torch.device("cpu"))
    found.draw(0)
    maps = found.maps.clone()
    assert found.there.all() and torch.allclose(maps[:, :5].float().sum(1), torch.ones(6, 40, 40), atol=2e-2)
    # Other labels in image 0: the posteriors of its own block stay, some others move.
    found.classes[:, 0] = 4
    found.draw(0)
    changed = (found.maps != maps).flatten(1).any(1)
    assert not changed[0] and changed.any() and len(seen) >= 2


def test_windows_of_training_get_candidates_that_the_hole_hides(shapes_folder: Path, model: LMAE) -> None:
    (data,) = load_sets([shapes_folder], "train")
    found = Episodes([data], model, torch.device("cpu"))
    found.there[:] = True
    found.maps[:] = 0
    found.maps[:, 3] = 0.7
    found.maps[:, 0] = 0.3
    batch = next(iter(TrainStream([data], batch=20, seed=3, sizes={160: 1.0})))
    before = {name: value.clone() for name, value in batch.items()}
    support = found.tell(batch, 1.0)
    assert support.given.all() and torch.allclose(support.posteriors.sum(1), torch.ones(20, 20, 20), atol=1e-4)
    plain = (before["groups"][:, :5] == torch.arange(5, dtype=torch.uint8)).all(1)
    assert plain.any()
    for row in torch.nonzero(plain)[:, 0].tolist():
        old, new = before["classes"][row].tolist(), batch["classes"][row].tolist()
        added = [c for c in new if c != VOID and c not in old]
        assert set(added) <= {0, 3} and (3 in old or 3 in added)
        for slot, class_id in enumerate(new):
            if class_id in added:
                assert support.candidate[row, slot]
                mine = before["truth"][row] == class_id
                assert (batch["target"][row][mine] == slot).all() and not (batch["given"][row] == slot).any()
        assert (batch["target"][row] == OTHER).sum() <= (before["target"][row] == OTHER).sum()
    assert not found.tell(next(iter(TrainStream([data], batch=4, seed=3, sizes={160: 1.0}))), 0.0).given.any()


def test_evaluation_with_support_can_name_what_no_pixel_shows(shapes_folder: Path, model: LMAE) -> None:
    (train,), (val,) = load_sets([shapes_folder], "train"), load_sets([shapes_folder], "val")
    support = SetSupport(model, train.items, 5)
    tasks = list(protocol_tasks(protocol_windows(val), "object", 6))
    told = list(with_support(tasks, support, val))
    lost = [task for task in tasks if (task.sample["target"][task.sample["hidden"]] == OTHER).any()]
    assert lost, "no object whose class is visible nowhere"
    for task, plain in zip(told, tasks, strict=True):
        assert task.sample["posteriors"].shape == (24, 28, 28)
        for slot in np.flatnonzero(task.sample["candidate"]):
            mine = task.window.label == task.sample["classes"][slot]
            assert (task.sample["target"][mine & (plain.sample["target"] == OTHER)] == slot).all()
    probabilities = model_predictor(model)(collate_tasks(told))
    assert torch.allclose(probabilities.sum(1), torch.ones(len(told), 224, 224), atol=1e-4)

    def known(data: DataSet) -> SetSupport:
        return support

    report = evaluate_model(model_predictor(model), [val], ["object"], 4, support=known)
    assert report["sets"]["shapes"]["object"]["windows"] > 0


def test_cells_of_a_whole_image_are_its_labels(shapes_folder: Path) -> None:
    (data,) = load_sets([shapes_folder], "train")
    image, cells = whole_image(data.items[0])
    assert image.shape == (3, 256, 320) and cells.shape == (32, 40)
    assert {0, 1} <= set(cells.ravel().tolist()) <= {0, 1, 2, 3, 4, VOID}
