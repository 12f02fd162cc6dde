"""What the contracts of imports do not say: no circle of modules, no room without a contract."""

import tomllib
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import grimp
import pytest

ROOT = Path(__file__).parents[1]
FLOORS = ("engine", "screens", "tui")


@cache
def graph(for_types_too: bool = True) -> grimp.ImportGraph:
    return grimp.build_graph(
        *FLOORS, cache_dir=None, exclude_type_checking_imports=not for_types_too
    )


def contracts() -> Iterator[dict[str, Any]]:
    yield from tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]


def named(start: str) -> dict[str, Any]:
    return next(contract for contract in contracts() if contract["name"].startswith(start))


@pytest.mark.parametrize("floor", FLOORS)
def test_no_module_imports_one_that_imports_it(floor: str) -> None:
    assert_no_circle(graph(for_types_too=False), floor)


@pytest.mark.parametrize("floor", FLOORS)
def test_nor_does_it_for_the_type_checker_alone(floor: str) -> None:
    assert_no_circle(graph(), floor)


def assert_no_circle(among: grimp.ImportGraph, floor: str) -> None:
    """By whatever way round."""
    modules = among.find_descendants(floor) | {floor}
    imports = {m: among.find_modules_directly_imported_by(m) & modules for m in modules}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


def test_every_room_of_the_engine_is_for_the_screens_or_forbidden_to_them() -> None:
    rooms = graph().find_children("engine")
    forbidden = set(named("Screens take")["forbidden_modules"])
    free = set(named("What screens and roof take")["source_modules"])
    assert rooms <= forbidden | free
    assert free & forbidden == {  # torch-free, but the roof's alone
        "engine.control", "engine.distributed_env", "engine.job", "engine.worker",
    }  # fmt: skip
