"""The doctor's terminal part, from the environment alone: nothing is asked of the terminal."""

import os
import sys
from collections.abc import Iterator

from engine.events import Report


def terminal() -> Iterator[Report]:
    """Findings about the terminal, its colours, its pictures and the link to it."""
    for topic, ok, found, advice in (_terminal(), _colours(), _pictures(), _link()):
        yield Report("doctor", 0.0, topic, ok, found, advice)


def _terminal() -> tuple[str, bool, str, str]:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return "terminal", False, "none: input or output is redirected", "ssh -t HOST diffuscope"
    columns, lines = os.get_terminal_size()
    fine = columns >= 80 and lines >= 24
    name = os.environ.get("TERM_PROGRAM") or os.environ.get("TERM", "unknown")
    advice = "" if fine else "make the window at least 80x24"
    return "terminal", fine, f"{name}, {columns}x{lines}", advice


def _colours() -> tuple[str, bool, str, str]:
    if os.environ.get("NO_COLOR"):
        return "colours", False, "off: NO_COLOR is set", "unset NO_COLOR"
    if os.environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return "colours", True, "truecolor", ""
    found = f"COLORTERM is not set, so {os.environ.get('TERM', 'TERM')} counts as 256 colours"
    return "colours", False, found, "diffuscope --color truecolor, if the terminal can"


def _pictures() -> tuple[str, bool, str, str]:
    can = {
        "kitty": "KITTY_WINDOW_ID" in os.environ or "kitty" in os.environ.get("TERM", ""),
        "sixel": os.environ.get("TERM_PROGRAM", "") in ("WezTerm", "iTerm.app", "mlterm"),
    }
    name = next((name for name, there in can.items() if there), None)
    if name and "TMUX" not in os.environ:
        return (
            "pictures",
            True,
            f"half-blocks; this terminal has {name}",
            f"diffuscope --images {name}",
        )
    return "pictures", True, "half-blocks, which every terminal draws", ""


def _link() -> tuple[str, bool, str, str]:
    parts = [
        name for name, var in (("ssh", "SSH_CONNECTION"), ("tmux", "TMUX")) if var in os.environ
    ]
    return "link", True, " in ".join(parts) or "local", ""
