"""Rates of the last two seconds, by a clock of the test's own."""

import pytest

from screens.picture.throughput import Rates


def test_frames_and_bytes_are_those_of_the_last_two_seconds() -> None:
    now = [0.0]
    rates = Rates(lambda: now[0])
    for number in range(100):
        now[0] = number * 0.05
        rates.count(1000, frame=number % 2 == 0)
    frames, size = rates.seen()
    assert frames == pytest.approx(10, abs=1)
    assert size == pytest.approx(20_000, abs=1000)
    now[0] += 3
    assert rates.seen() == (0, 0)


def test_the_pace_is_there_after_three_frames() -> None:
    now = [10.0]
    rates = Rates(lambda: now[0])
    assert rates.pace() == 0
    for _ in range(3):
        rates.count(0, frame=True)
        now[0] += 0.05
    assert rates.pace() == pytest.approx(20)
