"""`suggestions.jsonl`, version 1: what was found, for review in the app.

JSON Lines: a header, then a line an image. Every member is described in the app's reader,
`src/formats/exchange/suggestions.ts`, and in `public/schemas/suggestions-1.schema.json`.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ..arrays import U8, Bool, Ints

SCHEMA = "maskmend-suggestions/1"


class SuggestionsError(ValueError):
    """A file that cannot be written or gone on with: names it, the reason and what to do."""


def label_hash(ids: Ints) -> int:
    """FNV-1a, 32 bits, over the ids [H,W] of a label file, row by row; an id is one step."""
    value = 0x811C9DC5
    for one in ids.ravel().tolist():
        value = ((value ^ one) * 0x01000193) & 0xFFFFFFFF
    return value


def runs(values: Ints) -> tuple[Ints, Ints]:
    """Lengths and values of the runs of equal values [n]."""
    if len(values) == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    starts = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))
    return np.diff(np.append(starts, len(values))), values[starts]


def coco_counts(mask: Bool) -> list[int]:
    """Run lengths of a mask [H,W], column by column, zeros first."""
    lengths, values = runs(mask.T.ravel().astype(np.int64))
    return [*([0] if values[0] == 1 else []), *(int(length) for length in lengths)]


def compressed(counts: Sequence[int]) -> str:
    """Run lengths as COCO's string (pycocotools, maskApi.c, rleToString)."""
    text = ""
    for number, count in enumerate(counts):
        rest = count - counts[number - 2] if number > 2 else count
        more = True
        while more:
            bits = rest & 31
            rest >>= 5
            more = rest != -1 if bits & 16 else rest != 0
            text += chr((bits | 32 if more else bits) + 48)
    return text


def grey_png(values: U8) -> str:
    """Values 0..255 [h,w] as a grey PNG of 8 bits, in base64."""
    file = io.BytesIO()
    Image.fromarray(values, "L").save(file, "PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode("ascii")


def region(
    where: Bool, given: Ints, new: Ints, confidence: float, rule_confidence: float, hint: bool
) -> dict[str, Any]:
    """A found region: its pixels [H,W], at least one, the ids that they have and would get [H,W]."""
    rows, columns = np.flatnonzero(where.any(1)), np.flatnonzero(where.any(0))
    top, bottom, left, right = rows[0], rows[-1], columns[0], columns[-1]
    lengths, values = runs(new.T[where.T].astype(np.int64))
    to = int(np.bincount(new[where]).argmax())
    mixed = {"ids": [int(one) for pair in zip(lengths, values, strict=True) for one in pair]}
    return {
        "bounds": [int(left), int(top), int(right - left + 1), int(bottom - top + 1)],
        "mask": {"size": list(where.shape), "counts": compressed(coco_counts(where))},
        "from": int(np.bincount(given[where]).argmax()),
        "to": to,
        **(mixed if len(values) > 1 else {}),
        "area": int(np.count_nonzero(where)),
        "confidence": confidence,
        "ruleConfidence": rule_confidence,
        "needsHint": hint,
        "decision": "pending",
    }


class SuggestionsFile:
    """A file that is written image by image, and gone on with where a run ended early.

    done: the labels that are in it already. SuggestionsError where what is there is another file, or of another run.
    """

    def __init__(self, path: Path, header: dict[str, Any]) -> None:
        self.path = path
        self.done: set[str] = set()
        if path.exists() and path.stat().st_size:
            self._go_on(header)
        else:
            self._append(header)

    def _go_on(self, header: dict[str, Any]) -> None:
        """Reads what is done; a last line that is cut off goes."""
        whole = 0
        with self.path.open("rb") as file:
            for number, line in enumerate(file):
                try:
                    value = json.loads(line) if line.endswith(b"\n") else None
                except ValueError:
                    value = None
                if number == 0:
                    self._check(value, header)
                elif value is None:
                    break
                else:
                    self.done.add(value["label"])
                whole += len(line)
        with self.path.open("r+b") as file:
            file.truncate(whole)

    def _check(self, found: Any, header: dict[str, Any]) -> None:
        if not isinstance(found, dict) or found.get("schema") != SCHEMA:
            raise SuggestionsError(f"{self.path} is no suggestions file of this version: give another name")
        for name in ("model", "accept", "reliability", "classes"):
            if found.get(name) != header[name]:
                raise SuggestionsError(
                    f"{self.path} was begun with another {name}: finish it with the same, or give another name"
                )

    def _append(self, value: dict[str, Any]) -> None:
        # One write a line: a run that is killed leaves at most the last one cut off.
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")

    def add(self, image: dict[str, Any]) -> None:
        self._append(image)
        self.done.add(image["label"])
