"""From what a person typed to a view: a built-in name, or a file of their own.

The built-in ones are found by listing a folder: a new file there is a new view.
"""

import difflib
from contextlib import suppress
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path

from engine.errors import BadInput, shortened
from engine.views import from_code, from_png, storage
from engine.views.view import View

_OPENERS = {".png": from_png.opened, ".py": from_code.opened, ".safetensors": storage.opened}
FILES = tuple(_OPENERS)
"""The endings of a view of one's own."""
FOLDER = Path(__file__).with_name("builtin")


def names() -> tuple[str, ...]:
    """The built-in views: the identity first, those that fail on purpose last."""
    return tuple(built_in())


def view(name: str) -> View:
    """The built-in view of that name; BadInput, with the nearest ones, where there is none."""
    builtin = built_in().get(name)
    if builtin is None:
        near = difflib.get_close_matches(name.lower().replace("_", "-"), names(), 3)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(names())}"
        raise BadInput(f"no view {shortened(repr(name), 40)}: {hint}")
    return builtin


def open_view(name: str, run_code: bool = True) -> View:
    """A built-in view, or one that a person keeps in a .png, .py or .safetensors file.

    A .py file is executed, in this process, and only because the person named it on the command
    line: whoever passes a name that came from elsewhere (the request in a picture or in a run's
    folder) must say run_code=False, which refuses such a file unread. A person's view is checked
    at each side when it is asked `at` it. Raises BadInput in one line.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in FILES:
        return view(name)
    path = _file(name)
    if suffix == ".py" and not run_code:
        raise BadInput(f"{shortened(path.name)}: code is run only where it is named by hand")
    return _OPENERS[suffix](path)


def _file(name: str) -> Path:
    with suppress(OSError, RuntimeError, ValueError):  # too long, ~nobody, or with a NUL in it
        path = Path(name).expanduser()
        if path.is_file():
            return path
    raise BadInput(f"no view {shortened(name)}: there is no such file")


def discovered(folder: Path, package: str) -> dict[str, View]:
    """The `VIEW` of every module in a package's folder by name, the failing ones last."""
    stems = [path.stem for path in folder.glob("*.py") if not path.stem.startswith("_")]
    views = [
        replace(import_module(f"{package}.{stem}").VIEW, name=stem.replace("_", "-"))
        for stem in stems
    ]
    return {v.name: v for v in sorted(views, key=lambda v: (not v.orthogonal, v.place, v.name))}


@cache
def built_in() -> dict[str, View]:
    """Those that come with the program."""
    return discovered(FOLDER, "engine.views.builtin")
