"""When the next piece of a picture may be sent, and how good: by how long the last took. Pure."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from time import monotonic
from typing import NamedTuple

from screens.picture.quality import Quality

PERIOD = 0.05
"""Seconds that one piece may take on the link, so that keys and text need not wait longer."""
SHARE, QUICK, SLOW = 0.8, 0.02, 0.12
"""Of the time between two frames that one may be on the link, and the bounds in seconds."""
CAP, CAP_TMUX, NO_REPLY_CAP = 30.0, 10.0, 10.0
"""Frames a second at the most: tmux answers before the link has carried anything."""
UNKNOWN, KNOWN = 1.0, 5.0
"""Seconds until an answer is given up: before the first one came, and after."""
DEAF = 2
"""Answers missed from the start after which none is waited for any longer."""
TICKETS, WINDOW = 20, 8
PIECE, LEAST, MOST = 8_192, 4_096, 1_000_000
"""Bytes that go in one piece: before anything is known of the link, and the bounds."""
AGED = 1.02
"""How much longer the way may have become from one answer to the next."""
KEPT = 0.7
"""Of what is known of the link, when a piece more is known: small pieces count for little."""
BACK = 3
"""Quick frames in a row after which the next ones may be better."""
HASTE = 0.7
"""Share of the period that a better frame would have to keep to."""


class ProbeIds(NamedTuple):
    """Numbers of the questions before and after a piece."""

    head: int
    tail: int


@dataclass
class Sent:
    """A piece on its way: when it went, and when its head was there.

    It may be the ``first`` of a frame; ``level`` is that of a stream's frame which ends with it.
    """

    tickets: ProbeIds
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
    the other. A terminal that never answers gets ``CAP_DEAF``.

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
        self.ladder, self.now, self.limit, self.cap = tuple(ladder), now, limit, cap
        self.level, self.sharing, self.demand = min(start, len(self.ladder) - 1), 1, 0.0
        self._flying: deque[Sent] = deque()
        self._trip, self._frame = round_trip or inf, 0.0
        self._size = self._time = 0.0
        self._last = self._frame_free = self._byte_free = -inf
        self._ticket = self._missed = self._quick = 0
        self._heard = False

    @property
    def quality(self) -> Quality:
        """What the next frame of a stream should be like."""
        return self.ladder[self.level]

    @property
    def best(self) -> Quality:
        """What a picture is like that stands still."""
        return self.ladder[0]

    @property
    def piece(self) -> int:
        """Bytes that the link carries in one period: more than that is sent in pieces."""
        rate = min(self._rate or inf, self.limit or inf)
        return PIECE if rate is inf else int(min(MOST, max(LEAST, rate * PERIOD)))

    @property
    def waiting(self) -> float:
        """Seconds that an answer may still need; 0 where none is to come."""
        if not self._flying or not self._heard:
            return 0.0
        size = sum(sent.size for sent in self._flying)
        return max(0.2, 2 * self._trip + (size / self._rate if self._rate else 0.0))

    def wait(self, frame: bool = True) -> float:
        """Seconds until a ``frame`` may begin, or another piece of one may follow."""
        now = self.now()
        self._give_up(now)
        ready = max(now, self._byte_free, self._frame_free if frame else now)
        if len(self._flying) >= self._window:
            ready = max(ready, self._flying[0].at + self._patience)
        elif self._flying:
            ready = max(ready, self._last + max(self._flying[-1].size / self._rate, 0.001))
        return ready - now

    def begin(self, size: int, first: bool = True, level: int | None = None) -> ProbeIds:
        """``size`` bytes go now, the ``first`` of a frame, or its last, of a stream's ``level``."""
        now = self.now()
        if first:
            cap = min(self.cap * self.sharing, NO_REPLY_CAP * self.sharing if self._deaf else inf)
            self._frame_free = now + 1 / cap
        tickets = ProbeIds(self._ticket, (self._ticket + 1) % TICKETS)
        self._ticket = (self._ticket + 2) % TICKETS
        self._flying.append(Sent(tickets, now, size, first, level))
        self._last = now
        if self.limit:
            self._byte_free = max(now, self._byte_free) + size / self.limit
        return tickets

    def acknowledged(self, ticket: int, at: float | None = None) -> None:
        """The terminal has all up to ``ticket``; one that is not under way has come too late."""
        at = self.now() if at is None else at
        self._heard, self._missed = True, 0
        for sent in self._flying:
            if ticket == sent.tickets.head:
                sent.begun = at
                self._trip = min(at - sent.at, self._trip * AGED)
        if ticket in (sent.tickets.tail for sent in self._flying):
            while (sent := self._flying.popleft()).tickets.tail != ticket:
                pass
            self._learn(sent, at)

    def _learn(self, sent: Sent, at: float) -> None:
        if sent.begun is None or not sent.size:
            return
        own = max(at - sent.begun, 1e-4)
        self._size, self._time = KEPT * self._size + sent.size, KEPT * self._time + own
        before = 0.0 if sent.first else self._frame
        self._frame = before + max(own, sent.size / self.limit if self.limit else 0.0)
        if sent.level == self.level:
            self._step(self._frame)

    def _step(self, took: float) -> None:
        target = min(SLOW, max(QUICK, SHARE / self.demand)) if self.demand else SLOW
        dearer = self.ladder[max(0, self.level - 1)].cost / self.quality.cost
        if took > target:
            self._quick = 0
            self.level = min(len(self.ladder) - 1, self.level + (2 if took > 3 * target else 1))
        elif self.level and took * dearer < HASTE * target:
            self._quick += 1
            if self._quick >= BACK:
                self._quick, self.level = 0, self.level - 1
        else:
            self._quick = 0

    def _give_up(self, now: float) -> None:
        while self._flying and self._flying[0].at + self._patience <= now:
            self._flying.popleft()
            self._missed += 1

    @property
    def _rate(self) -> float:
        """Bytes a second that the link carried of late; 0 where that is not known."""
        return self._size / self._time if self._time else 0.0

    @property
    def _deaf(self) -> bool:
        return not self._heard and self._missed >= DEAF

    @property
    def _patience(self) -> float:
        return KNOWN if self._heard else 1 / NO_REPLY_CAP if self._deaf else UNKNOWN

    @property
    def _window(self) -> int:
        """Pieces under way at once: as many as one round trip holds, while the link keeps up."""
        if self._trip == inf or not self._rate:
            return 1
        return min(WINDOW, 1 + int(self._trip / PERIOD))
