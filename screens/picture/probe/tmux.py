"""What tmux says of itself and of the terminal around it, where that one cannot be asked."""

import re
import subprocess
from collections.abc import Mapping
from typing import NamedTuple

from screens.picture.probe.queries import tidy

LIMIT = 0.5
"""Seconds that tmux gets; it answers in about 5 ms."""
MOST = 1 << 18
"""Bytes of its answer that are read: 7 KB for each terminal that is attached."""
ASKED = (
    "allow-passthrough", "client_termtype", "client_termname", "client_termfeatures", "client_tty",
)  # fmt: skip
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
            ["tmux", "display-message", "-p", *target, FORMAT, ";", "show-messages", "-T"],
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
    lines = said[:MOST].decode("utf-8", "replace").splitlines()
    passes, kind, term, features, client = (*lines[:5], "", "", "", "", "")[:5]
    exact = {"RGB"} if client and _exact(client, lines[5:]) else set()
    return Tmux(
        tidy(kind) or tidy(term),
        frozenset({*features.split(",")} - {""} | exact),
        passes.strip() in ("1", "2", "on", "all"),
    )


def _exact(client: str, lines: list[str]) -> bool:
    """Whether tmux sends truecolor to this client: terminfo's Tc is not among the features."""
    mine = False
    for line in lines:
        if line.startswith("Terminal "):
            mine = f" for {client}," in line
        elif mine and re.fullmatch(r"\s*\d+: (Tc|RGB): \(flag\) true", line):
            return True
    return False
