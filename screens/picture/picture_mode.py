"""Which ways pictures may take to the terminal, and which was chosen, before the app runs."""

from importlib import import_module
from pkgutil import iter_modules
from typing import cast

from engine.errors import BadInput, Unavailable
from screens.picture import backends
from screens.picture.backends.base import ImageProtocol
from screens.picture.capabilities import Capabilities, nothing

AUTO, OFF = "auto", "off"

_chosen = "half"
_found = nothing()


def names() -> list[str]:
    """The protocols that there are, in the order of the alphabet; none is imported for it."""
    return sorted(
        module.name for module in iter_modules(backends.__path__) if module.name != "base"
    )


def protocol(name: str) -> ImageProtocol:
    """The protocol of that name."""
    return cast(ImageProtocol, import_module(f"{backends.__name__}.{name}").PROTOCOL)


def best(capabilities: Capabilities) -> str:
    """The protocol that a terminal draws pictures best with."""
    able = [name for name in names() if protocol(name).supported(capabilities)]
    return max(able, key=lambda name: protocol(name).rank)


def chosen() -> str:
    """The protocol in use, or ``off``; half-blocks until another was chosen."""
    return _chosen


def capabilities() -> Capabilities:
    """What was found of the terminal when the way was chosen."""
    return _found


def modes() -> tuple[str, ...]:
    """All that may be chosen."""
    return (AUTO, *names(), OFF)


def fine() -> bool:
    """Whether pictures have finer pixels than half a cell."""
    return _chosen == OFF or protocol(_chosen).pixels


def checked(name: str) -> str:
    """``name`` if it is a way; else :class:`BadInput`."""
    if name not in modes():
        raise BadInput(f"--images {name!r} is unknown: use one of {', '.join(modes())}")
    return name


def asks(name: str) -> bool:
    """Whether the terminal is to be asked at all: not for half-blocks, and not for none."""
    return name == AUTO or (name != OFF and protocol(name).pixels)


def choose(name: str, found: Capabilities | None = None) -> None:
    """Take ``auto``, a protocol, or ``off`` from now on.

    ``auto`` is the best that was ``found``. A protocol that is named is taken whatever was found,
    because a terminal may be able and not say so. Raises :class:`BadInput` for another name,
    :class:`Unavailable` for a protocol that cannot reach a terminal.
    """
    global _chosen, _found
    found = found or nothing()
    if checked(name) not in (AUTO, OFF) and (refusal := protocol(name).refusal(found)):
        raise Unavailable(refusal)
    _chosen, _found = best(found) if name == AUTO else name, found
