"""A training has no gaps: what is left empty is the course's own, and what is wrong is one line."""

from typing import Any

import pytest

from engine.errors import BadInput
from engine.specs import Train


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"model": "denoiser"}, (128, 256, 1e-4, 5, False)),
        ({"model": "time"}, (64, 128, 1e-3, 20, True)),
        ({"model": "class"}, (64, 128, 1e-3, 20, True)),
        ({"model": "time", "objective": "flow"}, (64, 64, 1e-2, 10, True)),
        ({"model": "class", "objective": "flow"}, (64, 64, 1e-2, 10, True)),
        ({"model": "class", "hidden": "", "batch": None, "epochs": "3"}, (64, 128, 1e-3, 3, True)),
    ],
)
def test_what_is_left_empty_is_the_courses(asked: dict[str, Any], expected: Any) -> None:
    spec = Train.parse(asked)
    assert isinstance(spec, Train)
    found = spec.hidden, spec.batch, spec.learning_rate, spec.epochs, spec.decays
    assert found == expected


def test_samples_are_drawn_as_the_course_draws_them() -> None:
    drawn = {
        (m, o): (Train(model=m, objective=o).sample_steps, Train(model=m, objective=o).guidance)
        for m in ("time", "class")
        for o in ("ddpm", "flow")
    }
    assert drawn == {
        ("time", "ddpm"): (300, 3), ("class", "ddpm"): (300, 3),
        ("time", "flow"): (50, 5), ("class", "flow"): (300, 5),
    }  # fmt: skip
    assert Train(model="time", timesteps=100).sample_steps == 100


def test_it_comes_back_from_its_record_whole() -> None:
    spec = Train(model="class", epochs=2)
    assert Train.parse(spec.model_dump()) == spec


def test_the_network_follows_from_what_is_trained() -> None:
    assert Train(model="denoiser").network == {
        "hidden": 128, "timed": False, "classes": 0, "flow": False,
    }  # fmt: skip
    assert Train(model="class", objective="flow").network == {
        "hidden": 64, "timed": True, "classes": 10, "flow": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "model: field required"),
        ({"model": "gan"}, "model: input should be 'denoiser', 'time' or 'class' (got 'gan')"),
        ({"learning_rate": 0}, "learning rate: input should be greater than 0 (got 0)"),
        ({"learning_rate": "nan"}, "learning rate: input should be a finite number"),
        ({"learning_rate": float("nan")}, "learning rate: input should be a finite number"),
        ({"batch": 0}, "batch: input should be greater than or equal to 1"),
        ({"epochs": 0}, "epochs: input should be greater than or equal to 1"),
        ({"hidden": -1}, "hidden"),
        ({"drop": 1.5}, "drop"),
        ({"noise": 0}, "noise"),
        ({"sample_steps": 301}, "sample steps"),
        ({"model": "denoiser", "objective": "flow"}, "leave --objective out"),
        ({"resume": "a", "out": "b"}, "own folder"),
    ],
)
def test_what_cannot_be_asked_is_one_line(fields: dict[str, Any], said: str) -> None:
    whole = fields if not fields else {"model": "class", **fields}
    with pytest.raises(BadInput) as caught:
        Train.parse(whole)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
