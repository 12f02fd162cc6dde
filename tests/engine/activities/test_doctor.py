"""Doctor's table of parts and plan."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.activities import doctor
from engine.checkpoints.memory import measure
from engine.checkpoints.memory.plan import GB, Room
from engine.events import Done, Event, Report
from engine.specs import Doctor, Open
from engine.worker import Worker


def test_the_plan_and_every_part_are_said(
    tiny_cascade: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gpu = [torch.device("cuda", 0)]
    monkeypatch.setattr(doctor, "pick_devices", lambda _: gpu)
    monkeypatch.setattr(measure, "free_memory", lambda _: Room({"cuda:0": GB}, 8 * GB))
    first, *parts = doctor._planned(Doctor(model=str(tiny_cascade), plan="sequential"))
    assert first[:2] == ("plan", True)
    assert first[2].startswith("sequential: 0.0 of 1.0 GB on cuda:0")
    assert first[2].endswith("as asked for")
    assert [said.partition(":")[0] for _, _, said, _ in parts] == [
        "text encoder",
        "UNet of stage I",
        "UNet of stage II",
    ]
    assert "0.2 M parameters, 0.4 MB" in parts[1][2]
    assert parts[1][2].endswith("cuda:0 in turn")


def test_a_model_that_fits_nowhere_is_to_look_at(
    tiny_cascade: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "pick_devices", lambda _: [torch.device("cuda", 0)])
    monkeypatch.setattr(measure, "free_memory", lambda _: Room({"cuda:0": 1000}, 8 * GB))
    ((topic, fine, said, _),) = doctor._planned(Doctor(model=str(tiny_cascade)))
    assert (topic, fine) == ("plan", False)
    assert said.startswith("not enough memory even for offload")


def test_what_is_no_model_is_said_once_elsewhere(tmp_path: Path) -> None:
    assert list(doctor._planned(Doctor(model=str(tmp_path)))) == []


def test_a_cascade_that_is_loaded_is_not_loaded_beside_itself(
    tiny_cascade: Path,
    engine: tuple[Worker, Any],
    until_end: Callable[[str], list[Event]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    until_end(engine[0].submit(Open(model=str(tiny_cascade), device="cpu")))

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("it was opened a second time")

    monkeypatch.setattr(doctor, "open_cascade", refuse)
    told = until_end(engine[0].submit(Doctor(model=str(tiny_cascade), device="cpu")))
    found = {event.topic: event for event in told if isinstance(event, Report)}
    assert isinstance(told[-1], Done)
    assert found["model"].ok
    assert "16 px → 32 px" in found["model"].found
