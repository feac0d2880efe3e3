from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# In a process of its own: the setting outlives the test.
REUSE = """
import numpy as np
from lmae.memory import keep_freed_memory
kept = keep_freed_memory()
first = np.ones(1 << 22)
place = first.ctypes.data
del first
print(kept, np.ones(1 << 22).ctypes.data == place)
"""


def test_large_freed_blocks_are_reused() -> None:
    folder = Path(__file__).parent.parent
    answer = subprocess.run([sys.executable, "-c", REUSE], cwd=folder, capture_output=True, text=True, check=True)
    assert answer.stdout.split() in (["True", "True"], ["False", "False"], ["False", "True"])
