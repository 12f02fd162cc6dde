"""When the next piece of a picture may be sent, and how good: by how long the last took. Pure."""

from collections import deque
from collections.abc import Callable, Sequence
from math import inf
from time import monotonic
from typing import NamedTuple

from screens.picture.quality import Quality

PERIOD = 0.05
"""Seconds that a frame may take on the link: twenty of them a second."""
CAP, CAP_TMUX, CAP_DEAF = 30.0, 10.0, 10.0
"""Frames a second at the most: tmux answers before the link has carried anything."""
UNKNOWN, KNOWN = 1.0, 5.0
"""Seconds until an answer is given up: before the first one came, and after."""
DEAF = 2
"""Answers missed from the start after which none is waited for any longer."""
TICKETS, WINDOW = 10, 8
PIECE, LEAST, MOST = 16_384, 4_096, 1_000_000
"""Bytes that go in one piece: before anything is known of the link, and the bounds."""
SMALL = 64
"""Bytes that take no time: what asks for an answer alone measures the round trip anew."""
BACK = 3
"""Quick frames in a row after which the next ones may be better."""
HASTE = 0.7
"""Share of the period that a better frame would have to keep to."""


class Sent(NamedTuple):
    """A piece on its way: when its frame began, and the level of that where it ends here."""

    ticket: int
    at: float
    size: int
    begun: float
    level: int | None


class Pacer:
    """One frame on the link at a time, however long the way is.

    Whoever sends says so with :meth:`begin` and gets a ticket, which the terminal's answer brings
    back to :meth:`acknowledged`. Time beyond the plain round trip is what the link needed for the
    bytes: more than ``PERIOD`` steps the quality down, far less steps it up. On a long way several
    are under way, one behind the other. A terminal that never answers gets ``CAP_DEAF``.

    ``limit`` is in bytes a second, ``cap`` in frames a second, ``round_trip`` in seconds, ``start``
    the first level of the ladder. ``sharing`` is how many pictures change at the same time.
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
        self.level, self.sharing = min(start, len(self.ladder) - 1), 1
        self._flying: deque[Sent] = deque()
        self._trip, self._rate, self._transit = round_trip or inf, 0.0, 0.0
        self._last = self._frame_free = self._byte_free = self._begun = -inf
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
    def unmeasured(self) -> bool:
        """Whether nothing is known of the way yet: then something short should go first."""
        return self._trip == inf and not self._flying and not self._missed

    @property
    def idle(self) -> bool:
        """Whether every answer is there, and answers are known to come."""
        return self._heard and not self._flying

    @property
    def waiting(self) -> float:
        """Seconds that an answer may still need; 0 where none is to come."""
        if not self._flying or not self._heard:
            return 0.0
        return max(0.2, 2 * self._trip + self._transit)

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

    def begin(self, size: int, first: bool = True, level: int | None = None) -> int:
        """``size`` bytes go now, the ``first`` of a frame, or its last, of a stream's ``level``."""
        now = self.now()
        if first:
            self._begun = now
            cap = min(self.cap * self.sharing, CAP_DEAF * self.sharing if self._deaf else inf)
            self._frame_free = now + 1 / cap
        self._ticket = (self._ticket + 1) % TICKETS
        self._flying.append(Sent(self._ticket, now, size, self._begun, level))
        self._last = now
        if self.limit:
            self._byte_free = max(now, self._byte_free) + size / self.limit
        return self._ticket

    def acknowledged(self, ticket: int, at: float | None = None) -> None:
        """The terminal has all up to ``ticket``; one that is not under way has come too late."""
        at = self.now() if at is None else at
        self._heard, self._missed = True, 0
        if ticket not in (sent.ticket for sent in self._flying):
            return
        sent = self._flying.popleft()
        while sent.ticket != ticket:
            sent = self._flying.popleft()
        took = at - sent.at
        if sent.size <= SMALL and not self._flying:
            self._trip = took
        else:
            self._trip = min(took, self._trip)
            self._learn(sent, at)

    def _learn(self, sent: Sent, at: float) -> None:
        own = max(at - sent.at - self._trip, 1e-4)
        self._rate = _mixed(self._rate, sent.size / own)
        self._transit = _mixed(self._transit, own)
        if sent.level == self.level:
            least = sent.size / self.limit if self.limit else 0.0
            self._step(max(at - sent.begun - self._trip, least))

    def _step(self, took: float) -> None:
        target = PERIOD / min(self.sharing, 2)
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
    def _deaf(self) -> bool:
        return not self._heard and self._missed >= DEAF

    @property
    def _patience(self) -> float:
        return KNOWN if self._heard else 1 / CAP_DEAF if self._deaf else UNKNOWN

    @property
    def _window(self) -> int:
        """Pieces under way at once: as many as one round trip holds, while the link keeps up."""
        if self._trip == inf or not self._rate or self._transit > 2 * PERIOD:
            return 1
        return min(WINDOW, 1 + int(self._trip / PERIOD))


def _mixed(before: float, now: float) -> float:
    return 0.7 * before + 0.3 * now if before else now
