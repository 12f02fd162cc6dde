"""A link with a rate and a way, simulated: what the pacer makes of it."""

from collections import deque
from itertools import pairwise
from math import inf

import pytest

from screens.picture.pacer import FIRST_TIMEOUT, MISSES, TIMEOUT, Pacer
from screens.picture.picture_mode import protocol

KITTY = protocol("kitty").ladder
EXACT = 16_000
"""Bytes of 64² of noise without loss, in kitty's protocol."""


class Line:
    """Pictures sent as soon as the pacer allows, for some seconds; ``rate`` in bytes a second."""

    def __init__(self, rate: float, trip: float = 0.0, answers: bool = True, **options) -> None:
        self.now, self.rate, self.trip, self.answers = 0.0, rate, trip, answers
        self.pacer = Pacer(KITTY, lambda: self.now, **options)
        self.pacer.demand = 20
        self.due: deque[tuple[float, int]] = deque()
        self.free = 0.0
        self.sent: list[tuple[float, int]] = []
        self.most = 0

    def run(self, seconds: float) -> "Line":
        until = self.now + seconds
        while self.now < until:
            while self.due and self.due[0][0] <= self.now:
                self.pacer.acknowledged(self.due.popleft()[1])
            wait = self.pacer.wait()
            if wait <= 0:
                self._send()
            else:
                ahead = self.due[0][0] - self.now if self.due else inf
                self.now += max(1e-6, min(wait, ahead))
        return self

    def frames(self, seconds: float) -> float:
        """Frames a second in the last seconds."""
        return sum(at > self.now - seconds for at, _ in self.sent) / seconds

    def bytes(self, seconds: float) -> float:
        """The same in bytes."""
        return sum(size for at, size in self.sent if at > self.now - seconds) / seconds

    def _send(self) -> None:
        size = int(EXACT * self.pacer.ladder.quality.cost)
        head, tail = self.pacer.begin(size, level=self.pacer.ladder.level)
        self.sent.append((self.now, size))
        begun = max(self.now, self.free)
        self.free = begun + size / self.rate
        if self.answers:
            self.due += [(begun + self.trip, head), (self.free + self.trip, tail)]
        self.most = max(self.most, len(self.due) // 2)


def test_a_fast_link_has_exact_frames_at_the_cap() -> None:
    line = Line(100e6).run(5)
    assert line.pacer.ladder.quality.colours is None
    assert line.frames(4) == pytest.approx(30, abs=1)


def test_one_megabit_has_twenty_frames_in_sixty_four_colours() -> None:
    line = Line(125_000).run(10)
    assert line.pacer.ladder.quality.colours in (64, 256)
    assert line.frames(5) >= 20
    assert line.most == 1


def test_a_slow_link_gets_smaller_pictures_and_still_moves() -> None:
    line = Line(12_500, trip=0.02, round_trip=0.02).run(20)
    assert line.pacer.ladder.quality.colours == 16
    assert line.frames(10) >= 10


@pytest.mark.parametrize("trip", [0.15, 0.3])
def test_a_long_way_costs_neither_colours_nor_rate(trip: float) -> None:
    line = Line(10e6, trip=trip, round_trip=trip).run(10)
    assert line.pacer.ladder.quality.colours is None
    assert line.frames(5) >= 18


def test_the_quality_comes_back_when_the_link_does() -> None:
    line = Line(125_000).run(5)
    line.rate = 100e6
    assert line.run(5).pacer.ladder.quality.colours is None


@pytest.mark.parametrize("rate", [30_000, 60_000, 125_000, 400_000, 1.5e6])
def test_it_settles(rate: float) -> None:
    line = Line(rate).run(5)
    seen = []
    for _ in range(200):
        line.run(0.05)
        seen.append(line.pacer.ladder.level)
    changes = sum(a != b for a, b in pairwise(seen))
    assert changes <= 10


def test_a_budget_is_kept() -> None:
    line = Line(100e6, limit=40_000).run(10)
    assert line.bytes(8) <= 42_000
    assert line.frames(5) >= 5


def test_without_answers_pictures_go_on() -> None:
    line = Line(100e6, answers=False).run(FIRST_TIMEOUT * MISSES + 5)
    assert line.frames(3) == pytest.approx(10, abs=1)
    assert line.pacer.waiting == 0


def test_a_lost_answer_is_given_up_and_one_too_late_is_not_another_ones() -> None:
    now = [0.0]
    pacer = Pacer(KITTY, lambda: now[0])
    pacer.acknowledged(pacer.begin(100, level=0).tail)
    now[0] = 1.0
    lost = pacer.begin(100, level=0).tail
    assert pacer.wait() == pytest.approx(TIMEOUT)
    now[0] += TIMEOUT
    assert pacer.wait() <= 0
    pacer.begin(100, level=0)
    pacer.acknowledged(lost)
    assert pacer.wait() > 1


def test_pieces_follow_one_another_faster_than_frames() -> None:
    now = [0.0]
    pacer = Pacer(KITTY, lambda: now[0])
    pacer.acknowledged(pacer.begin(5000).tail)
    assert pacer.wait(frame=False) <= 0 < pacer.wait()
