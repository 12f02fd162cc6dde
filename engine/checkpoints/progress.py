"""What is told while a model is opened: lines, and how far a download is."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from engine.runs.timing import duration

EVERY = 1.0
"""Seconds between two lines about a download."""


@dataclass(frozen=True)
class Portion:
    """A line about a download, with the bytes that are here and those that will be."""

    text: str
    done: int
    total: int


Emit = Callable[[str], None]
EmitAll = Callable[[str | Portion], None]


class DownloadMeter:
    """Turns the bytes of a download into a Portion now and then; `emit` may raise Stopped.

    `done` of `total` bytes are here already.
    """

    def __init__(
        self,
        name: str,
        done: int,
        total: int,
        emit: EmitAll,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name, self.done, self.total, self._emit, self._clock = name, done, total, emit, clock
        self._seen: deque[tuple[float, int]] = deque([(clock(), done)], maxlen=10)

    def at(self, done: int) -> None:
        """So many bytes are here now."""
        self.done = done
        if self._clock() - self._seen[-1][0] >= EVERY:
            self._seen.append((self._clock(), done))
            self._emit(self.portion)

    @property
    def portion(self) -> Portion:
        """How far it is, how fast, and how long it will take."""
        (began, before), (now, done) = self._seen[0], self._seen[-1]
        rate = (done - before) / (now - began) if now > began else 0.0
        line = f"fetching {self.name}: {self.done / 1e9:.1f} of {self.total / 1e9:.1f} GB"
        if rate > 0:
            line += f", {rate / 1e6:.1f} MB/s, {duration((self.total - self.done) / rate)} left"
        return Portion(line, self.done, self.total)
