"""A real terminal for the real app: a pty whose bytes go to a screen that can be read."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping
from typing import Any

import pyte

SHOWN, HIDDEN = b"\x1b[?1049h", b"\x1b[?1049l"
ASKED, WHO = b"\x1b[c", b"\x1b[?1;2c"
"""The question what terminal this is, the last that the app asks, and the shortest answer."""


class Terminal:
    """Runs a Python command line on a pty of its own; ``text`` is what stands on the screen."""

    def __init__(
        self,
        arguments: list[str],
        environ: Mapping[str, str],
        size: tuple[int, int] = (80, 24),
        cell: tuple[int, int] = (0, 0),
    ) -> None:
        self.master, slave = pty.openpty()
        pixels = size[0] * cell[0], size[1] * cell[1]
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], *pixels))
        self.before = termios.tcgetattr(slave)
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **environ},
            start_new_session=True,
            preexec_fn=_own_terminal,
        )
        self.slave = slave
        self.raw = bytearray()
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)

    @property
    def text(self) -> str:
        """The lines of the screen."""
        return "\n".join(self._screen.display)

    def colours(self) -> set[str]:
        """Background colours in use: a picture has many."""
        return {cell.bg for line in self._screen.buffer.values() for cell in line.values()}

    def type(self, keys: str) -> float:
        """Send keys as a terminal would; returns when that was, of ``time.monotonic``."""
        os.write(self.master, keys.encode())
        return time.monotonic()

    def until(self, done: Callable[["Terminal"], Any], seconds: float = 60) -> float:
        """Read until ``done``; returns the seconds that took."""
        begun = time.monotonic()
        while not done(self):
            if time.monotonic() - begun > seconds:
                raise AssertionError(f"never happened; the screen says\n{self.text}")
            self._read(0.05)
        return time.monotonic() - begun

    def drain(self) -> None:
        """Read until the end without looking: a terminal that costs next to nothing."""
        while self.process.poll() is None:
            if select.select([self.master], [], [], 0.1)[0]:
                os.read(self.master, 1 << 16)

    def signal(self, number: int) -> None:
        """Send a signal to the app."""
        self.process.send_signal(number)

    def ended(self, seconds: float = 60) -> int:
        """Wait for the end; returns the exit code."""
        self.until(lambda it: it.process.poll() is not None, seconds)
        self._read(0.2)
        return self.process.returncode

    @property
    def restored(self) -> bool:
        """Whether the terminal is as it was: normal screen, cursor, no reports, same modes."""
        ends = self.raw.rfind(HIDDEN) > self.raw.rfind(SHOWN) > -1
        cursor = self.raw.rfind(b"\x1b[?25h") > self.raw.rfind(b"\x1b[?25l")
        mouse = self.raw.rfind(b"\x1b[?1003l") > self.raw.rfind(b"\x1b[?1003h")
        paste = self.raw.rfind(b"\x1b[?2004l") > self.raw.rfind(b"\x1b[?2004h")
        return ends and cursor and mouse and paste and termios.tcgetattr(self.slave) == self.before

    def close(self) -> None:
        """Take the terminal away, and the app with it if it is still there."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        for handle in {self.master, self.slave} - {-1}:
            os.close(handle)
        self.master = self.slave = -1

    def hang_up(self) -> None:
        """The connection is gone: both ends close, the kernel sends SIGHUP to the session."""
        os.close(self.slave)
        os.close(self.master)
        self.master = self.slave = -1

    def _read(self, seconds: float) -> None:
        while select.select([self.master], [], [], seconds)[0]:
            try:
                data = os.read(self.master, 65536)
            except OSError:
                return
            if not data:
                return
            self.raw += data
            if ASKED in data:
                os.write(self.master, WHO)
            self._stream.feed(data)
            seconds = 0


def _own_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
