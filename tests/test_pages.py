"""The pages for developers name only what is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = ("ARCHITECTURE.md", "CONTRIBUTING.md")
PATH = re.compile(r"`((?:engine|screens|tui|tests|assets)/[\w./-]*)`")
COMMAND = re.compile(r"`?make ([a-z-]+)")


@pytest.mark.parametrize("page", PAGES)
def test_every_path_is_there(page: str) -> None:
    named = [path for path in PATH.findall((ROOT / page).read_text("utf-8")) if "NAME" not in path]
    assert len(named) > 10
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", [*PAGES, "README.md"])
def test_every_make_target_is_there(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    lines = (ROOT / page).read_text("utf-8").splitlines()
    named = {
        word
        for line in lines
        if line.startswith("make ") or "`make " in line
        for word in COMMAND.findall(line)
    }
    assert named <= targets


def test_every_room_of_the_engine_is_in_the_architecture() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    rooms = [path for path in (ROOT / "engine").iterdir() if (path / "__init__.py").is_file()]
    assert [room.name for room in rooms if f"`engine/{room.name}/`" not in text] == []
