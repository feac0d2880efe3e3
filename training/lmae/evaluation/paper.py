"""The paper's two tables, on the photographs a user has (Patterns 2025, doi 10.1016/j.patter.2025.101455).

Crops of 224 px (Pascal VOC 2012) or 448 px (Cityscapes) at that stride, a random 50 % of the 16-px patches hidden,
PA-mIoU over the set in percent. The paper's own figure is quoted beside ours, never computed; no code of it was
released, so its crops and masks may differ from these.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

from ..data.dataset import DataError, DataSet, require_classes
from ..data.folders import LAYOUTS, Layout
from .protocol import WINDOW, protocol_tasks, protocol_windows
from .scoring import BATCH, Predict, tally_tasks

MASK = "random50"


@dataclass(frozen=True)
class Table:
    """A setting of the paper. averages: what the mean is over, and the class ids left out; the paper's is first."""

    layout: Layout
    size: int
    paper: float
    averages: tuple[tuple[str, tuple[int, ...]], ...]


TABLES = {
    "voc": Table(
        LAYOUTS["voc"], 224, 91.0, (("20 classes without background", (0,)), ("21 classes with background", ()))
    ),
    "cityscapes": Table(LAYOUTS["cityscapes"], 448, 86.4, (("19 classes", ()),)),
}


def score_table(predict: Predict, table: Table, data: DataSet, max_windows: int, fixed_classes: int) -> dict[str, Any]:
    """{"windows", "rows": [{"classes", "pa_miou", "nearest_pa_miou", "ceiling", "paper"}]}, percent.

    max_windows 0: all. Raises DataError where the set's classes are not the model's, or no window can be scored.
    """
    require_classes([data], fixed_classes)
    windows = protocol_windows(data, size=table.size)
    tasks = protocol_tasks(windows, MASK, max_windows or sys.maxsize, fixed_classes=fixed_classes)
    # A batch of larger crops holds fewer: memory as in lmae.evaluate.
    tallies = tally_tasks(predict, tasks, False, max(1, BATCH * WINDOW**2 // table.size**2))
    if tallies.windows == 0:
        raise DataError(f"{data.name}: no crop has a label on it; give a split whose labels are published, as val")
    rows: list[dict[str, Any]] = []
    for words, left_out in table.averages:
        pairs = (("pa_miou", tallies.model), ("nearest_pa_miou", tallies.nearest), ("ceiling", tallies.ceiling))
        figures = {key: round(100 * tally.mean_iou(left_out), 2) for key, tally in pairs}
        rows.append({"classes": words, **figures, "paper": None if rows else table.paper})
    return {"windows": tallies.windows, "rows": rows}


def markdown(name: str, rows: list[dict[str, Any]]) -> str:
    """The table: a row an average, the paper's figure only beside the classes it counts."""
    lines = ["| model | PA-mIoU ours | nearest copying | paper's figure |", "|---|---|---|---|"]
    for row in rows:
        paper = "" if row["paper"] is None else f"{row['paper']:.1f}"
        lines.append(f"| {name}, {row['classes']} | {row['pa_miou']:.1f} | {row['nearest_pa_miou']:.1f} | {paper} |")
    return "\n".join(lines)
