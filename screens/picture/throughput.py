"""Frames and bytes a second of late, and what a link was seen to carry. Pure."""

from collections import deque
from collections.abc import Callable
from math import inf
from time import monotonic

MEMORY = 2.0
"""Seconds that the rates are taken over."""
AGED = 1.02
"""How much longer the way may have become from one answer to the next."""
KEPT = 0.7
"""Of what is known of the link, when a chunk more is known: small ones count for little."""


class Rates:
    """``now`` is a clock in seconds."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._past: deque[tuple[float, int, bool]] = deque()

    def count(self, size: int, frame: bool) -> None:
        """``size`` bytes went; ``frame`` where a frame ended with them."""
        self._past.append((self._now(), size, frame))
        self._forget()

    def seen(self) -> tuple[float, float]:
        """Frames a second, bytes a second."""
        self._forget()
        frames = sum(frame for _, _, frame in self._past)
        return frames / MEMORY, sum(size for _, size, _ in self._past) / MEMORY

    def pace(self) -> float:
        """Frames a second by the time from one to the next; 0 where hardly any came."""
        self._forget()
        times = [at for at, _, frame in self._past if frame]
        return (len(times) - 1) / max(1e-3, times[-1] - times[0]) if len(times) > 2 else 0.0

    def _forget(self) -> None:
        while self._past and self._past[0][0] < self._now() - MEMORY:
            self._past.popleft()


class LinkSpeed:
    """How long the way to the terminal is, and how much it carries.

    ``trip`` is in seconds, there and back; infinite where nothing is known.
    """

    def __init__(self, round_trip: float = 0.0) -> None:
        self.trip = round_trip or inf
        self._size = self._time = 0.0

    @property
    def rate(self) -> float:
        """Bytes a second that the link carried of late; 0 where that is not known."""
        return self._size / self._time if self._time else 0.0

    def answered(self, seconds: float) -> None:
        """An answer came after so many seconds."""
        self.trip = min(seconds, self.trip * AGED)

    def carried(self, size: int, seconds: float) -> None:
        """So many bytes took so many seconds."""
        self._size, self._time = KEPT * self._size + size, KEPT * self._time + seconds
