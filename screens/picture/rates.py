"""Frames and bytes a second of late, to be told to whoever asks. Pure."""

from collections import deque
from collections.abc import Callable
from time import monotonic

MEMORY = 2.0
"""Seconds that the rates are taken over."""


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
