"""Steps that arrive while the next is computed: none is lost, and all are the same to the bit."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from engine.control import Control
from engine.diffusion import denoiser
from engine.errors import OutOfMemory
from engine.events import Frame
from engine.job import Job
from engine.sampling import device_copy
from engine.sampling.device_copy import AsyncCopies
from engine.specs import Generate
from engine.worker import _run
from tests.engine.conftest import Draw


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Copies that are made only when they are waited for, as if on a stream; what happened when."""
    told: list[str] = []
    monkeypatch.setattr(device_copy, "overlaps", lambda _: True)

    def begin(tensors: dict[str, Tensor]) -> device_copy.Future:
        kept = {name: tensor.clone() for name, tensor in tensors.items()}

        def wait() -> dict[str, Tensor]:
            told.append("arrived")
            return kept

        return wait

    monkeypatch.setattr(device_copy, "begin", begin)
    predict = denoiser.predict

    def called(*given, **named) -> Tensor:  # type: ignore[no-untyped-def]
        told.append("called")
        return predict(*given, **named)

    monkeypatch.setattr(denoiser, "predict", called)
    return told


def test_a_step_is_waited_for_after_the_next_call(draw: Draw, late: list[str]) -> None:
    draw(steps=3, stage2="none")
    assert late == ["called", "called", "arrived", "called", "arrived", "arrived"]


def test_late_steps_are_the_same_to_the_bit(draw: Draw, request: pytest.FixtureRequest) -> None:
    at_once = draw("at-once", steps=3, stage2_steps=2, count=2)
    request.getfixturevalue("late")
    behind = draw("behind", steps=3, stage2_steps=2, count=2)
    names = ["trajectory.safetensors", *(f"frames/{f.name}" for f in _pictures(at_once.folder))]
    assert len(names) == 6
    for name in names:
        assert (behind.folder / name).read_bytes() == (at_once.folder / name).read_bytes()
    told = [[e for e in run.events if isinstance(e, Frame)] for run in (at_once, behind)]
    assert [(f.index, f.eps_norm, f.x0_change) for f in told[0]] == [
        (f.index, f.eps_norm, f.x0_change) for f in told[1]
    ]


def test_a_held_run_shows_its_last_step(
    late: list[str], tiny_cascade: Path, tmp_path: Path
) -> None:
    control, told = Control(), []
    control.pause()
    control.step()

    def emit(event: object) -> None:
        told.append(event)
        if isinstance(event, Frame):  # seen while the run waits for the second step
            assert control.paused
            control.cancel()

    spec = Generate(model=str(tiny_cascade), prompt="a rocket", steps=3, stage2="none")
    _run(Job("held", spec, tmp_path / "held", emit, control))
    assert [e.index for e in told if isinstance(e, Frame)] == [0]
    assert late == ["called", "arrived"]


def test_the_good_step_before_an_error_is_kept() -> None:
    taken: list[int] = []

    def fails() -> None:
        with AsyncCopies(behind=True) as arrivals:
            arrivals.push(lambda: taken.append(0))
            assert taken == []
            raise OutOfMemory("a model call")

    with pytest.raises(OutOfMemory):
        fails()
    assert taken == [0]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_copies_beside_the_model_are_those_of_the_device() -> None:
    there = {"a": torch.randn(2, 3, 64, 64, device="cuda"), "b": torch.ones(5, device="cuda")}
    arrived = device_copy.begin(there)
    there["a"] @ there["a"].transpose(-1, -2)
    assert all(torch.equal(arrived()[name], tensor.cpu()) for name, tensor in there.items())


def _pictures(folder: Path) -> list[Path]:
    return sorted((folder / "frames").glob("*.png"))
