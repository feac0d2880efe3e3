"""The rooms of the package are a one-way street: a room imports from those before it only, and nothing in circles."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from importlib.util import resolve_name
from pathlib import Path

import lmae

ROOT = Path(lmae.__file__).parent
ORDER = ("base", "model", "data", "support", "evaluation", "finding", "training", "commands")
#: Modules at the top that are no commands.
BASE = {"lmae", "lmae.arrays", "lmae.memory"}


def modules() -> dict[str, Path]:
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = ("lmae", *path.relative_to(ROOT).with_suffix("").parts)
        found[".".join(part for part in parts if part != "__init__")] = path
    return found


def imports_of(name: str, path: Path, known: dict[str, Path]) -> set[str]:
    """The package's own modules that one imports, also inside its functions; a sub-package only where it is named."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            source = resolve_name("." * node.level + (node.module or ""), package) if node.level else node.module or ""
            inner = {f"{source}.{alias.name}" for alias in node.names} & known.keys()
            found |= inner or {source}
    return found & known.keys()


def room(name: str) -> str:
    """ "lmae.data.masks" -> "data"; what lies at the top is a command unless it is in BASE."""
    second = name.split(".")[1] if "." in name else ""
    return "base" if name in BASE else second if second in ORDER else ORDER[-1]


def test_rooms_import_from_those_before_them_and_nothing_in_circles() -> None:
    known = modules()
    graph = {name: imports_of(name, path, known) for name, path in known.items()}
    assert len(graph) > 40 and graph["lmae.train"] >= {"lmae.training.loop"}
    upward = [(a, b) for a, others in graph.items() for b in others if ORDER.index(room(b)) > ORDER.index(room(a))]
    assert upward == []
    # A command is run, not imported; a circle raises CycleError, which names it.
    assert [(a, b) for a, others in graph.items() for b in others if room(b) == "commands"] == []
    list(TopologicalSorter(graph).static_order())
