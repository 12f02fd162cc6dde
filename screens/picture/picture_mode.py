"""Which way pictures take to the terminal: chosen once, before the app runs."""

from typing import Literal, get_args

from engine.errors import BadInput, Unavailable
from screens.picture.capabilities import Capabilities, nothing
from screens.picture.detect import has_placeholders

Mode = Literal["half", "kitty", "sixel", "off"]
MODES: tuple[str, ...] = ("auto", *get_args(Mode))
FEW = 64
"""Registers of sixel colours below which half-blocks show truer pictures."""

_chosen: Mode = "half"
_found = nothing()


def chosen() -> Mode:
    """The way in use; half-blocks until another was chosen."""
    return _chosen


def capabilities() -> Capabilities:
    """What was found of the terminal when the way was chosen."""
    return _found


def checked(name: str) -> str:
    """``name`` if it is a way; else :class:`BadInput`."""
    if name not in MODES:
        raise BadInput(f"--images {name!r} is unknown: use one of {', '.join(MODES)}")
    return name


def asks(name: str) -> bool:
    """Whether the terminal is to be asked at all: not for half-blocks, and not for none."""
    return name not in ("half", "off")


def choose(name: str, found: Capabilities | None = None) -> None:
    """Take ``auto``, ``half``, ``kitty``, ``sixel`` or ``off`` from now on.

    ``auto`` is the best that was ``found``. A way that is named is taken whatever was found,
    because a terminal may be able and not say so. Raises :class:`BadInput` for another name,
    :class:`Unavailable` for kitty where tmux says that it lets nothing through to one.
    """
    global _chosen, _found
    found = found or nothing()
    if checked(name) == "kitty" and kept_in(found):
        raise Unavailable(
            "--images=kitty reaches no terminal through this tmux:"
            " type `tmux set -g allow-passthrough on`, or use --images=half"
        )
    _chosen, _found = best(found) if name == "auto" else name, found  # type: ignore[assignment]


def kept_in(found: Capabilities) -> bool:
    """Whether a terminal with pictures is around a tmux that lets none through."""
    return found.tmux and not found.passthrough and has_placeholders(found.name)


def best(found: Capabilities) -> Mode:
    """kitty with placeholders, else sixel with enough colours, else half-blocks.

    ``registers`` of 0 are untold; terminals that do not tell have 256 or more.
    """
    if found.kitty and found.placeholders:
        return "kitty"
    many = found.registers == 0 or found.registers >= FEW
    return "sixel" if found.sixel and many else "half"
