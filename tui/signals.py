"""SIGTERM and SIGHUP: the run folder is finished first, then the terminal is given back clean."""

import os
import signal
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

LEAVE_TIMEOUT = 1.5
"""Seconds that the event loop gets to leave by itself, before the process ends without it."""
RESTORED = "\x1b[<u\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?2004l\x1b[?1049l\x1b[?25h"
"""Keyboard protocol, mouse and paste reports off; the normal screen; the cursor shown."""
ENDED = "\x1b\\\x1b[?2026l"
"""A picture that was cut off has its end; what was held back for an update is shown."""
CAUGHT = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def unwound() -> Iterator[None]:
    """While inside, a signal ends the program by way of its ``finally``; before the app runs."""

    def end(number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)

    here = threading.current_thread() is threading.main_thread()
    plain = [n for n in CAUGHT if here and signal.getsignal(n) is signal.SIG_DFL]
    for number in plain:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in plain:
            signal.signal(number, signal.SIG_DFL)


@contextmanager
def caught(
    finish: Callable[[], object],
    leave: Callable[[int], object],
    settings: list[Any] | None = None,
    freed: Callable[[], str] = str,
) -> Iterator[None]:
    """While inside, a signal calls ``finish()``, then ``leave(128 + number)``, off the main thread.

    A dead terminal can hold the event loop in a write for ever: then the process ends itself, and
    the terminal gets ``settings`` back (those that it has now, where none are given), and what
    ``freed()`` says frees the pictures that it holds.
    """
    settings = settings or _settings()

    def end(number: int, _: FrameType | None) -> None:
        threading.Thread(target=_end, args=(number,), daemon=True).start()

    def _end(number: int) -> None:
        finish()
        leave(128 + number)
        time.sleep(LEAVE_TIMEOUT)
        try:
            _restore(settings, freed())
        finally:
            os._exit(128 + number)

    before = {number: signal.signal(number, end) for number in CAUGHT}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end_now(code: int) -> None:
    """Leave without the interpreter's own end: torch takes seconds for it, or is in a call."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _settings() -> list[Any] | None:
    with suppress(termios.error, OSError, ValueError):
        return termios.tcgetattr(sys.__stdin__ or 0)
    return None


def _restore(settings: list[Any] | None, freed: str) -> None:
    """Put the terminal back by hand, without waiting where it is gone."""
    with suppress(termios.error, OSError, ValueError):
        if settings is not None:
            termios.tcsetattr(sys.__stdin__ or 0, termios.TCSANOW, settings)
        handle = os.open("/dev/tty", os.O_WRONLY | os.O_NONBLOCK)
        os.write(handle, (ENDED + freed + RESTORED).encode())
