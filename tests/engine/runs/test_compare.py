"""Two runs side by side."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from engine.errors import BadInput
from engine.runs import Run
from engine.runs.compare import Pair, align, difference, same_pixels, same_trajectory
from engine.specs import Doctor, Generate
from tests.engine.runs.conftest import frame

Write = Callable[..., Run]


def levels(pairs: list[Pair]) -> list[tuple[int | None, int | None]]:
    """The timesteps of each pair."""
    return [(a and a.timestep, b and b.timestep) for a, b in pairs]  # type: ignore[misc]


def steps(*timesteps: int, stage: int = 1) -> list:
    return [frame(stage, i, timesteps) for i in range(len(timesteps))]


def test_difference_names_only_the_fields_that_differ() -> None:
    a = Generate(prompt="a rocket", seed=1)
    b = Generate(prompt="a skull", seed=1, guidance=3)
    assert difference(a, b) == {"prompt": ("a rocket", "a skull"), "guidance": (7.0, 3.0)}
    assert difference(a, a) == {}


def test_difference_of_two_activities_says_so() -> None:
    found = difference(Generate(prompt="a rocket"), Doctor())
    assert found["kind"] == ("generate", "doctor")
    assert found["prompt"] == ("a rocket", None)


def test_equal_chains_pair_one_to_one() -> None:
    a, b = steps(900, 500, 0), steps(900, 500, 0)
    assert levels(align(a, b)) == [(900, 900), (500, 500), (0, 0)]


def test_the_longer_chain_sets_the_pace_whichever_side_it_is_on() -> None:
    long, short = steps(900, 700, 500, 300, 100), steps(900, 100)
    expected = [(900, 900), (700, 900), (500, 900), (300, 100), (100, 100)]
    assert levels(align(long, short)) == expected
    assert levels(align(short, long)) == [(b, a) for a, b in expected]


def test_a_branch_has_no_partner_before_it_begins() -> None:
    parent, branch = steps(950, 900, 850, 800, 750), steps(850, 800, 750)
    assert levels(align(parent, branch)) == [
        (950, None), (900, None), (850, 850), (800, 800), (750, 750),
    ]  # fmt: skip


def test_stages_never_mix_and_a_missing_stage_is_none() -> None:
    two = steps(900, 0) + steps(800, 0, stage=2)
    assert levels(align(two, steps(900, 0))) == [(900, 900), (0, 0), (800, None), (0, None)]


def test_nothing_to_align() -> None:
    assert align([], []) == []
    assert levels(align([], steps(5))) == [(None, 5)]


def test_time_never_runs_back_on_either_side() -> None:
    pairs = align(steps(990, 640, 333, 20), steps(*range(980, -1, -35)))
    for (a, b), (c, d) in pairwise(pairs):
        assert a is None or c is None or a.timestep >= c.timestep
        assert b is None or d is None or b.timestep >= d.timestep


def test_the_same_pixels_whatever_the_metadata(written: Write) -> None:
    a, b, c = written("a"), written("b", seed=9), written("c", shade=2)
    assert same_pixels(a, b)
    assert not same_pixels(a, c)
    assert not same_pixels(a, written("d", count=2))


def test_the_trajectory_is_compared_bit_for_bit(written: Write) -> None:
    a, b, c = written("a"), written("b"), written("c", bias=1e-9)
    assert same_trajectory(a, b) is True
    assert same_trajectory(a, c) is False
    b.trajectory.unlink()
    assert same_trajectory(a, b) is None


def test_a_torn_trajectory_is_one_line(written: Write) -> None:
    a, b = written("a"), written("b")
    b.trajectory.write_bytes(b.trajectory.read_bytes()[:40])
    with pytest.raises(BadInput, match="damaged"):
        same_trajectory(a, b)


def test_a_picture_that_is_gone_is_one_line(written: Write) -> None:
    a, b = written("a"), written("b")
    b.state.results[0].unlink()
    with pytest.raises(BadInput, match="not a readable picture"):
        same_pixels(a, b)
