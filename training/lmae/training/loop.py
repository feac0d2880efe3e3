"""The training loop: resumable, bounded by a time budget over which the learning rate follows a cosine."""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ContextManager, Dict, List, Optional

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.utils.data import DataLoader

from ..data.dataset import DataSet, one_taxonomy
from ..data.windows import TrainStream
from ..model.autoencoder import MaskedAutoencoder
from ..model.slots import MAX_SLOTS
from ..model.support import Support
from .episodes import Episodes
from .losses import completion_loss, error_loss
from .pretrained import start_backbone
from .prior import nearest_labels
from .recorded import RecordedPasses
from .semantics import SemanticHeads
from .start import start_model

#: The backbone's learning rate as a share of what the rest has: what it knows is worth keeping.
BACKBONE_RATE = 0.2
#: What `Episodes.tell` says, as parts of a batch.
SUPPORT = ("posteriors", "candidate", "told")
#: Steps that one line of the log is the mean of.
LOG_STEPS = 50
#: Positions are shifted by at most so many patches, so that grids larger than a window's work.
FARTHEST_OFFSET = 12.0
#: Steps that have a line besides: how fast a run is shows early.
FIRST_STEPS = (1, 5, 10, 25)


def learning_rate(step: int, done: float, peak: float, warmup: int) -> float:
    """Linear warm-up over `warmup` steps, then a cosine to 1 % over the time budget (`done` = share used, 0..1)."""
    return peak * min(1.0, (step + 1) / warmup) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1.0, done))))


class Trainee(nn.Module):
    """The network with what only its training needs: one forward gives the loss, so that several GPUs share it."""

    def __init__(self, model: MaskedAutoencoder, heads: Optional[SemanticHeads], args: argparse.Namespace) -> None:
        super().__init__()
        self.model, self.heads = model, heads
        self.visible_weight, self.error_weight = args.visible_weight, args.error_weight
        self.semantic_weight = args.semantic_weight

    def forward(self, batch: Dict[str, Tensor]) -> Dict[str, Tensor]:
        """A batch of `TrainStream` with "offset" [2], and SUPPORT where there is some -> losses, "total" among them."""
        given, slots = batch["given"], batch["classes"].shape[1]
        image = (batch["image"].float() / 255).contiguous(memory_format=torch.channels_last)
        prior = (batch["nearest"], batch["distance"]) if "nearest" in batch else nearest_labels(given)
        support = Support(*(batch[name] for name in SUPPORT)) if SUPPORT[0] in batch else None
        output = self.model(
            image, given, *prior, slots, batch["offset"],
            regions=batch.get("regions"), image_context=self.heads is not None, support=support,
        )  # fmt: skip
        losses = {
            "completion": completion_loss(
                output.logits, batch["target"], batch["hidden"], batch["wrong"], self.visible_weight
            )
        }
        total = losses["completion"]
        if output.error_logit is not None:
            losses["error"] = error_loss(output.error_logit, given, batch["wrong"])
            total = total + self.error_weight * losses["error"]
        if self.heads is not None:
            losses["semantic"] = self.heads(output.image_context, batch["cell_classes"], batch["source"])
            total = total + self.semantic_weight * losses["semantic"]
        return {**losses, "total": total}


class Ema:
    """Exponential moving average of the weights; early on it forgets faster: min(decay, (1 + t) / (10 + t))."""

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.decay = decay
        self.state = {name: value.detach().clone().float() for name, value in model.state_dict().items()}

    @torch.no_grad()
    def update(self, model: nn.Module, step: int) -> None:
        decay = min(self.decay, (1 + step) / (10 + step))
        values = [value.float() for value in model.state_dict().values()]
        # A few launches for all: an accelerator waits for hundreds.
        state = list(self.state.values())
        torch._foreach_add_(state, torch._foreach_sub(values, state), alpha=1 - decay)


def parameter_groups(model: nn.Module, decay: float) -> List[Dict[str, Any]]:
    """Weight decay for matrices and kernels, none for biases, norms and scalars, nor for a backbone's weights.

    `rate` is a group's share of the learning rate. Frozen parameters are in the groups too, so that a run may go on
    with the backbone frozen or not; without a gradient they stay as they are.
    """
    backbone = [p for name, p in model.named_parameters() if ".backbone." in f".{name}"]
    others = [p for name, p in model.named_parameters() if ".backbone." not in f".{name}"]
    groups: List[Dict[str, Any]] = [
        {"params": [p for p in others if p.ndim >= 2], "weight_decay": decay, "rate": 1.0},
        {"params": [p for p in others if p.ndim < 2], "weight_decay": 0.0, "rate": 1.0},
    ]
    if backbone:
        groups.append({"params": backbone, "weight_decay": 0.0, "rate": BACKBONE_RATE})
    return groups


