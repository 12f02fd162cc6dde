"""Whose drawings a set holds, and the attribution that is owed for them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import BadInput

FILE = "NOTICE"
MOST_BYTES = 1 << 20
"""Of a description that is read."""


@dataclass(frozen=True)
class Credit:
    """A set's title, who drew it, its licence (SPDX or a word) and where it is published."""

    title: str
    author: str
    licence: str
    source: str

    def line(self) -> str:
        """As an attribution says it."""
        return f"- {self.title}, by {self.author}, {self.licence}, {self.source}"


def notice(owed: Iterable[Credit]) -> str:
    """The attribution of pictures that are made of these sets."""
    lines = sorted({credit.line() for credit in owed})
    head = (
        "These pictures are made of drawings from the following sets, changed in form and colour:"
    )
    return "\n".join([head, "", *lines]) + "\n"


def written(folder: Path) -> Credit:
    """The credit that a folder states: in set.json, Iconify's info.json or npm's package.json.

    set.json has title, author, licence and source. Raises BadInput where none says all four.
    """
    for name, read in (("set.json", _own), ("info.json", _iconify), ("package.json", _npm)):
        said = _object(folder / name)
        credit = read(said) if said else None
        if credit and all((credit.title, credit.author, credit.licence, credit.source)):
            return credit
    raise BadInput(
        f"nothing in {folder} says whose drawings they are: write a set.json there with title,"
        " author, licence and source"
    )


def _own(said: dict[str, Any]) -> Credit:
    return Credit(*(_text(said, key) for key in ("title", "author", "licence", "source")))


def _iconify(said: dict[str, Any]) -> Credit:
    author, licence = _part(said, "author"), _part(said, "license")
    title = _text(said, "name")
    return Credit(title, _text(author, "name"), _text(licence, "spdx"), _text(author, "url"))


def _npm(said: dict[str, Any]) -> Credit:
    author = _text(said, "author") or _text(_part(said, "author"), "name")
    return Credit(_text(said, "name"), author, _text(said, "license"), _text(said, "homepage"))


def _object(file: Path) -> dict[str, Any]:
    """A JSON object; empty where there is none."""
    if not file.is_file() or file.stat().st_size > MOST_BYTES:
        return {}
    try:
        said = json.loads(file.read_text("utf-8"))
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _text(said: dict[str, Any], key: str) -> str:
    """A value on one line; empty where it is none."""
    value = said.get(key, "")
    return " ".join(value.split())[:200] if isinstance(value, str) else ""


def _part(said: dict[str, Any], key: str) -> dict[str, Any]:
    value = said.get(key)
    return value if isinstance(value, dict) else {}
