"""Support in training: for windows of an image, posteriors of classifiers fitted on other images of its set.

An episode is a random subset of a set's images, few or many, their labels in part damaged, and a classifier fitted on
it. It speaks for a block of images in the set's order, none of which it holds: an image's own labels never vouch for
themselves, nor, but at the ends of a block, do the frames before and after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ..arrays import U8, VOID
from ..data.components import class_ids, components
from ..data.dataset import DataSet, Item
from ..model.autoencoder import MaskedAutoencoder
from ..model.slots import OTHER
from ..model.support import CANDIDATES, LEAST_BEST, Support, best_in_hole, no_support
from ..support.classifier import Classifiers, train_classifiers
from ..support.features import cell_features, whole_image, whole_size
from ..support.set_support import CELLS, draw_cells

#: Posteriors are kept on a grid of this many cells, whatever the image's sides.
GRID = 40
#: Episodes a set, a block of its images each, and how many images they hold.
EPISODES = 8
FEWEST, MOST = 4, 200
#: Share of the episodes whose labels are damaged.
DAMAGED_SHARE = 0.3
#: In these, components of at least so many cells take another class of the image with this probability.
LEAST_COMPONENT, SWAPPED_SHARE = 4, 0.2
#: Images encoded at once.
BATCH = 32


class Episodes:
    """Features of all images of the sets with class names, and the posteriors of the episodes at hand."""

    def __init__(
        self, sets: Sequence[DataSet], model: MaskedAutoencoder, device: torch.device, threads: int = 1, most: int = 0
    ) -> None:
        """Encodes every image once; with `most`, that many images of a set, and the others have no support."""
        self.device = device
        self.named = [data for data in sets if not data.per_image_ids]
        self.first = torch.zeros(len(sets), dtype=torch.long)
        self.count = torch.zeros(len(sets), dtype=torch.long)
        items: list[Item] = []
        for number, data in enumerate(sets):
            if not data.per_image_ids:
                self.first[number] = len(items)
                self.count[number] = min(len(data.items), most) if most else len(data.items)
                items += data.items[: int(self.count[number])]
        self.first, self.count = self.first.to(device), self.count.to(device)
        self.many = max(len(data.classes) for data in self.named)
        self.features: list[tuple[Tensor, Tensor]] = []
        cells = torch.zeros(len(items), CELLS, dtype=torch.long)
        classes = torch.zeros(2, len(items), CELLS, dtype=torch.uint8)
        known = torch.zeros(len(items), dtype=torch.bool)
        picked: list[Tensor] = []
        order: list[int] = []
        with ThreadPoolExecutor(threads) as pool:
            for numbers in batches(items):
                loaded = list(pool.map(labelled, [items[n] for n in numbers], numbers))
                pixels = torch.from_numpy(np.stack([image for image, _, _ in loaded])).to(device).float() / 255
                # Images come in many sizes, and cuDNN spends long on every new one.
                with torch.no_grad(), torch.backends.cudnn.flags(enabled=False):
                    found = cell_features(model, pixels).half()
                self.features.append((torch.tensor(numbers), found.contiguous()))
                for number, (_, clean, damaged) in zip(numbers, loaded, strict=True):
                    drawn = draw_cells(clean, self.many)
                    known[number] = len(drawn) > 0
                    if len(drawn):
                        drawn = np.resize(drawn, CELLS)  # where there are fewer, some twice
                        cells[number] = torch.from_numpy(drawn)
                        classes[0, number] = torch.from_numpy(clean.ravel()[drawn])
                        classes[1, number] = torch.from_numpy(damaged.ravel()[drawn])
                flat = found.flatten(2).transpose(1, 2)
                here = cells[torch.tensor(numbers)].to(device)
                picked.append(flat.gather(1, here[..., None].expand(-1, -1, flat.shape[2])))
                order += numbers
        back = torch.empty(len(items), dtype=torch.long)
        back[torch.tensor(order)] = torch.arange(len(items))
        self.cells = torch.cat(picked)[back.to(device)]
        self.classes = classes.to(device)
        self.known = known
        self.maps = torch.zeros(len(items), self.many, GRID, GRID, dtype=torch.float16, device=device)
        self.there = torch.zeros(len(items), dtype=torch.bool, device=device)

    def draw(self, seed: int) -> None:
        """New episodes: subsets, classifiers, and every image's posteriors under one that has not seen it."""
        rng = np.random.default_rng(seed)
        generator = torch.Generator(device=self.device).manual_seed(seed)
        subsets: list[np.ndarray] = []
        chosen = np.full(len(self.maps), -1)
        for first, count in zip(self.first.tolist(), self.count.tolist(), strict=True):
            usable = first + np.flatnonzero(self.known[first : first + count].numpy())
            if len(usable) < 2 * FEWEST:
                continue
            # A block of neighbours is left out: frames of one sequence lie side by side.
            block = (np.arange(count) + rng.integers(count)) % count * EPISODES // count
            for number in range(EPISODES):
                outside = usable[block[usable - first] != number]
                size = round(float(np.exp(rng.uniform(np.log(FEWEST), np.log(min(MOST, len(outside)))))))
                chosen[first : first + count][block == number] = len(subsets)
                subsets.append(rng.choice(outside, size, replace=False))
        images = torch.zeros(len(subsets), MOST, dtype=torch.long)
        for row, subset in zip(images, subsets, strict=True):
            row[: len(subset)] = torch.from_numpy(subset)
        sizes = torch.tensor([len(subset) for subset in subsets])
        damaged = torch.from_numpy((rng.random(len(subsets)) < DAMAGED_SHARE).astype(np.int64))
        parts: list[Classifiers] = []
        numbers = torch.empty(len(subsets), dtype=torch.long)
        for kind in (0, 1):
            these = torch.nonzero(damaged == kind)[:, 0]
            numbers[these] = torch.arange(len(these)) + sum(len(part.mean) for part in parts)
            if len(these):
                parts.append(
                    train_classifiers(
                        self.cells, self.classes[kind], images[these].to(self.device), sizes[these].to(self.device),
                        self.many, generator,
                    )
                )  # fmt: skip
        learned = Classifiers(*(torch.cat(part) for part in zip(*parts, strict=True)))
        self.there = torch.from_numpy(chosen >= 0).to(self.device)
        for members, features in self.features:
            episodes = chosen[members.numpy()]
            for episode in np.unique(episodes[episodes >= 0]):
                mine = torch.from_numpy(episodes == episode)
                found = learned.posteriors(int(numbers[episode]), features[mine.to(self.device)])
                resized = F.interpolate(found, size=(GRID, GRID), mode="bilinear", align_corners=False)
                self.maps[members[mine].to(self.device)] = resized.half()

    def tell(self, batch: dict[str, Tensor], share: float) -> Support:
        """Support for a share of the windows of a batch of `TrainStream` on the device, in which candidates of support
        get the slots that are free: "classes" and "target" of the batch change.
        """
        size, slots = batch["given"].shape[1], batch["classes"].shape[1]
        source = batch["source"]
        told = (torch.rand(source.shape, device=self.device) < share) & (batch["item"] < self.count[source])
        number = torch.where(told, self.first[source] + batch["item"], torch.zeros_like(source))
        told = told & self.there[number]
        support = no_support(len(source), slots, size, size, self.device)
        grid = F.affine_grid(batch["view"], [len(source), 1, size // 8, size // 8], align_corners=False)
        maps = F.grid_sample(self.maps[number].float(), grid, padding_mode="border", align_corners=False)
        maps = maps / maps.sum(1, keepdim=True).clamp(min=1e-6) * told[:, None, None, None]
        groups = batch["groups"][:, : self.many].long()
        posteriors = torch.zeros(len(source), 256, *maps.shape[2:], device=self.device)
        posteriors.scatter_add_(1, groups[:, :, None, None].expand_as(maps), maps)
        posteriors[:, VOID] = 0
        candidate = add_candidates(batch, posteriors)
        own = posteriors.gather(1, batch["classes"].long()[:, :, None, None].expand(-1, -1, *maps.shape[2:]))
        rest = (1 - own.sum(1, keepdim=True)).clamp(0, 1) * told[:, None, None, None]
        return Support(torch.cat([own, rest], 1), support.candidate | candidate, told)


def add_candidates(batch: dict[str, Tensor], posteriors: Tensor) -> Tensor:
    """Gives the free slots to classes without one that posteriors [B,256,h8,w8] see in the hole; which: bool [B,K]."""
    classes, slots = batch["classes"], batch["classes"].shape[1]
    hole = F.avg_pool2d(batch["hidden"][:, None].float(), 8)
    best = best_in_hole(posteriors, hole).scatter(1, classes.long(), -1.0)
    best[:, VOID] = -1
    most, ids = best.topk(CANDIDATES, 1)
    used = (classes != VOID).sum(1, keepdim=True)
    place = used + torch.arange(CANDIDATES, device=classes.device)
    wanted = (most >= LEAST_BEST) & (place < slots)
    wide = F.pad(classes, (0, CANDIDATES), value=VOID)
    batch["classes"] = wide.scatter(1, place, torch.where(wanted, ids, VOID).to(classes.dtype))[:, :slots]
    for column in range(CANDIDATES):
        here = wanted[:, column, None, None] & (batch["truth"] == ids[:, column, None, None])
        here = here & (batch["target"] == OTHER)
        batch["target"] = torch.where(here, place[:, column, None, None].to(torch.uint8), batch["target"])
    added = torch.zeros(len(classes), slots + CANDIDATES, dtype=torch.bool, device=classes.device)
    return added.scatter(1, place, wanted)[:, :slots]


def labelled(item: Item, seed: int) -> tuple[U8, U8, U8]:
    """Image [3,H,W], classes of its pure cells [H/8,W/8], and those of a damaged label."""
    image, cells = whole_image(item)
    rng, damaged = np.random.default_rng(seed), cells.copy()
    ids = class_ids(cells)
    for component in components(cells, LEAST_COMPONENT):
        if rng.random() < SWAPPED_SHARE:
            damaged[component] = ids[int(rng.integers(len(ids)))]
    return image, cells, damaged


def batches(items: Sequence[Item]) -> Iterator[list[int]]:
    """Numbers of items whose images are encoded at one size, at most BATCH at a time."""
    by_size: dict[tuple[int, int], list[int]] = {}
    for number, item in enumerate(items):
        by_size.setdefault(whole_size(*item.open_label().size), []).append(number)
    for numbers in by_size.values():
        for start in range(0, len(numbers), BATCH):
            yield numbers[start : start + BATCH]
