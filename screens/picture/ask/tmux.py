"""What tmux says of itself and of the terminal around it, where that one cannot be asked."""

import subprocess
from collections.abc import Mapping
from typing import NamedTuple

from screens.picture.ask.queries import tidy

LIMIT = 0.5
"""Seconds that tmux gets; it answers in about 5 ms."""
ASKED = ("allow-passthrough", "client_termtype", "client_termname", "client_termfeatures")
FORMAT = "\n".join(f"#{{{name}}}" for name in ASKED)


class Tmux(NamedTuple):
    """``around`` is the outer terminal's name and version (or its TERM), ``features`` what tmux
    found that it has ("RGB", "sixel", "sync"...), ``passthrough`` whether sequences reach it."""

    around: str = ""
    features: frozenset[str] = frozenset()
    passthrough: bool = False


def ask_tmux(environ: Mapping[str, str], limit: float = LIMIT) -> Tmux:
    """Ask by the ``tmux`` command, without a shell; an empty answer where it has none in time."""
    pane = environ.get("TMUX_PANE", "")
    target = ["-t", pane] if pane else []
    try:
        found = subprocess.run(
            ["tmux", "display-message", "-p", *target, FORMAT],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limit,
            env=dict(environ),
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return Tmux()
    return read(found.stdout)


def read(said: bytes) -> Tmux:
    """The lines of its answer; fewer or stranger ones tell less."""
    lines = said[:4096].decode("utf-8", "replace").splitlines()
    passes, kind, term, features = (*lines[:4], "", "", "", "")[:4]
    return Tmux(
        tidy(kind) or tidy(term),
        frozenset(features.split(",")),
        passes.strip() in ("1", "2", "on", "all"),
    )
