"""Which way pictures take to the terminal: chosen once, before the app runs."""

from importlib import import_module
from typing import Literal, get_args

from engine.errors import BadInput, Unavailable

Mode = Literal["half", "kitty", "sixel", "off"]
MODES: tuple[str, ...] = ("auto", *get_args(Mode))

_chosen: Mode = "half"


def chosen() -> Mode:
    """The way in use; half-blocks until another was chosen."""
    return _chosen


def choose(name: str) -> None:
    """Take ``auto``, ``half``, ``kitty``, ``sixel`` or ``off`` from now on.

    ``auto`` is half-blocks: every terminal draws them, and no reply has to be waited for. kitty
    and sixel query the terminal here, so call this before the app owns it. Raises
    :class:`BadInput` for another name, :class:`Unavailable` where the query fails.
    """
    global _chosen
    if name not in MODES:
        raise BadInput(f"--images {name!r} is unknown: use one of {', '.join(MODES)}")
    if name in ("kitty", "sixel"):
        _query(name)
    _chosen = "half" if name == "auto" else name  # type: ignore[assignment]


def _query(name: str) -> None:
    try:
        import_module("screens.picture.graphics")
    except Exception as error:  # its import talks to the terminal: anything may come back
        why = f"{type(error).__name__}: {error}".splitlines()[0]
        raise Unavailable(
            f"--images={name} needs a terminal that answers ({why}): use --images=half"
        ) from None
