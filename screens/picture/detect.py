"""From a terminal's answers, tmux's, and the environment to what it can."""

import re
from collections.abc import Callable, Mapping

from screens.picture.capabilities import CELL, Capabilities, cell_of
from screens.picture.probe import queries
from screens.picture.probe.exchange import Answer
from screens.picture.probe.queries import Facts
from screens.picture.probe.tmux import Tmux, ask_tmux

Ask = Callable[[bytes], Answer]
Size = tuple[int, int]

PLACEHOLDERS = {"kitty": (0, 28), "ghostty": (0,)}
"""The versions that have pictures on cells of text; a terminal cannot be asked for it."""
FRAMES = {"kitty": (0, 20)}
"""The same for ``a=f`` where it cannot be asked: inside tmux."""
EXACT = {"kitty", "ghostty", "wezterm", "foot", "contour", "rio", "alacritty", "iterm2", "konsole"}
"""Terminals that have truecolor in every version that is about."""
TERMS = {"xterm-kitty", "xterm-ghostty", "foot-extra", *EXACT}

UNTOLD = "a terminal"
"""The one around a tmux that does not tell which."""


def detect(
    environ: Mapping[str, str],
    ask: Ask,
    window: Size = CELL,
    tmux: Callable[[Mapping[str, str]], Tmux] = ask_tmux,
) -> Capabilities:
    """Ask once, and tmux where it is around; never raises for what comes back.

    ``window`` is the cell's size in pixels by the kernel, for terminals that do not tell.
    """
    here = "TMUX" in environ
    outer = tmux(environ) if here else Tmux()
    answer = ask(queries.batch(plain="STY" in environ and not here))
    facts = queries.read(answer.replies)
    inside = here or facts.name.startswith("tmux")  # on another machine: it cannot be asked
    name = outer.around if inside else facts.name or _named(environ)
    kitty = outer.passthrough and has_placeholders(name) if inside else facts.kitty
    return Capabilities(
        name=_shown(name, facts.name) if inside else name,
        kitty=kitty,
        placeholders=kitty and has_placeholders(name),
        animation=kitty and _animates(name, facts),
        sixel=facts.sixel and (not inside or "sixel" in outer.features),
        registers=facts.registers,
        synchronized=facts.synchronized,
        cell=cell_of(facts.cell, (1, 1), window),
        truecolor=_exact(name, facts, environ) if not inside else _passed(outer, environ),
        tmux=inside,
        passthrough=outer.passthrough,
        ssh=over_ssh(environ),
        round_trip=answer.seconds,
        asked=bool(answer.replies),
    )


def guessed(environ: Mapping[str, str], window: Size = CELL) -> Capabilities:
    """What the environment alone says, where nothing may or can be asked."""
    return Capabilities(
        name=_named(environ),
        cell=window,
        truecolor=truecolor_inferred(environ),
        tmux="TMUX" in environ,
        ssh=over_ssh(environ),
    )


def truecolor_inferred(environ: Mapping[str, str]) -> bool:
    """ssh does not forward COLORTERM: these terminals say by their name that they have it."""
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return True
    term = environ.get("TERM", "")
    return term.endswith("-direct") or term in TERMS


def has_placeholders(name: str) -> bool:
    """Whether a terminal of this name and version draws pictures on cells of text."""
    return _known(name, PLACEHOLDERS)


def kept_in(found: Capabilities) -> bool:
    """Whether a terminal with pictures is around a tmux that lets none through."""
    return found.tmux and not found.passthrough and has_placeholders(found.name)


def over_ssh(environ: Mapping[str, str]) -> bool:
    """Whether the terminal is at the other end of a connection."""
    return any(environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY"))


def _named(environ: Mapping[str, str]) -> str:
    """A second opinion, for terminals that do not say their name."""
    if "KITTY_WINDOW_ID" in environ:
        return "kitty"
    term = environ.get("TERM", "")
    name = environ.get("TERM_PROGRAM") or term
    version = environ.get("TERM_PROGRAM_VERSION", "") if name != term else ""
    return queries.tidy(f"{name} {version}")


def _shown(outer: str, inner: str) -> str:
    return f"{outer or UNTOLD} in {inner if inner.startswith('tmux') else 'tmux'}"


def _family(name: str) -> str:
    """ "kitty" of "kitty 0.41.1" and of "xterm-kitty"."""
    return name.partition(" ")[0].lower().removeprefix("xterm-")


def _known(name: str, since: Mapping[str, tuple[int, ...]]) -> bool:
    """Whether this version is new enough; one that does not say its version is."""
    first = since.get(_family(name))
    told = re.search(r" (\d{1,6}(?:\.\d{1,6}){0,3})", name)
    version = tuple(int(part) for part in told[1].split(".")) if told else None
    return first is not None and (version is None or version >= first)


def _animates(name: str, facts: Facts) -> bool:
    return _known(name, FRAMES) if facts.animation is None else facts.animation


def _exact(name: str, facts: Facts, environ: Mapping[str, str]) -> bool:
    if facts.truecolor is not None:
        return facts.truecolor
    return _family(name) in EXACT or truecolor_inferred(environ)


def _passed(outer: Tmux, environ: Mapping[str, str]) -> bool:
    return "RGB" in outer.features or truecolor_inferred(environ)
