"""What the house is held by, counted: class chains, methods a class, sizes of files.

    python -m tests.tools.shape

A chain counts own classes only. What is printed above a limit is worth a look; nothing fails.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PACKAGES = ("engine", "screens", "tui")
ROOT = Path(__file__).parents[2]
METHODS, SMALL, LARGE = 10, 60, 300
DEEPEST = {"engine/specs": 3}
"""Own classes in a chain; 2 where nothing else is said."""


class Class(NamedTuple):
    """A class, the file that it is in, and what its bases are called."""

    file: str
    node: ast.ClassDef
    bases: tuple[str, ...]

    @property
    def methods(self) -> int:
        functions = ast.FunctionDef | ast.AsyncFunctionDef
        return sum(isinstance(part, functions) for part in self.node.body)


def sources() -> Iterator[Path]:
    """The Python files of the three packages."""
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def classes() -> Iterator[Class]:
    """Every class in them."""
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                names = tuple(filter(None, map(_name, node.bases)))
                yield Class(str(path.relative_to(ROOT)), node, names)


def _name(base: ast.expr) -> str:
    while isinstance(base, ast.Subscript):
        base = base.value
    return base.id if isinstance(base, ast.Name) else ""


def depth(one: Class, known: dict[str, list[Class]], below: tuple[str, ...] = ()) -> int:
    """How many own classes are in the longest chain that ends with this one."""
    names = [base for base in one.bases if base != one.node.name and base not in below]
    above = [depth(base, known, (*below, one.node.name)) for name in names for base in known[name]]
    return 1 + max(above, default=0)


def main() -> None:
    """Print the counts."""
    every = list(classes())
    known = defaultdict[str, list[Class]](list)
    for one in every:
        known[one.node.name].append(one)
    for one in every:
        room = str(Path(one.file).parent)
        if (deep := depth(one, known)) > DEEPEST.get(room, 2):
            print(f"a chain of {deep}: {one.file} {one.node.name}")
    many = sorted((one.methods, one.file, one.node.name) for one in every if one.methods > METHODS)
    for line in many:
        print(*line)
    print(f"{len(many)} of {len(every)} classes have more than {METHODS} methods")
    sizes = [len(path.read_text("utf-8").splitlines()) for path in sources()]
    small, large = sum(size <= SMALL for size in sizes), sum(size > LARGE for size in sizes)
    print(f"{small} of {len(sizes)} files have at most {SMALL} lines, {large} more than {LARGE}")
    print(f"{len(list((ROOT / 'screens').glob('*.py')))} files of their own in screens/")


if __name__ == "__main__":
    main()