def to_device(batch: Dict[str, Tensor], device: torch.device) -> Dict[str, Tensor]:
    return {name: value.to(device, non_blocking=True) for name, value in batch.items()}


def shared_clock(seconds: float, world: int, device: torch.device) -> float:
    """Rank 0's clock on every rank, so that all stop at the same step."""
    if world == 1:
        return seconds
    clock = torch.tensor([seconds], dtype=torch.float64, device=device)
    dist.broadcast(clock, 0)
    return float(clock.item())


def sum_of_ranks(count: int, world: int, device: torch.device) -> int:
    """The sum over ranks: each draws window sizes, and so batches, of its own."""
    if world == 1:
        return count
    total = torch.tensor([count], device=device)
    dist.all_reduce(total)
    return int(total.item())


def train(
    args: argparse.Namespace, sets: Sequence[DataSet], on_checkpoint: Optional[Callable[[], None]] = None
) -> None:
    """Trains on the sets as `lmae.train` says; on_checkpoint is called whenever OUT/last.pt was written in between."""
    world, rank = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("RANK", "0"))
    device = torch.device(args.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    if world > 1:
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
        if device.type == "cuda":
            device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
            torch.cuda.set_device(device)
    torch.manual_seed(args.seed + rank)
    if device.type == "cpu":
        torch.set_num_threads(args.threads)

    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    saved = torch.load(out / "last.pt", map_location=device) if (out / "last.pt").exists() else None
    if saved:
        args.init = None  # the checkpoint holds what it was started from
    model, config, origin = start_model(args, one_taxonomy(sets) if args.fixed_classes else 0)
    slots, fixed = config.fixed_classes or MAX_SLOTS, config.fixed_classes > 0
    on_cpu = device.type == "cpu"
    seed = args.seed + 7919 * (saved["step"] if saved else 0)
    stream = TrainStream(
        sets, batch=args.batch, seed=seed, sizes=dict(args.sizes) if args.sizes else None, slots=slots, rank=rank,
        fixed=fixed, prior=on_cpu, regions_share=args.error_share,
    )  # fmt: skip
    prefetch = {"prefetch_factor": args.prefetch} if args.workers else {}
    # Workers start before anything lies on an accelerator, and fill their queues meanwhile.
    loader = iter(DataLoader(stream, batch_size=None, num_workers=args.workers, pin_memory=not on_cpu, **prefetch))
    model.to(device)
    model.every_slot = not on_cpu
    model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # 1.3 times faster on two cores
    nameless = all(data.per_image_ids for data in sets)
    heads = None if config.fixed_classes or nameless else SemanticHeads(sets, config.stem[2]).to(device)
    trainee = Trainee(model, heads, args)
    fused = {} if on_cpu else {"fused": True}
    groups = parameter_groups(trainee, args.weight_decay)
    optimiser = torch.optim.AdamW(groups, lr=args.lr, betas=(0.9, 0.98), **fused)
    ema = Ema(model, args.ema)
    step, elapsed, windows = 0, 0.0, 0
    if saved:
        trainee.load_state_dict(saved["trainee"])
        optimiser.load_state_dict(saved["optimiser"])
        ema.state = {name: value.to(device) for name, value in saved["ema"].items()}
        step, elapsed, windows = saved["step"], saved["elapsed"], saved["windows"]
        origin = saved["summary"]["initialised from"]

    if config.backbone and not saved and not args.init:
        start_backbone(model, next(iter(stream))["image"].to(device).float() / 255)
        ema = Ema(model, args.ema)
        origin = f"scratch, on a pretrained {config.backbone}"
    episodes = None
    if config.support and args.support_share > 0:
        episodes = Episodes(sets, model, device, args.threads, args.support_images)
        episodes.draw(seed)
    network: nn.Module = trainee
    if args.compile:
        network = torch.compile(network, dynamic=False)  # type: ignore[attr-defined]
    if world > 1:
        network = nn.parallel.DistributedDataParallel(network)
    use_bf16 = device.type == "cuda" or args.bf16

    def forward(batch: Dict[str, Tensor]) -> Dict[str, Tensor]:
        cast: ContextManager[Any] = (
            torch.autocast(device.type, dtype=torch.bfloat16) if use_bf16 else contextlib.nullcontext()
        )
        with cast:
            return network(batch)

    passes = RecordedPasses(trainee, forward) if device.type == "cuda" and world == 1 and not args.no_record else None

    def one_pass(batch: Dict[str, Tensor]) -> Dict[str, Tensor]:
        """The losses of a batch, and their gradients."""
        if passes:
            return passes(batch)
        optimiser.zero_grad(set_to_none=True)
        found = forward(batch)
        found["total"].backward()
        return {name: loss.detach() for name, loss in found.items()}

    log = (out / "log.jsonl").open("a") if rank == 0 else None

    def summary() -> Dict[str, Any]:
        return {
            "sets": ", ".join(f"{data.name} ({len(data.items)})" for data in sets),
            "windows": windows,
            "steps": step,
            "hours": round(elapsed / 3600, 2),
            "device": torch.cuda.get_device_name() if device.type == "cuda" else "CPU",
            "initialised from": origin,
        }

    def checkpoint(name: str = "last.pt") -> None:
        state = {
            "trainee": trainee.state_dict(),
            "ema": ema.state,
            "optimiser": optimiser.state_dict(),
            "config": config.to_json(),
            "step": step,
            "elapsed": elapsed,
            "windows": windows,
            "summary": summary(),
        }
        torch.save(state, out / "new.pt")
        os.replace(out / "new.pt", out / name)

    budget = args.minutes * 60
    begun, saved_at, drawn_at = time.monotonic() - elapsed, time.monotonic(), time.monotonic()
    losses: List[Dict[str, Tensor]] = []
    waited = 0.0
    kept = windows // args.keep_every if args.keep_every else 0
    session_end = elapsed + args.session_minutes * 60 if args.session_minutes else math.inf

    def done() -> float:
        """Share of the budget that is used up."""
        return windows / args.windows if args.windows else elapsed / budget

    stops: List[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: stops.append(number))

    while done() < 1 and elapsed < session_end and not shared_clock(len(stops), world, device):
        asked = time.monotonic()
        batch = to_device(next(loader), device)
        waited += time.monotonic() - asked
        batch["offset"] = torch.rand(2, device=device) * FARTHEST_OFFSET
        lr = learning_rate(step, done(), args.lr, args.warmup)
        if config.backbone:
            model.backbone.requires_grad_(done() >= args.frozen)
        if episodes and time.monotonic() - drawn_at > 60 * args.episode_minutes:
            episodes.draw(seed + step)
            drawn_at = time.monotonic()
        if episodes:
            batch.update(zip(SUPPORT, episodes.tell(batch, args.support_share), strict=True))
        for group in optimiser.param_groups:
            group["lr"] = lr * group.get("rate", 1.0)  # checkpoints of old have no rates
        found = one_pass(batch)
        norm = nn.utils.clip_grad_norm_(trainee.parameters(), 1.0)
        if on_cpu:
            if torch.isfinite(norm):
                optimiser.step()
        else:  # the fused optimiser leaves a step out by itself, so that nobody waits for the norm
            optimiser.found_inf = (~torch.isfinite(norm)).float()  # type: ignore[attr-defined]
            optimiser.step()
        ema.update(model, step)
        step += 1
        windows += sum_of_ranks(len(batch["given"]), world, device)
        elapsed = shared_clock(time.monotonic() - begun, world, device)
        losses.append({name: loss.clone() for name, loss in found.items()})
        if log and (step % LOG_STEPS == 0 or step in FIRST_STEPS):
            rows = {name: [row[name] for row in losses if name in row] for row in losses for name in row}
            mean = {name: round(float(torch.stack(values).mean()), 4) for name, values in rows.items()}
            losses.clear()
            entry = {"step": step, "windows": windows, "minutes": round(elapsed / 60, 2), **mean, "lr": lr}
            entry["waited for data"] = round(waited, 1)  # seconds in all
            log.write(json.dumps(entry) + "\n")
            log.flush()
        if rank == 0 and time.monotonic() - saved_at > args.save_minutes * 60:
            checkpoint()
            if on_checkpoint:
                on_checkpoint()
            saved_at = time.monotonic()
        if rank == 0 and args.keep_every and windows // args.keep_every > kept:
            kept = windows // args.keep_every
            checkpoint(f"at-{windows}.pt")
    if rank == 0:
        checkpoint()
    signal.signal(signal.SIGTERM, before)
    if world > 1:
        dist.destroy_process_group()
