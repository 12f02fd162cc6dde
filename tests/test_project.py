"""The project's own files agree: what is imported is declared, what is declared is locked."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.fast_tests import ROOT, is_fast

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
OURS = ("engine", "screens", "tui")
BROUGHT = {"pydantic-core"}
"""Halves of what is declared: pydantic names the one version of it that it works with."""
LOCKED = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)


def names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in requirements}


def imported(file: Path) -> set[str]:
    """The first words of what a file imports anywhere."""
    nodes = [*ast.walk(ast.parse(file.read_bytes()))]
    modules = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    modules += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return {module.partition(".")[0] for module in modules}


@pytest.mark.parametrize("room", OURS)
def test_what_is_imported_is_declared(room: str) -> None:
    extras = [line for name, lines in EXTRAS.items() if name != "dev" for line in lines]
    declared = names(PROJECT["dependencies"] + extras) | BROUGHT
    distributions = packages_distributions()
    modules = {name for file in (ROOT / room).rglob("*.py") for name in imported(file)}
    for module in modules - {*OURS, "tests", *sys.stdlib_module_names}:
        # what is not installed here belongs to an extra, under its own or another's name
        sources = {canonicalize_name(name) for name in distributions.get(module, ())}
        assert not sources or sources & declared, f"{module} of {sources} is not in pyproject.toml"


def test_the_lock_holds_what_is_declared() -> None:
    lock = (ROOT / "requirements-dev.txt").read_text("utf-8")
    versions: dict[str, list[str]] = {}
    for name, version in LOCKED.findall(lock):
        versions.setdefault(canonicalize_name(name), []).append(version)
    for line in PROJECT["dependencies"] + EXTRAS["dev"]:
        requirement = Requirement(line)
        locked = versions.get(canonicalize_name(requirement.name), [])
        assert locked, f"{requirement.name} is not locked: make lock"
        assert all(version in requirement.specifier for version in locked), f"{line}: make lock"
    assert lock.count("--hash=sha256:") >= sum(map(len, versions.values()))


def test_every_room_says_that_it_is_typed() -> None:
    assert all((ROOT / room / "py.typed").is_file() for room in OURS)


@pytest.mark.parametrize(
    ("file", "fast"),
    [
        ("tests/engine/test_events.py", True),
        ("tests/engine/diffusion/test_sampler.py", False),
        ("tests/tui/test_generate.py", False),
        ("tests/tui/test_cli.py", False),
        ("tests/kept/test_runs.py", False),
    ],
)
def test_fast_tests_need_no_torch_and_no_app(file: str, fast: bool) -> None:
    assert is_fast(ROOT / file) == fast
