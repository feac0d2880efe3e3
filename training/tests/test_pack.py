"""Packs hold the labels exactly, and a burst leaves all that is to be carried home."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from lmae import burst, pack
from lmae.burst import unpacked
from lmae.data.pack import SHORT_SIDE
from lmae.data.sets import load_sets
from lmae.model.backbone import Backbone
from lmae.model.weights import load
from lmae.support import classifier
from lmae.training import episodes, pretrained


@pytest.fixture
def packs(shapes_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    out = [tmp_path / "a.tar"]
    monkeypatch.setattr(sys, "argv", ["pack", "--data", str(shapes_folder), "--out", *map(str, out)])
    pack.main()
    return out


def test_labels_in_a_pack_are_exact(packs: list[Path], shapes_folder: Path) -> None:
    (before,), (after,) = load_sets([shapes_folder], "train"), unpacked(packs, "train")
    assert after.name == before.name and after.classes == before.classes
    for one, two in zip(before.items, after.items, strict=True):
        label, small = one.open_label(), two.open_label()
        assert min(small.size) == min(SHORT_SIDE, *label.size)
        wanted = label.resize(small.size, Image.NEAREST)
        np.testing.assert_array_equal(np.asarray(small), np.asarray(wanted))


def test_a_burst_trains_and_leaves_small_files(
    packs: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(5)
    state = Backbone("tiny").state_dict()
    monkeypatch.setattr(pretrained, "pretrained_state", lambda name: state)
    monkeypatch.setattr(classifier, "STEPS", 5)
    monkeypatch.setattr(episodes, "EPISODES", 2)
    monkeypatch.setattr(episodes, "FEWEST", 2)
    out = tmp_path / "out"
    line = ["burst", "--packs", *map(str, packs), "--out", str(out), "--run", str(tmp_path / "run"), "--device", "cpu"]
    line += ["--config", "lmae-tiny", "--backbone", "tiny", "--support", "--batch", "2", "--windows", "4"]
    monkeypatch.setattr(sys, "argv", [*line, "--workers", "0", "--threads", "1", "--sizes", "128"])
    burst.main()
    model, config = load(out / "model")
    assert config.support and config.backbone == "tiny"
    (tmp_path / "last.pt").write_bytes(b"".join(p.read_bytes() for p in sorted(out.glob("state-*.bin"))))
    again, _ = load(tmp_path / "last.pt")
    for name, value in again.state_dict().items():
        if not name.startswith("backbone."):
            assert torch.allclose(value, model.state_dict()[name], atol=1e-2), name
    assert json.loads((out / "log.jsonl").read_text().splitlines()[0])["step"] == 1
