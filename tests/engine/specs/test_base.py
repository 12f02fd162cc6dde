"""A spec refuses what cannot be asked, in one line that names the field and what would be right."""

from typing import Any

import pytest
from pydantic import ValidationError

from engine.errors import BadInput
from engine.specs import KINDS, Generate, bounds, choices, problems, samplers, ui_hints


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"prompt": ""}, "prompt is empty"),
        ({"prompt": "  \t"}, "prompt is empty"),
        ({}, "prompt"),
        ({"prompt": "a", "steps": 0}, "steps: input should be greater than or equal to 1"),
        ({"prompt": "a", "steps": 10**9}, "steps: input should be less than or equal to 1000"),
        ({"prompt": "a", "guidance": float("nan")}, "guidance: input should be a finite number"),
        ({"prompt": "a", "guidance": float("inf")}, "guidance"),
        ({"prompt": "a", "guidance": -1}, "guidance"),
        ({"prompt": "a", "seed": -1}, "seed"),
        ({"prompt": "a", "seed": 2**64}, "seed"),
        ({"prompt": "a", "count": 0}, "count"),
        ({"prompt": "a", "sampler": "nonsense"}, "sampler"),
        ({"prompt": "a", "timesteps": "990,990,0"}, "990 is followed by 990"),
        ({"prompt": "a", "timesteps": "0,990"}, "strictly decreasing"),
        ({"prompt": "a", "timesteps": "1000,0"}, "999 down to 0"),
        ({"prompt": "a", "timesteps": ""}, "not a timestep"),
        ({"prompt": "a", "timesteps": "9e2"}, "not a timestep"),
        ({"prompt": "a", "start_from": "run"}, "RUN:STEP"),
        ({"prompt": "a", "strength": 1}, "strength"),
    ],
)
def test_what_cannot_be_asked_is_one_line(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as caught:
        Generate.parse(fields)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_empty_prompt_is_fine_without_guidance() -> None:
    assert Generate(prompt="", guidance=0).title() == "(unconditional)"


def test_timesteps_come_from_text_too() -> None:
    assert Generate.parse({"prompt": "a", "timesteps": "990, 500,0"}).timesteps == (990, 500, 0)


def test_a_parent_is_a_run_and_a_step() -> None:
    assert Generate(prompt="a", start_from="C:/runs/x:8").parent() == ("C:/runs/x", 8)


def test_every_problem_is_told_at_its_own_field() -> None:
    with pytest.raises(ValidationError) as caught:
        Generate(prompt="a", steps=0, seed=-1)
    assert set(problems(caught.value)) == {"steps", "seed"}


@pytest.mark.parametrize("spec", KINDS.values())
def test_every_field_says_what_it_is(spec: type[Generate]) -> None:
    for name, field in spec.model_fields.items():
        assert field.description, f"{spec.__name__}.{name} has no help"
        assert "\n" not in field.description


def test_the_surfaces_read_bounds_choices_and_facts_from_the_field() -> None:
    fields = Generate.model_fields
    assert bounds(fields["steps"]) == (1, 1000)
    assert choices(fields["sampler"]) == samplers.NAMES
    assert samplers.NAMES[:4] == ("ddpm", "course", "ddim", "dpm++")  # what run folders name
    assert choices(fields["stage2"]) == ("auto", "none")
    assert ui_hints(fields["stage2_steps"])["label"] == "then"


def test_a_form_asks_for_the_activity_first_and_hides_the_rest() -> None:
    asked = list(Generate.form_fields())
    assert asked[:3] == ["prompt", "negative", "steps"]
    assert "device" not in asked
