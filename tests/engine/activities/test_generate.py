"""Generate: what is drawn, what is kept, and that a branch continues its parent exactly."""

import json
import queue
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from engine import events
from engine.events import Event
from engine.runs import Run
from engine.specs import Generate, samplers
from engine.worker import Worker
from tests.engine.conftest import Draw, refusal, states

SAMPLERS = samplers.NAMES


def test_a_run_leaves_what_the_contract_says(draw: Draw) -> None:
    run = draw(count=2)
    saved = states(run)
    side = saved["x"].shape[-1]
    assert isinstance(run.ending, events.Done)
    assert saved["x"].shape == (5, 2, 3, side, side)
    assert saved["x0"].shape == saved["eps"].shape == (4, 2, 3, side, side)
    assert saved["timesteps"].tolist() == [750, 500, 250, 0]
    assert [p.name for p in run.state.results] == ["result-00.png", "result-01.png"]
    assert not (run.folder / "trajectory-2.safetensors").exists()


def test_every_step_of_both_stages_is_a_frame_with_its_pictures(draw: Draw) -> None:
    run = draw()
    assert [(f.stage, f.index, f.total) for f in run.state.frames] == [
        *((1, i, 4) for i in range(4)),
        *((2, i, 2) for i in range(2)),
    ]
    for frame in run.state.frames:
        assert set(frame.sheet.channels) == set(events.CHANNELS)
        assert frame.sheet.picture("x0") is not None
    assert [f.next_timestep for f in run.state.frames[:4]] == [500, 250, 0, -1]


def test_the_last_frame_is_the_result(draw: Draw) -> None:
    run = draw()
    last = run.state.frames[-1].sheet.picture("x")
    assert last is not None
    with Image.open(run.state.results[0]) as result:
        assert result.convert("RGB").tobytes() == last.tobytes()


def test_the_spec_in_the_folder_and_in_the_picture_is_the_request(draw: Draw) -> None:
    run = draw(negative="a cat", seed=7)
    with Image.open(run.state.results[0]) as result:
        inside = json.loads(result.info["diffuscope"])
        readable = result.info["parameters"]
    assert isinstance(run.spec, Generate)
    assert (run.spec.negative, run.spec.seed) == ("a cat", 7)
    assert inside == {**run.record, "sample": 0}
    assert inside["model_fingerprint"]
    assert "Negative prompt: a cat" in readable
    assert "Seed: 7" in readable


def test_the_same_spec_gives_the_same_bits(draw: Draw) -> None:
    first, again = draw("first"), draw("again")
    assert torch.equal(states(first)["x"], states(again)["x"])
    assert first.state.results[0].read_bytes() == again.state.results[0].read_bytes()


def test_a_sample_of_several_is_the_one_alone_with_its_seed(draw: Draw) -> None:
    together, alone = draw("together", count=3, seed=7), draw("alone", seed=9)
    gap = states(together)["x"][:, 2] - states(alone)["x"][:, 0]
    assert gap.abs().max() <= 1e-4  # other batch sizes round differently, and guidance amplifies


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("step", [0, 2, 4])
def test_a_branch_with_nothing_changed_is_its_parent(draw: Draw, sampler: str, step: int) -> None:
    same = {"sampler": sampler, "stage2": "none"}
    parent = draw("parent", **same)
    child = draw("child", start_from=f"{parent.folder}:{step}", **same)
    assert torch.equal(states(child)["x"], states(parent)["x"][step:])


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_branch_of_a_branch_is_their_parent(draw: Draw, sampler: str) -> None:
    same = {"sampler": sampler, "stage2": "none"}
    parent = draw("parent", **same)
    child = draw("child", start_from=f"{parent.folder}:2", **same)
    grandchild = draw("grandchild", start_from=f"{child.folder}:0", **same)
    assert torch.equal(states(grandchild)["x"], states(parent)["x"][2:])


def test_a_branch_with_another_prompt_starts_there_and_goes_elsewhere(draw: Draw) -> None:
    parent = draw("parent")
    child = draw("child", prompt="a cat", start_from=f"{parent.folder}:2")
    x, y = states(parent)["x"], states(child)["x"]
    assert torch.equal(x[2], y[0])
    assert not torch.equal(x[3], y[1])
    assert [f.index for f in child.state.frames if f.stage == 1] == [2, 3]


