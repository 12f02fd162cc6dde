"""Single keys from the terminal that a command runs in, for a command that waits."""

import os
import select
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Pressed:
    """Waits, and says which key ended that; ``listens`` only where the terminal is ours."""

    listens: bool

    def wait(self, seconds: float) -> str:
        """The key that was pressed within ``seconds``; '' for none."""
        ready, _, _ = select.select([sys.stdin] if self.listens else [], [], [], seconds)
        return os.read(sys.stdin.fileno(), 1).decode("ascii", "replace") if ready else ""


@contextmanager
def keys(listens: bool = True) -> Iterator[Pressed]:
    """Take keys without enter, where stdin is a terminal and this process is in its foreground."""
    if not (listens and _ours()):
        yield Pressed(listens=False)
        return
    before = termios.tcgetattr(sys.stdin)
    tty.setcbreak(sys.stdin)
    try:
        yield Pressed(listens=True)
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def _ours() -> bool:
    """A background process that touched the terminal would be stopped."""
    try:
        return sys.stdin.isatty() and os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (OSError, ValueError):
        return False
