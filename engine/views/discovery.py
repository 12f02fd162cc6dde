"""The built-in views, found by listing a folder: a new file there is a new view."""

from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path

from engine.views.view import View

FOLDER = Path(__file__).with_name("builtin")


def discovered(folder: Path, package: str) -> dict[str, View]:
    """The `VIEW` of every module in a package's folder by name, the failing ones last."""
    stems = [path.stem for path in folder.glob("*.py") if not path.stem.startswith("_")]
    found = [
        replace(import_module(f"{package}.{stem}").VIEW, name=stem.replace("_", "-"))
        for stem in stems
    ]
    return {v.name: v for v in sorted(found, key=lambda v: (not v.orthogonal, v.place, v.name))}


@cache
def built_in() -> dict[str, View]:
    """Those that come with the program."""
    return discovered(FOLDER, "engine.views.builtin")
