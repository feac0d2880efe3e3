"""The network's promises: slots in any order, padding without effect, exact export."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from lmae.evaluation.golden import FIXTURES, random_state, synthetic_input, write_fixture
from lmae.model.autoencoder import MASKED_LOGIT, NO_SLOT, UNKNOWN, Labels, position_embedding
from lmae.model.config import CONFIGS, TINY, Config, with_backbone
from lmae.model.lmae import LMAE, outside_own_region
from lmae.model.weights import load, load_state, save

SLOTS = 3


@pytest.fixture(scope="module")
def model() -> LMAE:
    net = LMAE(TINY)
    net.load_state_dict(random_state(net, 5))
    return net.eval()


def answer(model: LMAE, *samples: dict[str, torch.Tensor], slots: int = SLOTS) -> torch.Tensor:
    batch = {name: torch.stack([sample[name] for sample in samples]) for name in samples[0]}
    with torch.no_grad():
        image = batch["image"].float() / 255
        return model(image, batch["given"], batch["nearest"], batch["distance"].float(), slots).logits


def test_logits_cover_slots_and_other(model: LMAE) -> None:
    logits = answer(model, synthetic_input(64, SLOTS, 1))
    assert logits.shape == (1, SLOTS + 1, 64, 64)
    assert torch.isfinite(logits).all()


def test_permuting_the_slots_permutes_the_answer(model: LMAE) -> None:
    sample = synthetic_input(64, SLOTS, 1)
    order = torch.tensor([2, 0, 1], dtype=torch.uint8)
    table = torch.arange(256, dtype=torch.uint8)
    table[:SLOTS] = order
    moved = {**sample, "given": table[sample["given"].long()], "nearest": table[sample["nearest"].long()]}
    given_order, permuted = answer(model, sample), answer(model, moved)
    assert torch.allclose(given_order[:, :SLOTS], permuted[:, order.long()], atol=1e-4)
    assert torch.allclose(given_order[:, SLOTS], permuted[:, SLOTS], atol=1e-4)


def test_unused_slots_change_nothing(model: LMAE) -> None:
    sample = synthetic_input(64, SLOTS, 1)
    few, many = answer(model, sample), answer(model, sample, slots=7)
    assert torch.allclose(few[:, :SLOTS], many[:, :SLOTS], atol=1e-4)
    assert (many[:, SLOTS:7] == MASKED_LOGIT).all()
    assert torch.allclose(few[:, -1], many[:, -1], atol=1e-4)


def test_the_error_head_follows_the_pixels_not_the_slots(model: LMAE) -> None:
    sample = synthetic_input(64, SLOTS, 1)
    order = torch.tensor([2, 0, 1], dtype=torch.uint8)
    table = torch.arange(256, dtype=torch.uint8)
    table[:SLOTS] = order
    moved = {**sample, "given": table[sample["given"].long()], "nearest": table[sample["nearest"].long()]}
    given_order, permuted = (error_logit(model, s) for s in (sample, moved))
    assert given_order.shape == (1, 1, 16, 16)
    assert torch.allclose(given_order, permuted, atol=1e-4)


def test_neither_a_cell_nor_its_region_votes_on_itself(model: LMAE) -> None:
    sample = {name: value[None] for name, value in synthetic_input(64, SLOTS, 1).items()}
    labels = model.prepare_labels(sample["given"], sample["nearest"], sample["distance"].float(), SLOTS)
    pixels = torch.randn(1, TINY.stem[2], 8, 8, generator=torch.Generator().manual_seed(3))
    regions = torch.ones(1, 8, 8, dtype=torch.int16)
    regions[:, 4:] = 2
    cell = 4 * 8 + 5

    def votes_of(labels: Labels) -> torch.Tensor:
        _, votes = model.propagate(pixels, labels, regions)
        assert votes is not None
        return torch.stack([votes.other_cells, votes.other_regions]).flatten(4)[..., cell]

    with torch.no_grad():
        other_cells, other_regions = votes_of(labels)
        for values in (labels.own[8], labels.known[8]):
            values.flatten(2)[:, :, cell] = 0
        without, _ = model.propagate(pixels, labels)
        assert torch.allclose(other_cells, without.flatten(3)[..., cell], atol=1e-4)
        for values in (labels.own[8], labels.known[8]):
            values[:, :, 4:] = 0
        without, _ = model.propagate(pixels, labels)
        assert torch.allclose(other_regions, without.flatten(3)[..., cell], atol=1e-4)


def test_a_cell_of_no_region_has_votes_of_all_cells() -> None:
    regions = torch.tensor([[0, 1, 1, 2]])
    wanted = [
        [True, True, True, True],
        [True, False, False, True],
        [True, False, False, True],
        [True, True, True, False],
    ]
    assert outside_own_region(regions)[0].tolist() == wanted


def error_logit(model: LMAE, sample: dict[str, torch.Tensor]) -> torch.Tensor:
    image, given, nearest, distance = (sample[name][None] for name in ("image", "given", "nearest", "distance"))
    with torch.no_grad():
        answer = model(image.float() / 255, given, nearest, distance.float(), SLOTS, regions=sample["regions"][None])
    assert answer.error_logit is not None
    return answer.error_logit


def test_the_image_context_is_of_the_image_alone(model: LMAE) -> None:
    """It is what the network makes of a window whose labels are all hidden, whatever labels are given."""
    one, other = synthetic_input(64, SLOTS, 1), synthetic_input(64, SLOTS, 2)
    hidden = {**one, "given": torch.full_like(one["given"], UNKNOWN)}
    image = one["image"][None].float() / 255

    def context_of(sample: dict[str, torch.Tensor]) -> torch.Tensor:
        given, nearest, distance = (sample[name][None] for name in ("given", "nearest", "distance"))
        context = model(image, given, nearest, distance.float(), SLOTS, image_context=True).image_context
        assert context is not None
        return context

    with torch.no_grad():
        assert context_of(one).shape == (1, TINY.stem[2], 8, 8)
        assert torch.equal(context_of(one), context_of(other))
        assert torch.equal(context_of(one), model.image_context(model.encode_image(image)))
        f = model.encode_image(image)
        labels = model.prepare_labels(hidden["given"][None], one["nearest"][None], one["distance"][None].float(), SLOTS)
        assert torch.allclose(
            context_of(one), model.fuse_context(f, model.autoencode(f, labels, (0.0, 0.0))), atol=1e-5
        )
        assert not torch.allclose(context_of(one), model.image_context(model.encode_image(1 - image)), atol=1e-2)
        given, nearest, distance = (one[name][None] for name in ("given", "nearest", "distance"))
        assert model(image, given, nearest, distance.float(), SLOTS).image_context is None


def test_windows_of_a_batch_do_not_see_each_other(model: LMAE) -> None:
    one, two = synthetic_input(64, SLOTS, 1), synthetic_input(64, SLOTS, 2)
    two["given"][:48] = UNKNOWN  # far fewer visible patches: its tokens are padded
    together = answer(model, one, two)
    assert torch.allclose(together[:1], answer(model, one), atol=1e-4)
    assert torch.allclose(together[1:], answer(model, two), atol=1e-4)


def test_nothing_known_is_no_error(model: LMAE) -> None:
    sample = synthetic_input(64, SLOTS, 1)
    sample["given"].fill_(UNKNOWN)
    sample["nearest"].fill_(UNKNOWN)
    sample["distance"].fill_(1e4)
    assert torch.isfinite(answer(model, sample)).all()


def test_a_known_pixel_without_a_slot_is_not_unknown(model: LMAE) -> None:
    sample = synthetic_input(64, SLOTS, 1)
    other = {**sample, "given": sample["given"].clone()}
    other["given"][sample["given"] == UNKNOWN] = NO_SLOT
    assert not torch.allclose(answer(model, sample), answer(model, other), atol=1e-2)


def test_positions_are_computed_for_any_grid() -> None:
    whole = position_embedding(4, 6, 64, torch.device("cpu"))
    part = position_embedding(2, 3, 64, torch.device("cpu"), (1.0, 2.0))
    assert torch.allclose(whole.reshape(4, 6, 64)[1:3, 2:5].reshape(-1, 64), part, atol=1e-5)


def test_export_returns_the_same_model(model: LMAE, tmp_path: Path) -> None:
    save(model.state_dict(), TINY, tmp_path, {"windows": 3})
    loaded, config = load(tmp_path)
    assert config == TINY
    sample = synthetic_input(64, SLOTS, 1)
    assert torch.equal(answer(model, sample), answer(loaded, sample))
    assert "windows: 3" in (tmp_path / "README.md").read_text()


def test_export_that_lost_bytes_is_refused(model: LMAE, tmp_path: Path) -> None:
    save(model.state_dict(), TINY, tmp_path)
    shard = tmp_path / "weights-1.bin"
    shard.write_bytes(shard.read_bytes() + b"xx")
    with pytest.raises(ValueError, match="manifest"):
        load_state(tmp_path)


def test_the_model_fits_its_budget() -> None:
    config = replace(with_backbone(CONFIGS["lmae-small"], "lite0"), support=True)
    parameters = sum(p.numel() for p in LMAE(config).parameters())
    assert 2 * parameters <= 16 * 2**20


def test_config_survives_json() -> None:
    assert Config.from_json(TINY.to_json()) == TINY


@pytest.mark.parametrize("config,size", FIXTURES.items(), ids=[config.name for config in FIXTURES])
def test_golden_fixtures_in_the_app_are_current(tmp_path: Path, config: Config, size: int) -> None:
    """The committed tensors are what this code writes: the app's model is held to the present one."""
    committed = Path(__file__).parents[2] / "src" / "model" / "fixtures"
    write_fixture(tmp_path, size, SLOTS, 1, config)
    fresh, old = ((folder / config.name / "weights-1.bin").read_bytes() for folder in (tmp_path, committed))
    assert fresh == old
    header = (tmp_path / f"{config.name}.json").read_text()
    assert header == (committed / f"{config.name}.json").read_text()
    fresh, old = ((folder / f"{config.name}.bin").read_bytes() for folder in (tmp_path, committed))
    for part in json.loads(header)["parts"]:
        one, other = (
            np.frombuffer(blob, part["dtype"], int(np.prod(part["shape"])), part["offset"]).astype(np.float64)
            for blob in (fresh, old)
        )
        assert np.abs(one - other).max() < 1e-4, part["name"]
