"""Training: `python3 -m lmae.train --data /data/*.tar --out runs/small --minutes 90`.

Resumable (the same command goes on from `OUT/last.pt`), bounded by a time budget over which the learning rate
follows a cosine, and warm-started from shipped weights with `--init`. Runs on a CPU, one GPU, or several by
`torchrun --nproc_per_node N -m lmae.train ...`.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, ContextManager, Dict, List, Optional, Tuple

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader

from .autoencoder import MaskedAutoencoder
from .components import VOID
from .config import CONFIGS, Config
from .data import MAX_SLOTS, TrainStream, load_sets
from .dataset import one_taxonomy
from .export import load_state
from .fixed import build_model
from .semantics import SemanticHeads
from .slots import OTHER

#: Weights that have gained channels, for where a slot stands against its nearest rival.
GROWN = ("slot8_in.weight", "slot4_in.weight", "slot2_in.weight")
#: Parts that it has gained.
GAINED = ("trust", "hole")
#: How much a pixel within two px of a class boundary counts.
EDGE_WEIGHT = 3.0
#: Steps that one line of the log is the mean of.
LOG_STEPS = 50


def completion_loss(logits: Tensor, target: Tensor, hidden: Tensor, wrong: Tensor, visible_weight: float) -> Tensor:
    """Cross-entropy on hidden pixels, plus a small weight on visible ones of windows with damaged labels.

    logits [B, K + 1, H, W]; target uint8 [B, H, W] (slot, OTHER, VOID); hidden, wrong bool [B, H, W]. Within a
    window a class weighs as its share of hidden pixels to the power 0.75, so that small classes are not lost, and
    pixels at class boundaries weigh EDGE_WEIGHT times as much, so that these get sharp.
    """
    slots = logits.shape[1] - 1
    index = target.long()
    index = torch.where(target == OTHER, torch.full_like(index, slots), index)
    scored = hidden & (target != VOID)
    # A class the network was not shown cannot be predicted as a slot: its logit is -1e9.
    loss = F.cross_entropy(logits.float(), index.masked_fill(target == VOID, 0), reduction="none").clamp(max=20)
    # Of each window: how often a class is among the scored pixels.
    group = index.clamp(max=slots) + (slots + 1) * torch.arange(len(index), device=index.device)[:, None, None]
    count = torch.bincount(group.flatten(), scored.flatten().float(), minlength=len(index) * (slots + 1))
    share = count.reshape(-1, slots + 1) / scored.sum((1, 2)).clamp(min=1)[:, None]
    class_weight = share.clamp(min=1e-4) ** -0.25
    weight = class_weight.flatten()[group] * scored * (1 + (EDGE_WEIGHT - 1) * near_boundaries(target))
    weight = weight / weight.sum((1, 2), keepdim=True).clamp(min=1e-6)
    noisy = wrong.flatten(1).any(1)[:, None, None] & ~hidden & (target < OTHER)
    visible = visible_weight * (loss * noisy).sum() / noisy.sum().clamp(min=1)
    return (loss * weight).sum() / target.shape[0] + visible


def near_boundaries(target: Tensor) -> Tensor:
    """1 at pixels at most two px from another class, 0 elsewhere: target uint8 [B, H, W] -> float [B, H, W]."""
    values = target.float()[:, None]
    most, least = F.max_pool2d(values, 5, 1, 2), -F.max_pool2d(-values, 5, 1, 2)
    return (most != least).float()[:, 0]


def trust_loss(judged: Tensor, given: Tensor, wrong: Tensor) -> Tensor:
    """Cross-entropy of the trust head on visible pixels, in cells of stride 4.

    judged [B, 1, h4, w4] logits; given uint8 [B, H, W], wrong bool [B, H, W]. A cell counts as much as it shows
    slots; its target is the share of wrong pixels among these.
    """
    judgeable = (given < OTHER)[:, None]
    known = F.avg_pool2d(judgeable.float(), 4)
    share = F.avg_pool2d((wrong[:, None] & judgeable).float(), 4) / known.clamp(min=1e-3)
    loss = F.binary_cross_entropy_with_logits(judged.float(), share, reduction="none")
    return (loss * known).sum() / known.sum().clamp(min=1)


def learning_rate(step: int, done: float, peak: float, warmup: int) -> float:
    """Linear warm-up over `warmup` steps, then a cosine to 1 % over the time budget (`done` = share used, 0..1)."""
    return peak * min(1.0, (step + 1) / warmup) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1.0, done))))


class Trainee(nn.Module):
    """The network with what only its training needs: one forward gives the loss, so that several GPUs share it."""

    def __init__(self, model: MaskedAutoencoder, heads: Optional[SemanticHeads], args: argparse.Namespace) -> None:
        super().__init__()
        self.model, self.heads = model, heads
        self.visible_weight, self.trust_weight = args.visible_weight, args.trust_weight
        self.semantic_weight = args.semantic_weight

    def forward(self, image: Tensor, batch: Dict[str, Tensor], offset: Tuple[float, float]) -> Dict[str, Tensor]:
        """image [B, 3, H, W] in 0..1 and the batch of `TrainStream` -> losses, "total" among them."""
        given, slots = batch["given"], batch["classes"].shape[1]
        view = self.heads is not None
        answer = self.model(image, given, batch["nearest"], batch["distance"], slots, offset, batch["parts"], view)
        losses = {
            "completion": completion_loss(
                answer.logits, batch["target"], batch["hidden"], batch["wrong"], self.visible_weight
            )
        }
        total = losses["completion"]
        if answer.wrong is not None:
            losses["trust"] = trust_loss(answer.wrong, given, batch["wrong"])
            total = total + self.trust_weight * losses["trust"]
        if self.heads is not None:
            losses["semantic"] = self.heads(answer.view, batch["meaning"], batch["source"])
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
        for name, value in model.state_dict().items():
            self.state[name].lerp_(value.float(), 1 - decay)


def parameter_groups(model: nn.Module, decay: float) -> List[Dict[str, Any]]:
    """Weight decay for matrices and kernels, none for biases, norms and scalars."""
    matrices = [p for p in model.parameters() if p.ndim >= 2]
    vectors = [p for p in model.parameters() if p.ndim < 2]
    return [{"params": matrices, "weight_decay": decay}, {"params": vectors, "weight_decay": 0.0}]


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


def start_model(args: argparse.Namespace, fixed_classes: int = 0) -> Tuple[MaskedAutoencoder, Config, str]:
    """A new model, warm-started from an exported folder or a checkpoint when --init names one; and where from.

    Raises ValueError when those weights have other fixed classes: their channels mean something else.
    """
    config = CONFIGS[args.config]
    if fixed_classes:
        config = replace(config, name=f"{config.name}-fixed", fixed_classes=fixed_classes)
    model = build_model(config)
    origin = "scratch"
    if args.init:
        path = Path(args.init)
        if path.suffix == ".pt":
            saved = torch.load(path, map_location="cpu")
            state, before = saved["ema"], saved["summary"]
        else:
            state, saved = load_state(path)
            before = saved["training"]
        classes = saved["config"].get("fixed_classes", 0)
        if classes != fixed_classes:
            raise ValueError(
                f"--init {path} has {classes} fixed classes, this run {fixed_classes} (0: anonymous slots): "
                "give weights trained the same way, or leave out --init"
            )
        model.load_state_dict(grown(state, model.state_dict()))
        origin = f"{saved['config']['name']} after {before.get('windows', 'unknown')} windows"
        origin += f" ({before.get('initialised from', 'unknown')})"
    return model, config, origin


def grown(state: Dict[str, Tensor], wanted: Dict[str, Tensor]) -> Dict[str, Tensor]:
    """`state` with what the network has gained since: new channels at zero, a trust or hole head as initialised.

    Until it is trained on, the network completes labels as before. Raises ValueError for any other difference.
    """
    merged = dict(wanted)
    for name, value in state.items():
        if name not in wanted or (value.shape != wanted[name].shape and name not in GROWN):
            raise ValueError(f"the weights to start from do not fit the network at '{name}': give those of its config")
        fresh = torch.zeros_like(wanted[name])
        fresh[tuple(slice(n) for n in value.shape)] = value
        merged[name] = fresh
    lacking = [name for name in wanted if name not in state and not name.startswith(GAINED)]
    if lacking:
        raise ValueError(f"the weights to start from lack '{lacking[0]}': give those of the network's config")
    return merged


def train(args: argparse.Namespace) -> None:
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
    sets = load_sets([Path(path) for path in args.data], "train")
    saved = torch.load(out / "last.pt", map_location=device) if (out / "last.pt").exists() else None
    if saved:
        args.init = None  # the checkpoint holds what it was started from
    model, config, origin = start_model(args, one_taxonomy(sets) if args.fixed_classes else 0)
    model.to(device)
    model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # 1.3 times faster on two cores
    nameless = all(data.per_image_ids for data in sets)
    heads = None if config.fixed_classes or nameless else SemanticHeads(sets, config.stem[2]).to(device)
    trainee = Trainee(model, heads, args)
    optimiser = torch.optim.AdamW(parameter_groups(trainee, args.weight_decay), lr=args.lr, betas=(0.9, 0.98))
    ema = Ema(model, args.ema)
    step, elapsed, windows = 0, 0.0, 0
    if saved:
        trainee.load_state_dict(saved["trainee"])
        optimiser.load_state_dict(saved["optimiser"])
        ema.state = {name: value.to(device) for name, value in saved["ema"].items()}
        step, elapsed, windows = saved["step"], saved["elapsed"], saved["windows"]
        origin = saved["summary"]["initialised from"]

    sizes = dict(args.sizes) if args.sizes else None
    slots, fixed = config.fixed_classes or MAX_SLOTS, config.fixed_classes > 0
    seed = args.seed + 7919 * step
    stream = TrainStream(sets, batch=args.batch, seed=seed, sizes=sizes, slots=slots, rank=rank, fixed=fixed)
    ahead = {"prefetch_factor": args.prefetch} if args.workers else {}
    loader = iter(DataLoader(stream, batch_size=None, num_workers=args.workers, **ahead))
    network: nn.Module = trainee
    if args.compile:
        network = torch.compile(network, dynamic=True)  # type: ignore[attr-defined]
    if world > 1:
        network = nn.parallel.DistributedDataParallel(network)
    use_bf16 = device.type == "cuda" or args.bf16
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
    begun, saved_at = time.monotonic() - elapsed, time.monotonic()
    losses: List[Dict[str, Tensor]] = []
    kept = windows // args.keep_every if args.keep_every else 0
    session_end = elapsed + args.session_minutes * 60 if args.session_minutes else math.inf

    def done() -> float:
        """Share of the budget that is used up."""
        return windows / args.windows if args.windows else elapsed / budget

    while done() < 1 and elapsed < session_end:
        batch = to_device(next(loader), device)
        lr = learning_rate(step, done(), args.lr, args.warmup)
        for group in optimiser.param_groups:
            group["lr"] = lr
        cast: ContextManager[Any] = (
            torch.autocast(device.type, dtype=torch.bfloat16) if use_bf16 else contextlib.nullcontext()
        )
        image = (batch["image"].float() / 255).contiguous(memory_format=torch.channels_last)
        offset = tuple((torch.rand(2) * 12).tolist())
        with cast:
            found = network(image, batch, offset)
        optimiser.zero_grad(set_to_none=True)
        found["total"].backward()
        norm = nn.utils.clip_grad_norm_(trainee.parameters(), 1.0)
        if torch.isfinite(norm):
            optimiser.step()
            ema.update(model, step)
        step += 1
        windows += sum_of_ranks(image.shape[0], world, device)
        elapsed = shared_clock(time.monotonic() - begun, world, device)
        losses.append({name: loss.detach() for name, loss in found.items()})
        if log and step % LOG_STEPS == 0:
            mean = {name: round(float(torch.stack([row[name] for row in losses]).mean()), 4) for name in losses[0]}
            losses.clear()
            entry = {"step": step, "windows": windows, "minutes": round(elapsed / 60, 2), **mean, "lr": lr}
            log.write(json.dumps(entry) + "\n")
            log.flush()
        if rank == 0 and time.monotonic() - saved_at > args.save_minutes * 60:
            checkpoint()
            saved_at = time.monotonic()
        if rank == 0 and args.keep_every and windows // args.keep_every > kept:
            kept = windows // args.keep_every
            checkpoint(f"at-{windows}.pt")
    if rank == 0:
        checkpoint()
    if world > 1:
        dist.destroy_process_group()


def size_share(text: str) -> Tuple[int, float]:
    """ "160:0.6" -> (160, 0.6); a size alone has share 1."""
    size, _, share = text.partition(":")
    if int(size) % 16:
        raise argparse.ArgumentTypeError(f"{size}: a window's side is a multiple of 16")
    return int(size), float(share or 1)


def main() -> None:
    parser = argparse.ArgumentParser(description="Train L-MAE.", formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--data", nargs="+", required=True, help="tars or folders of sets")
    parser.add_argument("--out", required=True, help="folder of checkpoints, outside the repository")
    parser.add_argument("--config", choices=sorted(CONFIGS), default="lmae-small")
    parser.add_argument(
        "--fixed-classes", action="store_true", help="the classes of the one set given, as the paper's model has"
    )
    parser.add_argument("--init", help="exported model folder or last.pt to start from")
    parser.add_argument("--minutes", type=float, default=90, help="time budget over all sessions")
    parser.add_argument("--windows", type=int, default=0, help="budget in windows instead")
    parser.add_argument("--sizes", type=size_share, nargs="+", help="window sizes and shares, e.g. 160:0.6 224:0.4")
    parser.add_argument(
        "--session-minutes", type=float, default=0, help="stop (resumable) after this long; 0: no limit"
    )
    parser.add_argument("--save-minutes", type=float, default=3)
    parser.add_argument("--keep-every", type=int, default=0, help="windows between checkpoints kept for a curve")
    parser.add_argument("--batch", type=int, default=16, help="windows of 160 px a batch; other sizes to equal pixels")
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--warmup", type=int, default=100, help="steps")
    parser.add_argument("--weight-decay", type=float, default=0.05)
    parser.add_argument("--visible-weight", type=float, default=0.1)
    parser.add_argument("--trust-weight", type=float, default=0.5)
    parser.add_argument("--semantic-weight", type=float, default=1.0)
    parser.add_argument("--ema", type=float, default=0.998)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="", help="default: cuda if there is one")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--prefetch", type=int, default=4, help="batches ahead, a worker")
    parser.add_argument("--bf16", action="store_true", help="bf16 on a CPU that has it (CUDA always uses it)")
    parser.add_argument("--compile", action="store_true", help="torch.compile (PyTorch 2)")
    train(parser.parse_args())


if __name__ == "__main__":
    main()
