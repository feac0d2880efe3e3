"""The committed golden error finding is what this code finds: the app's twin is held to the present algorithm."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from lmae.finding.golden_find import write_fixture


def test_golden_fixture_in_the_app_is_current(tmp_path: Path) -> None:
    """Else: python3 -m lmae.golden --finding --out ../src/find/fixtures."""
    committed = Path(__file__).parents[2] / "src/find/fixtures"
    figures = write_fixture(tmp_path)
    # A fixture that shows little would prove little.
    assert all(figures[name] > 0 for name in ("shapes", "shifted components", "rebuilt"))
    assert figures["dropped object"] > 0.3 and figures["swapped object"] > 0.3
    # Four passes are of the error head; some others hide several candidates.
    assert figures["passes"] < figures["verified"] + 4
    header = (tmp_path / "find.json").read_text()
    assert header == (committed / "find.json").read_text()
    fresh, old = ((folder / "find.bin").read_bytes() for folder in (tmp_path, committed))
    for part in json.loads(header)["parts"]:
        one, other = (
            np.frombuffer(blob, part["dtype"], int(np.prod(part["shape"])), part["offset"]).astype(np.float64)
            for blob in (fresh, old)
        )
        assert np.abs(one - other).max() < 1e-4, part["name"]
