"""Doctor's table of parts and plan."""

from pathlib import Path

import pytest
import torch

from engine.activities import planned
from engine.checkpoints import devices
from engine.checkpoints.plan import GB, Room
from engine.specs import Doctor


def test_the_plan_and_every_part_are_said(
    tiny_cascade: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gpu = [torch.device("cuda", 0)]
    monkeypatch.setattr(planned, "pick_devices", lambda _: gpu)
    monkeypatch.setattr(devices, "room", lambda _: Room({"cuda:0": GB}, 8 * GB))
    first, *parts = planned.findings(Doctor(model=str(tiny_cascade), plan="sequential"))
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
    monkeypatch.setattr(planned, "pick_devices", lambda _: [torch.device("cuda", 0)])
    monkeypatch.setattr(devices, "room", lambda _: Room({"cuda:0": 1000}, 8 * GB))
    ((topic, fine, said, _),) = planned.findings(Doctor(model=str(tiny_cascade)))
    assert (topic, fine) == ("plan", False)
    assert said.startswith("not enough memory even for offload")


def test_what_is_no_model_is_said_once_elsewhere(tmp_path: Path) -> None:
    assert list(planned.findings(Doctor(model=str(tmp_path)))) == []
