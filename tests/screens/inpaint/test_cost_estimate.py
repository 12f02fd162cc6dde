"""What an inpainting costs, in words."""

from types import SimpleNamespace
from typing import Any

import pytest
import torch

from engine.errors import BadInput
from engine.events import Event
from engine.job import Job
from engine.runs import RunState
from engine.sampling import cost_guard
from engine.specs import Inpaint
from screens.canvas import masks
from screens.inpaint import cost_estimate

SPEC: dict[str, Any] = {"image": "tower", "mask": "m.png", "stage2": "none", "guidance": 1}


def test_calls_and_time_are_said_stage_by_stage() -> None:
    spec = Inpaint(**SPEC | {"stage2": "auto", "stage2_steps": 5, "stage2_guidance": 1, "count": 2})
    assert cost_estimate.describe(spec, {}) == "33 model calls, then 5 · time known after a run"
    assert cost_estimate.describe(spec, {1: 1.0, 2: 2.0}) == "33 model calls, then 5 · about 86 s"
    line = cost_estimate.line(None, {}, masks.centre((32, 32)))
    assert line == "white = replace · 25%"


def test_the_calls_of_the_paper_are_counted() -> None:
    spec = Inpaint(**SPEC | {"method": "repaint", "steps": 250})
    assert cost_estimate.describe(spec, {1: 2.0}) == "2,410 model calls · about 80 min"


def test_what_the_engine_refuses_for_its_length_is_a_question(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cost_guard, "seconds_a_call", lambda *_: 10.0)
    spec = Inpaint(**SPEC | {"method": "repaint", "steps": 250})
    told: list[Event] = []
    job, stage = Job("run", spec, None, told.append), SimpleNamespace(total=10)
    with pytest.raises(BadInput, match="or say --yes"):
        cost_guard.announce_cost(job, spec, stage, torch.zeros(1), 0)  # type: ignore[arg-type]
    state = RunState("run", spec)
    for event in told:
        state.take(event)
    assert state.too_expensive is not None
    assert state.too_expensive.text == "2,410 model calls would take about 6.7 h"
    assert spec.changed(dict(state.too_expensive.changes)) == spec.model_copy(update={"yes": True})
