"""Asks a terminal and reads its answers: no echo, one limit, no key lost, nothing left over."""

import os
import select
import termios
import time
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, NamedTuple

from screens.picture.probe.reply_filter import ReplyFilter

LIMIT = 1.5
"""Seconds that the whole exchange may take: a round trip of a second, and some."""
MOST = 65536
"""Bytes that are read in it, at most: more is no answer."""
LATE = 10.0
"""Seconds after which answers are no longer waited for while the app runs."""
MUTE = ("", "dumb", "linux", "vt52", "vt100", "cons25", "eterm", "eterm-color")
"""Terminals that print what they do not understand, or have nothing to tell."""


class Answer(NamedTuple):
    """What came back; ``seconds`` until the sentinel, or until it was given up (not ``whole``)."""

    replies: tuple[bytes, ...]
    seconds: float
    whole: bool


class Quiet:
    """A terminal without echo and lines, from ``with`` until :meth:`release`.

    It stays so until the app reads for itself, because a late answer would be echoed before. What
    was typed meanwhile is in ``typed``; ``sieve`` knows what is still to come. ctrl+c works.
    """

    def __init__(self, source: int, sink: int) -> None:
        self.source, self.sink = source, sink
        self.reply_filter, self.typed = ReplyFilter(), b""
        self.before: list[Any] | None = None
        self.asked_at = 0.0

    def __enter__(self) -> "Quiet":
        with suppress(termios.error, OSError):
            self.before = termios.tcgetattr(self.source)
            termios.tcsetattr(self.source, termios.TCSANOW, _quiet(self.source))
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self.release()

    def release(self) -> None:
        """The settings as they were; nothing that was typed is thrown away."""
        before, self.before = self.before, None
        if before is not None:
            with suppress(termios.error, OSError):
                termios.tcsetattr(self.source, termios.TCSANOW, before)

    def ask(self, batch: bytes, limit: float = LIMIT) -> Answer:
        """Write ``batch``, read until the sentinel's answer or the limit. Never raises OSError."""
        begun = self.asked_at = time.monotonic()
        with suppress(OSError, ValueError):
            self._write(batch, begun + limit)
            self._read(begun + limit)
        if self.reply_filter.done:
            self.typed += self.reply_filter.give_up()
        seconds = time.monotonic() - begun
        return Answer(tuple(self.reply_filter.answers), seconds, self.reply_filter.done)

    def taken(self) -> bytes:
        """What was typed, once; with Enter as a terminal without lines sends it."""
        keys, self.typed = self.typed.replace(b"\n", b"\r"), b""
        return keys

    def sweep(self) -> None:
        """Throw away answers that came late, where no app will read them."""
        with suppress(termios.error, OSError):
            if not self.reply_filter.done:
                termios.tcflush(self.source, termios.TCIFLUSH)

    def _write(self, data: bytes, until: float) -> None:
        while data and (left := until - time.monotonic()) > 0:
            if select.select([], [self.sink], [], left)[1]:
                data = data[os.write(self.sink, data) :]

    def _read(self, until: float) -> None:
        count = 0
        while (
            not self.reply_filter.done and count < MOST and (left := until - time.monotonic()) > 0
        ):
            if select.select([self.source], [], [], left)[0]:
                data = os.read(self.source, 4096)
                if not data:
                    return
                count += len(data)
                self.typed += self.reply_filter.feed(data)


def can_ask(source: Any, sink: Any, environ: Mapping[str, str]) -> bool:
    """Whether both streams are a terminal that can answer, and it is ours to ask now."""
    ends = all(stream and not stream.closed and stream.isatty() for stream in (source, sink))
    known = environ.get("TERM", "").lower() not in MUTE
    return ends and known and environ.get("TERM_PROGRAM") != "Apple_Terminal" and _in_front(source)


def _in_front(source: Any) -> bool:
    """A job in the background would be stopped at once when it changes the settings."""
    try:
        return os.tcgetpgrp(source.fileno()) == os.getpgrp()
    except OSError:
        return True  # not the terminal that controls us: no jobs there


def _quiet(descriptor: int) -> list[Any]:
    """Raw input, but ctrl+c interrupts; ctrl+z and ctrl+\\ are keys. Output as it was."""
    settings = termios.tcgetattr(descriptor)
    settings[0] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR | termios.IXON)
    settings[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
    settings[6][termios.VMIN], settings[6][termios.VTIME] = 1, 0
    settings[6][termios.VSUSP] = settings[6][termios.VQUIT] = b"\x00"
    return settings
