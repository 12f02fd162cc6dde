"""Whole runs with stage I on a pretended device and stage II on the CPU, which refuse to mix.

An edit is not among them: the pretended device has no place for the indices of its rows.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from engine.checkpoints import opening
from engine.checkpoints.memory.plan import ENCODER, Place, Plan
from engine.checkpoints.memory.sizes import Component
from engine.events import Done, Event
from engine.job import Job
from engine.specs import Generate, Hybrid, Inpaint, Spec
from engine.worker import _run
from tests.support.fake_accelerator import ELSEWHERE, pretend

FEW = {"steps": 2, "stage2_steps": 2}
ASKED: list[Callable[[str, str], Spec]] = [
    lambda model, photo: Generate(model=model, prompt="a rocket", **FEW),
    lambda model, photo: Inpaint(model=model, prompt="a cat", image=photo, mask=photo, **FEW),
    lambda model, photo: Hybrid(model=model, low="a rocket", high="a cat", **FEW),
]
APART = Plan(
    "resident",
    "alone",
    (
        Place(Component(ENCODER, 0, 0), str(ELSEWHERE), "for a new prompt"),
        Place(Component("UNet of stage I", 0, 0), str(ELSEWHERE), "always"),
        Place(Component("UNet of stage II", 0, 0), "cpu", "always"),
    ),
    {str(ELSEWHERE): 0, "cpu": 0},
)


@pytest.mark.parametrize("asked", ASKED)
def test_stages_on_devices_of_their_own_draw_the_same(
    asked: Callable[[str, str], Spec],
    tiny_cascade: Path,
    photo: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spec = asked(str(tiny_cascade), str(photo))
    together = _drawn(spec, tmp_path / "together")
    monkeypatch.setattr(opening, "pick_devices", lambda _: [ELSEWHERE])
    monkeypatch.setattr(opening, "plan", lambda *_, **__: APART)
    with pretend():
        assert _drawn(spec, tmp_path / "apart") == together


def _drawn(spec: Spec, folder: Path) -> list[bytes]:
    """The finished pictures, drawn in this thread: a pretended device is only there."""
    told: list[Event] = []
    memory: dict[str, Any] = {}
    _run(Job(folder.name, spec, folder, told.append, memory=memory))
    assert isinstance(told[-1], Done), told[-1]
    files = sorted(folder.glob("result*.png"))
    assert files
    return [Image.open(file).tobytes() for file in files]
