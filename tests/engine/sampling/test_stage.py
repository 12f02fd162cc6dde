"""Numbers that overflow end a run with one line; the good steps are kept."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from engine.diffusion import denoiser
from engine.events import Failed, Frame
from engine.sampling import stage
from engine.specs import Denoise, Generate
from tests.engine.conftest import Draw, Serve
from tests.support.fake_accelerator import ELSEWHERE, pretend

UNET = "stage-1/unet/diffusion_pytorch_model.safetensors"


def _breaking_at(t: int, value: float, channel: int = 0) -> Any:
    """The network's call, with one number of its output replaced at a timestep."""
    real = denoiser.predict

    def predict(unet: Any, x: Tensor, now: int, *more: Any) -> Tensor:
        out = real(unet, x, now, *more)
        if now == t:
            out[-1, channel, 3, 3] = value
        return out

    return predict


@pytest.mark.parametrize("value", [float("inf"), -float("inf"), float("nan")])
@pytest.mark.parametrize("sampler", ["ddpm", "course"])
def test_the_step_is_named_and_those_before_are_kept(
    draw: Draw, monkeypatch: pytest.MonkeyPatch, sampler: str, value: float
) -> None:
    clean = draw("clean", sampler=sampler, stage2="none")
    times = [frame.timestep for frame in clean.state.frames]
    monkeypatch.setattr(denoiser, "predict", _breaking_at(times[2], value))
    run = draw("broken", sampler=sampler)
    ending = run.events[-1]
    assert isinstance(ending, Failed)
    assert ending.code == 3
    assert ending.message.startswith(
        f"stage I gave numbers that are not finite at t = {times[2]}, in float32: "
    )
    kept = [event for event in run.events if isinstance(event, Frame)]
    assert [frame.timestep for frame in kept] == times[:2]
    whole, part = (load_file(r.folder / "trajectory.safetensors") for r in (clean, run))
    assert len(part["x0"]) == 2
    for name in ("x", "x0", "eps"):
        assert torch.equal(part[name], whole[name][: len(part[name])])


def test_a_variance_that_overflows_is_found_too(
    draw: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(denoiser, "predict", _breaking_at(500, float("inf"), channel=4))
    ending = draw("broken").events[-1]
    assert isinstance(ending, Failed)
    assert "not finite at t = 500" in ending.message


def test_stage_two_is_named(draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    real = denoiser.predict

    def predict(unet: Any, x: Tensor, t: int, text: Tensor, extra: Any = None) -> Tensor:
        out = real(unet, x, t, text, extra)
        return out if extra is None else out * float("nan")

    monkeypatch.setattr(denoiser, "predict", predict)
    ending = draw("broken").events[-1]
    assert isinstance(ending, Failed)
    assert ending.message.startswith("stage II gave numbers that are not finite")


def test_one_call_outside_the_loop_is_looked_at(
    serve: Serve, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(denoiser, "predict", _breaking_at(250, float("nan")))
    ending = serve(Denoise, image=str(photo), t="250", steps=3).events[-1]
    assert isinstance(ending, Failed)
    assert (ending.code, "at t = 250" in ending.message) == (3, True)


def test_half_precision_that_overflows_is_named(
    serve: Serve, tiny_cascade: Path, tmp_path: Path
) -> None:
    model = Path(shutil.copytree(tiny_cascade, tmp_path / "loud"))
    weights = load_file(model / UNET)
    weights["conv_out.weight"] = weights["conv_out.weight"] * 3e5
    save_file(weights, model / UNET, {"format": "pt"})
    fields = {"prompt": "a rocket", "steps": 2, "stage2": "none", "precision": "fp16"}
    ending = serve(Generate, model=str(model), **fields).events[-1]
    assert isinstance(ending, Failed)
    assert ending.message.startswith("stage I overflowed in float16 at t = 500: ")
    assert "--precision bf16" in ending.message


def test_infinite_and_missing_numbers_anywhere_are_found() -> None:
    good = torch.zeros(2, 3, 4, 4)
    assert stage.all_finite(good, good)
    for value in (float("inf"), -float("inf"), float("nan")):
        bad = good.clone()
        bad[1, 2, 3, 3] = value
        assert not stage.all_finite(good, bad)
        assert not stage.all_finite(bad, good)


def test_it_is_looked_at_where_the_numbers_are() -> None:
    with pretend():
        good = torch.zeros(1, 3, 4, 4).to(ELSEWHERE)
        bad = torch.full((1, 3, 4, 4), float("inf")).to(ELSEWHERE)
        assert stage.all_finite(good, good)
        assert not stage.all_finite(good, bad)


def test_the_line_names_the_precision() -> None:
    assert "in float16 at t = 7" in stage.not_finite(2, nn.Linear(1, 1).half(), 7)
    assert "in bfloat16" in stage.not_finite(2, nn.Linear(1, 1).bfloat16(), 7)
