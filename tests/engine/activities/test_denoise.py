"""Denoise: every method for every timestep, written, measured, and equal to its formula."""

import itertools
import json
import math
import queue
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor

from engine import events, lab
from engine.checkpoints import open_cascade
from engine.diffusion.denoiser import predict
from engine.diffusion.noise import NoiseSource, forward
from engine.events import METHODS, Event, Measured
from engine.pictures import to_array, to_image
from engine.runs import Run
from engine.specs import Denoise
from engine.worker import Worker
from tests.engine.conftest import Draw, Serve
from tests.support.noise_schedule import squaredcos_alphas_cumprod

Clean = Callable[..., Run]
BARS = squaredcos_alphas_cumprod()


@pytest.fixture
def clean(serve: Serve, photo: Path) -> Clean:
    """Run a Denoise spec on the tiny cascade with long strides."""

    few = {"image": str(photo), "t": "250,750", "stride": 200}

    def run(name: str = "run", **fields: Any) -> Run:
        return serve(Denoise, name, **(few | fields))

    return run


def _saved(run: Run) -> dict[str, Tensor]:
    saved: dict[str, Tensor] = load_file(run.trajectory)
    return saved


def _rows(run: Run) -> dict[tuple[int, str], Measured]:
    found = [e for e in run.events if isinstance(e, Measured)]
    rows = {(e.t, e.method): e for e in found}
    assert len(rows) == len(found)
    return rows


def _picture(run: Run, file: str) -> np.ndarray:
    with Image.open(run.folder / file) as image:
        return to_array(image)


def _noisy(run: Run, t: int) -> Tensor:
    original = torch.from_numpy(_picture(run, "original.png"))[None]
    seed = run.record["seed"]
    return forward(original, t, NoiseSource.for_seeds(seed, 1).draw((3, 16, 16)), BARS)


def test_every_method_is_measured_for_every_timestep_and_written(clean: Clean) -> None:
    run = clean()
    assert isinstance(run.ending, events.Done)
    rows = _rows(run)
    assert set(rows) == set(itertools.product((250, 750), METHODS))
    for (t, method), row in rows.items():
        assert row.file == f"t{t}-{method}.png"
        with Image.open(run.folder / row.file) as image:
            assert json.loads(image.info["diffuscope"])["shows"] == f"{method} at t = {t}"
        assert all(map(math.isfinite, (row.psnr, row.ssim, row.perceptual)))
    assert (rows[250, "blur"].kernel, rows[250, "blur"].sigma) == (5, 2.0)
    assert rows[250, "best-blur"].kernel % 2 == 1
    assert rows[250, "noisy"].kernel == 0


def test_the_results_are_the_iterative_pictures_in_the_order_asked(clean: Clean) -> None:
    run = clean(t="750,250")
    assert [p.name for p in run.state.results] == ["t750-iterative.png", "t250-iterative.png"]
    ends = _saved(run)["x"][-1]
    for sample, path in enumerate(run.state.results):
        with Image.open(path) as image:
            assert image.tobytes() == to_image(ends[sample].numpy()).tobytes()


def test_the_figures_are_those_of_the_pictures(clean: Clean) -> None:
    run = clean()
    original = _picture(run, "original.png")
    for row in _rows(run).values():
        again = lab.measures(_picture(run, row.file), original)
        assert row.psnr == pytest.approx(again.psnr, abs=0.1)
        assert row.ssim == pytest.approx(again.ssim, abs=0.01)
        assert row.perceptual == pytest.approx(again.perceptual, abs=0.02)


def test_all_timesteps_are_under_the_same_noise_and_are_what_they_are_alone(clean: Clean) -> None:
    both, alone = clean("both", seed=7), clean("alone", seed=7, t="750")
    states = _saved(both)["x"]
    assert torch.equal(states[0, 1:], _noisy(both, 750))
    gap = states[-1, 1] - _saved(alone)["x"][-1, 0]
    assert gap.abs().max() <= 1e-4
    rows, row = _rows(both), _rows(alone)
    for method in METHODS[:-1]:
        assert rows[750, method].psnr == pytest.approx(row[750, method].psnr, abs=1e-3)


