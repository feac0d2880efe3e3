"""What a class is, learned by a linear classifier a training set."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from lmae.arrays import VOID
from lmae.data.cells import pure_cells
from lmae.data.dataset import DataSet
from lmae.training.semantics import SemanticHeads

#: Three channels of the first set, none of the second, two of the third.
SETS = [
    DataSet("animals", ("horse", "cow", "dog"), ()),
    DataSet("regions", ("region 1", "region 2"), (), per_image_ids=True),
    DataSet("streets", ("road", "sky"), ()),
]


def heads() -> SemanticHeads:
    torch.manual_seed(0)
    return SemanticHeads(SETS, channels=5)


def test_a_cell_has_a_class_where_it_shows_no_other() -> None:
    label = np.zeros((16, 24), np.uint8)
    label[:8, 8:16] = 7
    label[0, 16] = 3
    label[8:, :8] = VOID
    label[15, 23] = VOID
    cells = pure_cells(label)
    assert cells.dtype == np.uint8
    assert cells.tolist() == [[0, 7, VOID], [VOID, 0, VOID]]


def test_the_loss_is_a_cross_entropy_over_the_classes_of_the_set() -> None:
    head = heads()
    features = torch.randn(2, 5, 2, 3)
    classes = torch.randint(0, 2, (2, 2, 3), dtype=torch.uint8)
    classes[0, 0] = VOID
    # Smaller than the surroundings: every cell gets the mean of all.
    around = features.mean((2, 3), keepdim=True).expand_as(features)
    logits = head.linear(torch.cat([features, around], 1))
    logs = torch.cat(
        [logits[0, :3].flatten(1)[:, 3:].T.log_softmax(1), F.pad(logits[1, 3:].flatten(1).T.log_softmax(1), (0, 1))]
    )
    own = torch.cat([classes[0].flatten()[3:], classes[1].flatten()]).long()
    wanted = -logs.gather(1, own[:, None]).mean()
    assert torch.allclose(head(features, classes, torch.tensor([0, 2])), wanted, atol=1e-5)


def test_logits_of_foreign_sets_never_count() -> None:
    head = heads()
    features, classes = torch.randn(1, 5, 4, 4), torch.ones(1, 4, 4, dtype=torch.uint8)
    before = head(features, classes, torch.tensor([2]))
    before.backward()
    assert head.linear.weight.grad is not None
    moved = head.linear.weight.grad.abs().flatten(1).amax(1) > 0
    assert moved.tolist() == [False, False, False, True, True]
    with torch.no_grad():
        head.linear.bias[:3] += 100
    assert torch.equal(head(features, classes, torch.tensor([2])), before)


def test_sets_whose_ids_mean_nothing_add_nothing() -> None:
    head = heads()
    assert head.linear.out_channels == 5
    features = torch.randn(2, 5, 4, 4, requires_grad=True)
    classes = torch.full((2, 4, 4), VOID, dtype=torch.uint8)
    nothing = head(features[1:], classes[1:], torch.tensor([1]))
    nothing.backward()
    assert float(nothing.detach()) == 0 and features.grad is not None and not features.grad.any()
    classes[0] = 1
    both, alone = head(features, classes, torch.tensor([0, 1])), head(features[:1], classes[:1], torch.tensor([0]))
    assert torch.allclose(both, alone)
