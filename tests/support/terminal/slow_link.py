"""The real app on a terminal that is far away: a line with a rate and a latency in between.

A byte of the app reaches the terminal when the line has carried it; a reply or a key comes back
after the same way. The app feels a full line as a real one: its writes wait.
"""

import fcntl
import heapq
import math
import os
import select
import struct
import termios
import time
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count

from tests.support.terminal.escape_parser import Splitter
from tests.support.terminal.fake_terminal import Emulated
from tests.support.terminal.pty_terminal import Terminal
from tests.support.terminal.terminal_replies import KITTY, Profile

TICK = 0.01
"""Seconds of the line that are read from the app at once, and ahead of it."""


@dataclass
class Wire:
    """One direction: ``rate`` in bytes a second, ``latency`` in seconds.

    ``holds`` is how many bytes may wait on the way, as they do in the buffers of a network, before
    the writer is stopped (the pty itself takes some tens of KB more).
    """

    rate: float = math.inf
    latency: float = 0.0
    holds: int = 0
    free_at: float = field(default=0.0, init=False)

    def arrival(self, now: float, size: int) -> float:
        """When the last of ``size`` bytes given now is at the other end."""
        self.free_at = max(now, self.free_at) + size / self.rate
        return self.free_at + self.latency

    @property
    def ready_at(self) -> float:
        """From when on more is taken."""
        return self.free_at - TICK - self.holds / self.rate

    @property
    def piece(self) -> int:
        """How many bytes to take at once."""
        return int(min(1 << 16, max(64, self.rate * TICK)))


class Link(Terminal):
    """A :class:`Terminal` whose far end answers queries, over ``down`` and back over ``up``.

    ``screen=False`` leaves out the reading of the screen, which costs more than a fast stream.
    """

    def __init__(
        self,
        arguments: list[str],
        environ: Mapping[str, str],
        size: tuple[int, int] = (80, 24),
        *,
        profile: Profile = KITTY,
        rate: float = math.inf,
        latency: float = 0.0,
        holds: int = 0,
        cell: tuple[int, int] = (10, 20),
        screen: bool = True,
    ) -> None:
        self.far = Emulated(profile, size, cell)
        self.down, self.up = Wire(rate, latency, holds), Wire(rate, latency)
        self.arrivals: list[tuple[int, float]] = []
        """How many bytes had arrived, and when."""
        self._screened, self._splitter = screen, Splitter()
        self._due: list[tuple[float, int, bool, bytes]] = []
        self._order = count()
        super().__init__(arguments, {**profile.environ, **environ}, size, cell)

    def type(self, keys: str) -> float:
        """Press keys now; returns when that was."""
        now = time.monotonic()
        self._send(now, keys.encode())
        return now

    def type_at(self, when: float, keys: str) -> None:
        """Press keys at a moment of ``time.monotonic``."""
        heapq.heappush(self._due, (when + self.up.latency, next(self._order), False, keys.encode()))

    def arrived(self, what: bytes, since: int = 0) -> float | None:
        """When ``what`` was there in full, looked for from byte ``since`` of the stream on."""
        at = self.raw.find(what, since)
        if at < 0:
            return None
        return self.arrivals[bisect_left(self.arrivals, (at + len(what), 0.0))][1]

    def resize(self, size: tuple[int, int], cell: tuple[int, int] | None = None) -> None:
        """Another window, or another font: the app gets SIGWINCH, and a report if it asked."""
        if report := self.far.resized(size, cell or self.far.cell):
            self._send(time.monotonic(), report)
        columns, lines = size
        self._screen.resize(lines, columns)
        pixels = columns * self.far.cell[0], lines * self.far.cell[1]
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, *pixels))

    def read_until(self, moment: float) -> None:
        """Carry everything until that moment of ``time.monotonic``."""
        while (left := moment - time.monotonic()) > 0:
            self._read(left)

    def drain(self) -> None:
        """Read until the end."""
        self.until(lambda it: it.process.poll() is not None, math.inf)

    def settle(self, seconds: float = 60) -> None:
        """Read until nothing is on the way and the app writes nothing more for ten ticks."""
        quiet = [len(self.raw), time.monotonic()]

        def still(_: Terminal) -> bool:
            if quiet[0] != len(self.raw) or self._due:
                quiet[:] = len(self.raw), time.monotonic()
            return time.monotonic() - quiet[1] > 10 * TICK

        self.until(still, seconds)

    def ended(self, seconds: float = 60) -> int:
        """Wait for the end, and for its last bytes to arrive; returns the exit code."""
        self.until(lambda it: it.process.poll() is not None, seconds)
        self.settle(seconds)
        return self.process.returncode

    def _send(self, now: float, data: bytes) -> None:
        due = self.up.arrival(now, len(data))
        heapq.heappush(self._due, (due, next(self._order), False, data))

    def _read(self, seconds: float) -> None:
        """Wait up to ``seconds`` for something to arrive on either side."""
        until = time.monotonic() + seconds
        while not self._carry() and (now := time.monotonic()) < until:
            ready = max(0.0, self.down.ready_at - now)
            events = [until - now] + [due[0] - now for due in self._due[:1]]
            if ready:
                select.select([], [], [], max(0.0, min(*events, ready)))
            elif select.select([self.master], [], [], max(0.0, min(events)))[0]:
                self._take()

    def _take(self) -> None:
        try:
            data = os.read(self.master, self.down.piece)
        except OSError:
            return
        due = self.down.arrival(time.monotonic(), len(data))
        heapq.heappush(self._due, (due, next(self._order), True, data))

    def _carry(self) -> bool:
        """Hand over what is due; whether anything was."""
        moved = False
        while self._due and self._due[0][0] <= time.monotonic():
            due, _, far, data = heapq.heappop(self._due)
            moved = True
            if far:
                self._arrive(due, data)
            else:
                os.write(self.master, data)
        return moved

    def _arrive(self, when: float, data: bytes) -> None:
        self.raw += data
        self.arrivals.append((len(self.raw), when))
        for part in self._splitter.feed(data):
            if self._screened and part.kind != "string":
                self._stream.feed(part.data)
            if reply := self.far.hear(part):
                self._reply(when, reply)

    def _reply(self, when: float, reply: bytes) -> None:
        """Keys do not wait behind a terminal that is thinking."""
        thought = self.far.profile.delay
        due = self.up.arrival(when, len(reply)) + thought
        heapq.heappush(self._due, (due, next(self._order), False, reply))
