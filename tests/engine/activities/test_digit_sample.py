"""Digits drawn by a trained model leave what any drawing leaves: frames, states, pictures."""

import queue
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from engine import events
from engine.diffusion.noise import NoiseSource
from engine.digits import sampling
from engine.digits.load_model import Trained
from engine.events import Event
from engine.runs import Run
from engine.runs.export import export
from engine.specs import DigitSample
from engine.worker import Worker
from tests.support.fake_runs.trained import a_training

Draw = Callable[..., Run]


@pytest.fixture
def draw(
    engine: tuple[Worker, queue.Queue[Event]],
    until_end: Callable[[str], list[Event]],
    tmp_path: Path,
) -> Draw:
    def run(name: str = "run", model: str = "class", **fields: Any) -> Run:
        training = tmp_path / f"training-{name}"
        asked = {k: fields.pop(k) for k in ("objective", "precision") if k in fields}
        a_training(training, model, **asked)
        spec = DigitSample.parse({"training": str(training), **fields})
        until_end(engine[0].submit(spec, tmp_path / name))
        return Run(tmp_path / name)

    return run


@pytest.mark.parametrize("objective", ["ddpm", "flow"])
def test_a_run_leaves_what_the_contract_says(draw: Draw, objective: str) -> None:
    run = draw(objective=objective, digits="3,8", count=2, steps=4)
    saved = load_file(run.trajectory)
    assert isinstance(run.ending, events.Done)
    assert saved["x"].shape == (5, 4, 1, 28, 28)
    assert saved["x0"].shape == saved["eps"].shape == (4, 4, 1, 28, 28)
    first = {"ddpm": [299, 199, 100, 0], "flow": [300, 225, 150, 75]}
    assert saved["timesteps"].tolist() == first[objective]
    assert [p.name for p in run.state.results] == [f"digit-{i:02d}.png" for i in range(4)]
    ready = next(e for e in run.events if isinstance(e, events.Ready))
    assert run.record["model_fingerprint"] == ready.fingerprint
    assert ready.sizes == (28,)


@pytest.mark.parametrize("objective", ["ddpm", "flow"])
def test_every_step_is_a_frame_and_the_last_is_the_result(draw: Draw, objective: str) -> None:
    run = draw(objective=objective, digits="5", count=1, steps=4)
    assert [(f.index, f.total) for f in run.state.frames] == [(i, 4) for i in range(4)]
    assert set(run.state.frames[0].sheet.channels) == set(events.CHANNELS)
    assert run.state.frames[-1].next_timestep == -1
    assert [f.snr for f in run.state.frames] == sorted(f.snr for f in run.state.frames)
    last = run.state.frames[-1].sheet.picture("x")
    assert last is not None
    with Image.open(run.state.results[0]) as result:
        assert result.convert("RGB").tobytes() == last.tobytes()


def test_the_picture_is_the_state_in_black_and_white(draw: Draw) -> None:
    run = draw(digits="5", count=1, steps=4)
    state = load_file(run.trajectory)["x"][-1, 0, 0].clamp(0, 1) * 255
    with Image.open(run.state.results[0]) as result:
        grey = torch.tensor(list(result.convert("L").tobytes())).view(28, 28)
    assert (grey - state).abs().max() <= 1


def test_rows_are_as_drawn_alone_with_their_seeds(draw: Draw, tmp_path: Path) -> None:
    run = draw(digits="3,8", count=2, guidance=2, steps=4, seed=7)
    model = Trained.open(tmp_path / "training-run")
    alone = sampling.sample(
        model.net, model.process(4), NoiseSource.for_seeds(8, 1), torch.tensor([8]),
        guidance=2, calls=4,
    )  # fmt: skip
    assert torch.allclose(load_file(run.trajectory)["x"][-1, 3:], alone, atol=1e-4)
    assert run.spec.sample_titles() == ("3", "3", "8", "8")


def test_a_model_of_time_draws_without_classes(draw: Draw) -> None:
    run = draw(model="time", count=3)
    assert len(run.state.results) == 3
    assert load_file(run.trajectory)["x"].shape[0] == 5  # the training drew in 4 model calls
    wrong = draw("wrong", model="time", digits="3")
    assert isinstance(wrong.ending, events.Failed)
    assert wrong.ending.code == 2
    assert "was trained without classes: leave --digits out" in wrong.ending.message


def test_a_denoiser_and_too_many_steps_are_one_line(draw: Draw) -> None:
    for run, line in (
        (draw("a", model="denoiser"), "one-step denoiser"),
        (draw("b", steps=301), "steps must be between 2 and 300"),
    ):
        assert isinstance(run.ending, events.Failed)
        assert line in run.ending.message


def test_it_is_exported_like_any_run(draw: Draw, tmp_path: Path) -> None:
    run = draw(digits="3,8", count=1, steps=4)
    for name in ("a.gif", "a.sheet.png", "a.png"):
        export(run, tmp_path / name, 1)
        with Image.open(tmp_path / name) as picture:
            assert picture.width >= 28


def test_a_model_that_learned_in_bfloat16_draws_in_it(draw: Draw, tmp_path: Path) -> None:
    exact, lower = (
        draw(name, precision=name, digits="5", count=1, steps=4) for name in ("fp32", "bf16")
    )
    dtypes = [e.dtype for r in (exact, lower) for e in r.events if isinstance(e, events.Ready)]
    assert dtypes == ["float32", "bfloat16"]
    one, other = (load_file(run.trajectory)["eps"] for run in (exact, lower))
    assert one.dtype == other.dtype == torch.float32
    assert not torch.equal(one[0], other[0])
    assert torch.allclose(one[0], other[0], atol=0.05)
