"""When the next chunk of a picture may be sent, and how good: by how long the last took. Pure."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from time import monotonic
from typing import NamedTuple

from screens.picture.quality import Ladder, Quality
from screens.picture.throughput import LinkSpeed

PERIOD = 0.05
"""Seconds that one chunk may take on the link, so that keys and text need not wait longer."""
SHARE, QUICK, SLOW = 0.8, 0.02, 0.12
"""Of the time between two frames that one may be on the link, and the bounds in seconds."""
CAP, CAP_TMUX, NO_REPLY_CAP = 30.0, 10.0, 10.0
"""Frames a second at the most: tmux answers before the link has carried anything."""
FIRST_TIMEOUT, TIMEOUT = 1.0, 5.0
"""Seconds until an answer is given up: before the first one came, and after."""
MISSES = 2
"""Answers missed from the start after which none is waited for any longer."""
PROBES, WINDOW = 20, 8
CHUNK, LEAST, MOST = 8_192, 4_096, 1_000_000
"""Bytes that go in one chunk: before anything is known of the link, and the bounds."""


class ProbeIds(NamedTuple):
    """Numbers of the questions before and after a chunk."""

    head: int
    tail: int


@dataclass
class Sent:
    """A chunk on its way: when it went, and when its head was there.

    It may be the ``first`` of a frame; ``level`` is that of a stream's frame which ends with it.
    """

    probes: ProbeIds
    at: float
    size: int
    first: bool
    level: int | None
    begun: float | None = None


class Pacer:
    """One frame on the link at a time, however long the way is.

    Whoever sends says so with :meth:`begin`, and puts a question before and after the bytes; the
    terminal's answers come back by :meth:`acknowledged`. The time between the two is what the link
    needed for the bytes, whatever else was on it before: more than the time until the next frame
    steps the quality down, far less steps it up. On a long way several are under way, one behind
    the other. A terminal that never answers gets ``NO_REPLY_CAP``.

    ``limit`` is in bytes a second, ``cap`` in frames a second, ``round_trip`` in seconds, ``start``
    the first level of the ladder. ``sharing`` is how many pictures change at the same time,
    ``demand`` how many frames a second come of all of them.
    """

    def __init__(
        self,
        ladder: Sequence[Quality],
        now: Callable[[], float] = monotonic,
        round_trip: float = 0.0,
        limit: float | None = None,
        cap: float = CAP,
        start: int = 0,
    ) -> None:
        self.ladder, self.link = Ladder(ladder, start), LinkSpeed(round_trip)
        self.now, self.limit, self.cap = now, limit, cap
        self.sharing, self.demand = 1, 0.0
        self._flying: deque[Sent] = deque()
        self._frame = 0.0
        self._last = self._frame_free = self._byte_free = -inf
        self._probe = self._missed = 0
        self._heard = False

    @property
    def chunk(self) -> int:
        """Bytes that the link carries in one period: more than that is sent in chunks."""
        rate = min(self.link.rate or inf, self.limit or inf)
        return CHUNK if rate is inf else int(min(MOST, max(LEAST, rate * PERIOD)))

    @property
    def waiting(self) -> float:
        """Seconds that an answer may still need; 0 where none is to come."""
        if not self._flying or not self._heard:
            return 0.0
        size, rate = sum(sent.size for sent in self._flying), self.link.rate
        return max(0.2, 2 * self.link.trip + (size / rate if rate else 0.0))

    def wait(self, frame: bool = True) -> float:
        """Seconds until a ``frame`` may begin, or another chunk of one may follow."""
        now = self.now()
        self._give_up(now)
        ready = max(now, self._byte_free, self._frame_free if frame else now)
        if len(self._flying) >= _window(self.link):
            ready = max(ready, self._flying[0].at + self._timeout)
        elif self._flying:
            ready = max(ready, self._last + max(self._flying[-1].size / self.link.rate, 0.001))
        return ready - now

    def begin(self, size: int, first: bool = True, level: int | None = None) -> ProbeIds:
        """``size`` bytes go now, the ``first`` of a frame, or its last, of a stream's ``level``."""
        now = self.now()
        if first:
            cap = min(self.cap, NO_REPLY_CAP) if self._unanswered else self.cap
            self._frame_free = now + 1 / (cap * self.sharing)
        probes = ProbeIds(self._probe, (self._probe + 1) % PROBES)
        self._probe = (self._probe + 2) % PROBES
        self._flying.append(Sent(probes, now, size, first, level))
        self._last = now
        if self.limit:
            self._byte_free = max(now, self._byte_free) + size / self.limit
        return probes

    def acknowledged(self, probe: int, at: float | None = None) -> None:
        """The terminal has all up to ``probe``; one that is not under way has come too late."""
        at = self.now() if at is None else at
        self._heard, self._missed = True, 0
        for sent in self._flying:
            if probe == sent.probes.head:
                sent.begun = at
                self.link.answered(at - sent.at)
        if probe in (sent.probes.tail for sent in self._flying):
            while (sent := self._flying.popleft()).probes.tail != probe:
                pass
            self._learn(sent, at)

    def _learn(self, sent: Sent, at: float) -> None:
        if sent.begun is None or not sent.size:
            return
        own = max(at - sent.begun, 1e-4)
        self.link.carried(sent.size, own)
        before = 0.0 if sent.first else self._frame
        self._frame = before + max(own, sent.size / self.limit if self.limit else 0.0)
        if sent.level == self.ladder.level:
            target = min(SLOW, max(QUICK, SHARE / self.demand)) if self.demand else SLOW
            self.ladder.adapt(self._frame, target)

    def _give_up(self, now: float) -> None:
        while self._flying and self._flying[0].at + self._timeout <= now:
            self._flying.popleft()
            self._missed += 1

    @property
    def _unanswered(self) -> bool:
        """Whether the terminal never answers."""
        return not self._heard and self._missed >= MISSES

    @property
    def _timeout(self) -> float:
        if self._heard:
            return TIMEOUT
        return 1 / NO_REPLY_CAP if self._unanswered else FIRST_TIMEOUT


def _window(link: LinkSpeed) -> int:
    """Chunks under way at once: as many as one round trip holds, while the link keeps up."""
    if link.trip == inf or not link.rate:
        return 1
    return min(WINDOW, 1 + int(link.trip / PERIOD))