def test_one_step_is_its_formula(clean: Clean, tiny_cascade: Path) -> None:
    run = clean(prompt="a rocket")
    cascade = open_cascade(str(tiny_cascade), "none", "cpu")
    text = cascade.embed(["a rocket"])
    for t in (250, 750):
        x = _noisy(run, t)
        eps = predict(cascade.stage1.unet, x, t, text)[:, :3]
        x0 = (x - math.sqrt(1 - BARS[t]) * eps) / math.sqrt(BARS[t])
        gap = _picture(run, f"t{t}-one-step.png") - x0[0].clamp(-1, 1).detach().numpy()
        assert np.abs(gap).max() <= 1.01 / 255


def test_the_first_iterative_estimate_is_the_one_step_picture(clean: Clean) -> None:
    run = clean(t="750")
    shown = to_image(_saved(run)["x0"][0, 0].numpy())
    with Image.open(run.folder / "t750-one-step.png") as image:
        assert np.abs(np.asarray(image, int) - np.asarray(shown, int)).max() <= 1


def test_each_timestep_begins_where_it_is_and_goes_on_by_the_stride(clean: Clean) -> None:
    run = clean()
    planned = next(e for e in run.events if isinstance(e, events.Planned))
    assert planned.starts == (250, 750)
    assert planned.timesteps == ((750, 600, 400, 250, 200, 0),)
    assert _saved(run)["chains"].tolist() == [[250, 200, 0, -1, -1], [750, 600, 400, 200, 0]]
    assert [f.timestep for f in run.state.frames] == [750, 600, 400, 250, 200]


def test_at_t_0_there_is_next_to_nothing_to_take_away(clean: Clean) -> None:
    rows = _rows(clean(t="0"))
    assert rows[0, "noisy"].psnr > 35
    assert rows[0, "iterative"].psnr > 35


def test_the_same_spec_gives_the_same_bits(clean: Clean) -> None:
    first, again = clean("first"), clean("again")
    assert torch.equal(_saved(first)["x"], _saved(again)["x"])
    names = [row.file for row in _rows(first).values()]
    assert all((first.folder / n).read_bytes() == (again.folder / n).read_bytes() for n in names)


def test_a_branch_of_one_timestep_goes_on_as_it_did(clean: Clean, draw: Draw) -> None:
    parent = clean("parent", prompt="a rocket")
    child = draw(
        "child", sampler="course", guidance=1, stage2="none",
        start_from=f"{parent.folder}:4", start_sample=1,
    )  # fmt: skip
    assert (_saved(child)["x"][-1, 0] - _saved(parent)["x"][-1, 1]).abs().max() <= 1e-4


def test_a_model_of_fewer_timesteps_is_one_line(clean: Clean, tmp_path: Path) -> None:
    from tests.support.tiny_cascade import if_scheduler, tiny_cascade_folder

    short = tiny_cascade_folder(tmp_path / "short")
    if_scheduler(num_train_timesteps=500).save_pretrained(short / "stage-1" / "scheduler")
    run = clean(model=str(short))
    assert isinstance(run.ending, events.Failed)
    assert "timesteps must fall strictly within 499 … 0" in run.ending.message


def test_a_run_stopped_before_the_loop_keeps_what_was_measured(
    engine: tuple[Worker, queue.Queue[Event]],
    until_end: Callable[[str], list[Event]],
    tiny_cascade: Path,
    photo: Path,
    tmp_path: Path,
) -> None:
    worker, seen = engine
    spec = Denoise(image=str(photo), t=tuple(range(0, 1000, 16)), model=str(tiny_cascade))
    name = worker.submit(spec, tmp_path / "stopped")
    while not isinstance(event := seen.get(timeout=60), Measured):
        assert not isinstance(event, events.ENDINGS)
    control = worker.control(name)
    assert control is not None
    control.cancel()
    assert isinstance(until_end(name)[-1], events.Cancelled)
    run = Run(tmp_path / "stopped")
    assert (run.folder / next(iter(_rows(run).values())).file).is_file()
    assert run.state.frames == []
    assert run.state.results == ()