def test_one_sample_of_several_can_be_branched_into_many(draw: Draw) -> None:
    parent = draw("parent", count=2, seed=5)
    fields = {"start_from": f"{parent.folder}:1", "start_sample": 1}
    child = draw("child", seed=6, **fields)
    many = draw("many", seed=6, count=3, **fields)
    assert torch.allclose(states(child)["x"][-1, 0], states(parent)["x"][-1, 1], atol=1e-5)
    assert len(states(many)["x"][0].unique(dim=0)) == 1
    assert len(states(many)["x"][-1].unique(dim=0)) == 3


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"start_from": "parent:9"}, "has steps 0 to 4"),
        ({"start_from": "nowhere:1"}, "no run named"),
        ({"start_from": "parent:1", "count": 3}, "the parent has 2 samples"),
        ({"start_from": "parent:1", "start_sample": 2}, "samples 0 to 1"),
        ({"start_from": "parent:1", "count": 2, "timesteps": (900, 0)}, "stands at t = 500"),
    ],
)
def test_a_branch_from_nowhere_is_one_line(
    draw: Draw,
    fields: dict[str, object],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DIFFUSCOPE_RUNS", str(tmp_path))
    draw("parent", count=2)
    assert said in refusal(draw("child", **fields))


def test_a_branch_from_a_damaged_parent_is_one_line(draw: Draw) -> None:
    parent = draw("parent")
    parent.trajectory.write_bytes(parent.trajectory.read_bytes()[:100])
    assert "damaged" in refusal(draw("child", start_from=f"{parent.folder}:1"))


def test_without_stage_2_the_small_picture_is_the_result(draw: Draw) -> None:
    run = draw(stage2="none")
    assert [p.name for p in run.state.results] == ["stage-1-00.png"]
    assert {f.stage for f in run.state.frames} == {1}


def test_upscaling_later_gives_the_bits_of_the_whole_run(draw: Draw) -> None:
    whole, small = draw("whole"), draw("small", stage2="none")
    later = draw("later", start_from=f"{small.folder}:4")
    assert (
        later.state.frames[-1].sheet.image.tobytes() == whole.state.frames[-1].sheet.image.tobytes()
    )


def test_stage_2_states_are_kept_on_request(draw: Draw) -> None:
    run = draw(keep_stage2=True)
    assert load_file(run.folder / "trajectory-2.safetensors")["x0"].shape[0] == 2


@pytest.mark.parametrize("now", [False, True])
def test_a_cancelled_run_keeps_the_steps_it_took(
    cut_short: Callable[..., Run],
    tiny_cascade: Path,
    now: bool,
) -> None:
    spec = Generate(prompt="a cat", steps=1000, model=str(tiny_cascade))
    run = cut_short(spec, now)
    saved = states(run)
    assert 1 <= len(saved["x0"]) == len(run.state.frames) < 1000
    assert len(saved["x"]) == len(saved["x0"]) + 1
    assert run.state.results == ()


def test_a_cancelled_run_can_be_continued_to_the_bits_of_the_whole(
    engine: tuple[Worker, queue.Queue[Event]],
    until_end: Callable[[str], list[Event]],
    draw: Draw,
    tiny_cascade: Path,
    tmp_path: Path,
) -> None:
    worker, seen = engine
    spec = Generate(prompt="a rocket", steps=4, stage2="none", model=str(tiny_cascade))
    name = worker.submit(spec, tmp_path / "part")
    control = worker.control(name)
    assert control is not None
    control.pause()
    control.step()
    while not isinstance(seen.get(timeout=60), events.Frame):
        pass
    control.cancel()
    until_end(name)
    taken = len(Run(tmp_path / "part").state.frames)
    whole = draw("whole", stage2="none")
    rest = draw("rest", stage2="none", start_from=f"{tmp_path / 'part'}:{taken}")
    assert torch.equal(states(rest)["x"][-1], states(whole)["x"][-1])


def test_a_model_that_does_not_open_does_not_take_the_next_one_along(
    engine: tuple[Worker, queue.Queue[Event]],
    until_end: Callable[[str], list[Event]],
    draw: Draw,
    tmp_path: Path,
) -> None:
    draw("before", stage2="none")
    missing = Generate(prompt="a", model=str(tmp_path / "missing"), stage2="none")
    ending = until_end(engine[0].submit(missing, tmp_path / "bad"))[-1]
    assert isinstance(ending, events.Failed)
    assert ending.code == 2
    assert isinstance(draw("after", stage2="none").ending, events.Done)
