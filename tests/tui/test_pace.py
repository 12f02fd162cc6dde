"""Looking at the engine costs a twentieth of one core, whatever a look costs."""

import pytest

from tui.engine_bridge import LONGEST, RedrawBudget


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def looked(pace: RedrawBudget, clock: Clock, cost: float, times: int = 1) -> None:
    for _ in range(times):
        pace.begin()
        clock.time += cost
        pace.end()


def test_the_first_look_is_at_once() -> None:
    assert RedrawBudget(now=Clock()).wait <= 0


def test_looks_take_their_share_of_the_time() -> None:
    clock = Clock()
    pace = RedrawBudget(share=0.05, now=clock)
    looked(pace, clock, 0.010, times=20)
    assert pace.wait == pytest.approx(0.190, rel=1e-3)
    clock.time += 0.191
    assert pace.wait <= 0


def test_a_slow_terminal_is_still_looked_at() -> None:
    clock = Clock()
    pace = RedrawBudget(now=clock)
    looked(pace, clock, 3.0, times=5)
    assert pace.wait == pytest.approx(LONGEST)


def test_with_the_whole_share_nothing_waits() -> None:
    clock = Clock()
    pace = RedrawBudget(share=1.0, now=clock)
    looked(pace, clock, 0.5)
    assert pace.wait <= 0
