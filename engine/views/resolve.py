"""From what a person typed to a view: a built-in name, or a file of their own."""

import difflib
from contextlib import suppress
from pathlib import Path

from engine.errors import BadInput
from engine.pictures.text import shortened
from engine.views import from_code, from_png, run_views
from engine.views.discovery import built_in
from engine.views.view import View

_OPENERS = {".png": from_png.opened, ".py": from_code.opened, ".safetensors": run_views.opened}
FILES = tuple(_OPENERS)
"""The endings of a view of one's own."""


def names() -> tuple[str, ...]:
    """The built-in views: the identity first, those that fail on purpose last."""
    return tuple(built_in())


def view(name: str) -> View:
    """The built-in view of that name; BadInput, with the nearest ones, where there is none."""
    found = built_in().get(name)
    if found is None:
        near = difflib.get_close_matches(name.lower().replace("_", "-"), names(), 3)
        told = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(names())}"
        raise BadInput(f"no view {shortened(repr(name), 40)}: {told}")
    return found


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
