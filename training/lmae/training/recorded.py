"""Training steps on a CUDA device without the cost of launching them: a CUDA graph a shape of batch, replayed.

A step is some thousand small kernels, and starting them one by one takes a processor longer than the device works on
them. A graph holds those of one shape: the inputs are copied to where it reads, and it runs as a whole.
"""

from __future__ import annotations

from typing import Callable, Dict, List, NamedTuple, Tuple

import torch
from torch import Tensor, nn

#: Passes before a recording: libraries choose their kernels, which must not happen within.
WARM_UP = 3

Batch = Dict[str, Tensor]
Losses = Dict[str, Tensor]


class Recording(NamedTuple):
    graph: "torch.cuda.CUDAGraph"
    inputs: Batch
    losses: Losses


class RecordedPasses:
    """Forward and backward pass of a network, recorded once a shape of batch; gradients lie where they always lay."""

    def __init__(self, network: nn.Module, losses: Callable[[Batch], Losses]) -> None:
        """losses(batch): the forward pass. It neither waits for the device nor depends on values outside of tensors."""
        self.network, self.losses = network, losses
        self.recordings: Dict[Tuple[object, ...], Recording] = {}
        self.trainable: List[nn.Parameter] = []

    def __call__(self, batch: Batch) -> Losses:
        """The losses, until the next call, and the gradient of their "total" in every trainable parameter's grad."""
        trainable = [p for p in self.network.parameters() if p.requires_grad]
        if [id(p) for p in trainable] != [id(p) for p in self.trainable]:
            self.forget(trainable)
        shape = tuple((name, tuple(value.shape)) for name, value in batch.items())
        if shape not in self.recordings:
            self.recordings[shape] = self.record(batch)
        recording = self.recordings[shape]
        for name, value in batch.items():
            recording.inputs[name].copy_(value)
        recording.graph.replay()
        return recording.losses

    def forget(self, trainable: List[nn.Parameter]) -> None:
        """Starts anew when other parameters are trained than before."""
        self.recordings.clear()
        torch.cuda.empty_cache()
        for p in self.network.parameters():
            p.grad = torch.zeros_like(p) if p.requires_grad else None
        self.trainable = trainable
        self.pool = torch.cuda.graph_pool_handle()

    def one_pass(self, batch: Batch) -> Losses:
        torch._foreach_zero_([p.grad for p in self.trainable if p.grad is not None])
        found = self.losses(batch)
        found["total"].backward()
        return {name: loss.detach() for name, loss in found.items()}

    def record(self, batch: Batch) -> Recording:
        inputs = {name: value.clone() for name, value in batch.items()}
        beside = torch.cuda.Stream()
        beside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(beside):
            for _ in range(WARM_UP):
                self.one_pass(inputs)
        torch.cuda.current_stream().wait_stream(beside)
        graph = torch.cuda.CUDAGraph()
        # The thread that pins memory for the loader may talk to the device meanwhile.
        with torch.cuda.graph(graph, self.pool, capture_error_mode="thread_local"):  # type: ignore[call-arg, unused-ignore]
            losses = self.one_pass(inputs)
        return Recording(graph, inputs, losses)
