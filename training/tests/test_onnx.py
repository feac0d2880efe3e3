"""The ONNX export answers as the PyTorch model does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from lmae.evaluation.golden import random_state, synthetic_input
from lmae.model.config import TINY
from lmae.model.lmae import LMAE
from lmae.onnx import OneWindow, WindowInput, export, window_input

SIZE, SLOTS = 64, 3


def tiny_model(support: bool = False) -> LMAE:
    model = LMAE(replace(TINY, support=support))
    model.load_state_dict(random_state(model, 1))
    return model.eval()


def window(seed: int) -> tuple[torch.Tensor, ...]:
    sample = synthetic_input(SIZE, SLOTS, seed)
    given, nearest, distance = (sample[name][None] for name in ("given", "nearest", "distance"))
    return sample["image"][None].float() / 255, given, nearest, distance.float()


@pytest.mark.parametrize("support", [False, True])
def test_one_window_answers_as_the_model_does(support: bool) -> None:
    model = tiny_model(support)
    with torch.no_grad():
        logits = OneWindow(model, SIZE, SLOTS)(*window_input(*window(1), SLOTS))
        assert (logits - model(*window(1), SLOTS).logits).abs().max() < 1e-4


def test_onnx_runtime_answers_as_the_model_does_whatever_is_visible(tmp_path: Path) -> None:
    onnxruntime = pytest.importorskip("onnxruntime")
    if int(torch.__version__.split(".")[0]) > 1:
        pytest.importorskip("onnx", reason="PyTorch 2 exports with the package onnx only")
    model = tiny_model()
    export(model, tmp_path / "tiny.onnx", SIZE, SLOTS)
    session = onnxruntime.InferenceSession(str(tmp_path / "tiny.onnx"))
    assert [one.name for one in session.get_inputs()] == list(WindowInput._fields)
    visible = set()
    for seed in (1, 2, 4):
        inputs = window_input(*window(seed), SLOTS)
        visible.add(len(inputs.order))
        logits = session.run(["logits"], {name: value.numpy() for name, value in inputs._asdict().items()})[0]
        with torch.no_grad():
            expected = model(*window(seed), SLOTS).logits
        assert (torch.from_numpy(logits) - expected).abs().max() < 1e-4
    assert len(visible) > 1


def test_a_slot_that_is_visible_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match=r"slots \[3\]"):
        window_input(*window(1), SLOTS + 1)
