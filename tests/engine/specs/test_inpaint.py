"""Inpaint: RePaint's published lists, the number of model calls, and each wrong field in a line."""

from itertools import pairwise
from typing import Any

import pytest

from engine.errors import BadInput
from engine.specs import Inpaint
from engine.specs.inpaint import jump_list, model_calls, turns

PUBLISHED = (
    "11 10 9 8 7 6 7 8 9 8 7 6 7 8 9 8 7 6 5 4 3 4 5 6 5 4 3 4 5 6 5 4 3"
    " 2 1 0 1 2 3 2 1 0 1 2 3 2 1 0 -1"
)


def inpaint(**fields: Any) -> Inpaint:
    spec = Inpaint.parse({"image": "cat", "mask": "m.png"} | fields)
    assert isinstance(spec, Inpaint)
    return spec


def falls(visited: list[int]) -> int:
    return sum(after < before for before, after in pairwise(visited))


def test_the_list_is_the_one_that_repaint_published() -> None:
    assert jump_list(12, 3, 3) == [int(index) for index in PUBLISHED.split()]


@pytest.mark.parametrize(
    ("asked", "calls"),
    [((250, 10, 10), 2410), ((33, 10, 10), 303), ((100, 10, 10), 910), ((12, 3, 3), 30)],
)
def test_model_calls_are_the_published_ones(asked: tuple[int, int, int], calls: int) -> None:
    assert model_calls(*asked) == falls(jump_list(*asked)) == falls(turns(jump_list(*asked)))
    assert calls == model_calls(*asked)


@pytest.mark.parametrize("asked", [(12, 3, 3), (33, 10, 10), (10, 3, 2), (2, 1, 2), (5, 1, 4)])
def test_turns_leave_out_only_what_lies_within_a_climb(asked: tuple[int, int, int]) -> None:
    whole, short = jump_list(*asked), turns(jump_list(*asked))
    assert (short[0], short[-1]) == (asked[0] - 1, -1)
    assert all(after in (before - 1, before + asked[1]) for before, after in pairwise(short))
    assert [v for v in whole if v in short] or short == [0, -1]
    assert len(whole) - len(short) == (asked[1] - 1) * sum(b > a for a, b in pairwise(short))


def test_once_is_no_jump_at_all() -> None:
    assert jump_list(6, 2, 1) == turns(jump_list(6, 2, 1)) == [5, 4, 3, 2, 1, 0, -1]


@pytest.mark.parametrize(
    ("fields", "calls"),
    [
        ({}, (33, 20)),
        ({"method": "repaint"}, (303, 20)),
        ({"method": "repaint", "steps": 250, "stage2": "none"}, (2410,)),
        ({"method": "repaint", "resample": 1}, (33, 20)),
        ({"method": "repaint", "jump": 50, "resample": 1}, (33, 20)),
        ({"method": "if", "stage2_steps": 7}, (33, 7)),
        ({"timesteps": "900,500,0"}, (2, 20)),
        ({"timesteps": "900,500,0", "method": "if"}, (3, 20)),
        ({"timesteps": "900,500,0", "method": "repaint", "jump": 1, "resample": 2}, (5, 20)),
    ],
)
def test_the_calls_of_a_run_are_known_before_it(
    fields: dict[str, Any], calls: tuple[int, ...]
) -> None:
    spec = inpaint(**fields)
    assert spec.model_calls() == calls
    assert falls(spec.visits()) == calls[0]


@pytest.mark.parametrize(
    ("method", "sampler", "rule"),
    [("course", "auto", "course"), ("repaint", "auto", "ddpm"), ("if", "auto", "ddpm"),
     ("course", "dpm++", "dpm++"), ("repaint", "ddim", "ddim")],
)  # fmt: skip
def test_a_method_has_its_own_rule_unless_told_another(
    method: str, sampler: str, rule: str
) -> None:
    assert inpaint(method=method, sampler=sampler).rule == rule


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"mask": ""}, "mask: string should have at least 1 character"),
        ({"mask": None}, "mask: input should be a valid string"),
        ({"method": "glue"}, "method: input should be 'course', 'repaint' or 'if'"),
        ({"jump": 0}, "jump: input should be greater than or equal to 1 (got 0)"),
        ({"jump": -3}, "jump: input should be greater"),
        ({"resample": 0}, "resample: input should be greater than or equal to 1 (got 0)"),
        ({"resample": 1001}, "resample: input should be less than or equal to 1000"),
        ({"method": "repaint", "steps": 8}, "jump: there is no room to go back 10 of 8 steps"),
        ({"method": "repaint", "sampler": "dpm++"}, "dpm++ looks back at the steps before"),
        ({"timesteps": "500"}, "timesteps: course ends at the last one"),
        ({"timesteps": "5,900"}, "strictly decreasing"),
        ({"count": 65}, "count"),
        ({"steps": 0}, "steps"),
    ],
)
def test_what_cannot_be_inpainted_is_one_line(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as caught:
        inpaint(**fields)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_jump_that_is_not_taken_does_not_matter() -> None:
    assert inpaint(steps=8, jump=10).model_calls() == (8, 20)
    assert inpaint(steps=8, jump=10, method="repaint", resample=1).model_calls() == (8, 20)
