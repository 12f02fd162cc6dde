"""Which test files `make test-fast` runs: those that need no torch, no terminal and no whole app.

It is read off their source, so that nobody has to keep a list of marks, and torch is not imported
to find out: a file is slow where it, a conftest above it, or a module of ours that these import at
the top, imports one of :data:`SLOW_MODULES`; or where it names one of :data:`SLOW_WORDS`, by which
tests get an app, a command line, or a cascade.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SLOW_MODULES = {
    *("torch", "torchvision", "diffusers", "transformers", "accelerate", "piq"),
    *("pty", "subprocess", "multiprocessing", "tests.support.terminal"),
}
SLOW_WORDS = re.compile(r"\b(run_test|driven|pilot|shell: Shell|tiny_cascade)\b")
OURS = ("engine", "screens", "tui", "tests")


def is_fast(file: Path) -> bool:
    """Whether a test file, anywhere below the project's root, is among the fast ones."""
    if SLOW_WORDS.search(file.read_text("utf-8")):
        return False
    above = (folder / "conftest.py" for folder in file.parents if ROOT in folder.parents)
    files = [file, *(conftest for conftest in above if conftest.is_file())]
    return not any(name in SLOW_MODULES for found in files for name in _reached(found))


def _reached(file: Path) -> set[str]:
    """The names of all modules that importing a file imports, as far as the files are ours."""
    names: set[str] = set()
    files = [file]
    while files:
        for name in _imports(files.pop()) - names:
            names.add(name)
            files += [source] if (source := _source(name)) else []
    return names


@cache
def _imports(file: Path) -> frozenset[str]:
    """What a file imports at the top, with the packages around it: those are imported first."""
    tree = ast.parse(file.read_bytes())
    return frozenset(part for name in _named(tree) for part in _prefixes(name))


def _named(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            # what is imported from a package may be a module of it
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _prefixes(name: str) -> Iterator[str]:
    parts = name.split(".")
    return (".".join(parts[:count]) for count in range(1, len(parts) + 1))


def _source(name: str) -> Path | None:
    """The file of a module of ours; None for others, and for names that are no module."""
    path = ROOT.joinpath(*name.split("."))
    if not name.startswith(OURS):
        return None
    candidates = (path / "__init__.py", path.with_suffix(".py"))
    return next((file for file in candidates if file.is_file()), None)
