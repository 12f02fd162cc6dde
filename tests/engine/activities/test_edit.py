"""Edit: a result for each level, what a single run of it would be, and branches of any step."""

import json
import queue
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor

from engine import events
from engine.diffusion.noise import NoiseSource, forward
from engine.events import Event
from engine.pictures import fitted, to_array
from engine.runs import Run
from engine.specs import Edit, samplers
from engine.worker import Worker
from tests.engine.conftest import Draw, Serve, refusal
from tests.support.noise_schedule import squaredcos_alphas_cumprod

CHAIN = "900,600,300,0"
SAMPLERS = samplers.NAMES
Revise = Callable[..., Run]
T = TypeVar("T", bound=Event)


@pytest.fixture
def revise(serve: Serve, photo: Path) -> Revise:
    """Run an Edit spec on the tiny cascade with a schedule of four timesteps."""
    few = {"prompt": "a rocket", "timesteps": CHAIN, "levels": "0,1,2", "sampler": "ddpm"}

    def run(name: str = "run", **fields: Any) -> Run:
        return serve(Edit, name, **({"image": str(photo), **few} | fields))

    return run


def _saved(run: Run) -> dict[str, Tensor]:
    saved: dict[str, Tensor] = load_file(run.trajectory)
    return saved


def _one(run: Run, kind: type[T]) -> T:
    found = [event for event in run.events if isinstance(event, kind)]
    assert len(found) == 1
    return found[0]


def test_a_run_leaves_the_original_and_a_result_for_each_level(revise: Revise, photo: Path) -> None:
    run = revise()
    assert isinstance(run.ending, events.Done)
    assert [p.name for p in run.state.results] == [f"stage-1-0{i}.png" for i in range(3)]
    original = _one(run, events.Original)
    assert (original.title, original.note) == ("photo", "40×30, cropped to 16×16")
    with Image.open(run.folder / original.file) as kept, Image.open(photo) as given:
        assert kept.tobytes() == fitted(given, 16, "crop").tobytes()
        assert json.loads(kept.info["diffuscope"])["shows"] == "the original"
    assert isinstance(run.spec, Edit)
    assert _one(run, events.Planned).starts == run.spec.starts() == (900, 600, 300)


def test_the_trajectory_is_what_the_contract_says(revise: Revise) -> None:
    saved = _saved(revise())
    assert saved["x"].shape == (5, 3, 3, 16, 16)
    assert saved["x0"].shape == saved["eps"].shape == (4, 3, 3, 16, 16)
    assert saved["timesteps"].tolist() == [900, 600, 300, 0]
    assert saved["draws"].tolist() == [[1, 1, 1], [2, 1, 1], [3, 2, 1], [4, 3, 2], [4, 3, 2]]
    assert saved["chains"].tolist() == [[900, 600, 300, 0], [600, 300, 0, -1], [300, 0, -1, -1]]


def test_a_level_begins_with_the_noised_original(revise: Revise) -> None:
    run = revise(seed=7)
    clean = torch.from_numpy(to_array(Image.open(run.folder / "original.png")))[None]
    eps = NoiseSource.for_seeds(8, 1).draw((3, 16, 16))
    bars = squaredcos_alphas_cumprod()
    assert torch.equal(_saved(run)["x"][1, 1:2], forward(clean, 600, eps, bars))


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_level_of_a_strip_is_its_single_run(revise: Revise, sampler: str) -> None:
    same = {"sampler": sampler, "seed": 7}
    strip = _saved(revise("strip", levels="0,1,t450", **same))["x"][-1]
    for i, level in enumerate(("0", "1", "t450")):
        alone = _saved(revise(f"alone-{i}", levels=level, sampler=sampler, seed=7 + i))["x"][-1]
        assert (strip[i] - alone[0]).abs().max() <= 1e-4


def test_the_same_spec_gives_the_same_bits(revise: Revise) -> None:
    first, again = revise("first"), revise("again")
    assert torch.equal(_saved(first)["x"], _saved(again)["x"])
    assert [p.read_bytes() for p in first.state.results] == [
        p.read_bytes() for p in again.state.results
    ]


def test_the_last_index_of_the_course_is_the_original_under_the_noise_of_t_0(
    revise: Revise,
) -> None:
    run = revise(levels="3", sampler="course")
    assert run.state.frames == []
    with (
        Image.open(run.state.results[0]) as edited,
        Image.open(run.folder / "original.png") as original,
    ):
        gap = torch.from_numpy(to_array(edited) - to_array(original))
    assert 0 < gap.abs().max() < 0.05


def test_without_a_prompt_the_model_is_asked_unconditionally(revise: Revise) -> None:
    silent = revise("silent", prompt="", levels="1")
    off = revise("off", prompt="a rocket", guidance=0, levels="1")
    assert torch.equal(_saved(silent)["x"], _saved(off)["x"])
    assert "delta" not in silent.state.frames[0].sheet.channels


def test_stage_2_enlarges_every_level_when_it_is_named(revise: Revise) -> None:
    run = revise(stage2="auto", stage2_steps=2)
    assert [p.name for p in run.state.results] == [f"result-0{i}.png" for i in range(3)]
    with Image.open(run.state.results[0]) as result:
        assert result.size == (32, 32)
    assert {f.stage for f in revise("small").state.frames} == {1}


def test_a_level_can_be_enlarged_later(revise: Revise, draw: Draw) -> None:
    whole = revise("whole", stage2="auto", stage2_steps=2, levels="1")
    small = revise("small", levels="1")
    branch = {"start_from": f"{small.folder}:{len(small.state.frames)}", "sampler": "ddpm"}
    later = draw("later", prompt="a rocket", **branch)
    assert (
        later.state.frames[-1].sheet.image.tobytes() == whole.state.frames[-1].sheet.image.tobytes()
    )


def test_one_level_of_a_strip_can_be_enlarged_later(revise: Revise, draw: Draw) -> None:
    whole = revise("whole", stage2="auto", stage2_steps=2, seed=7)
    small = revise("small", seed=7)
    start = {"start_from": f"{small.folder}:4", "start_sample": 2, "seed": 9}
    later = draw("later", prompt="a rocket", sampler="ddpm", **start)
    with Image.open(whole.state.results[2]) as a, Image.open(later.state.results[0]) as b:
        assert np.abs(np.asarray(a, int) - np.asarray(b, int)).max() <= 1


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_steps_are_those_of_generate(revise: Revise, draw: Draw, sampler: str) -> None:
    same = {"sampler": sampler, "steps": 4}
    edit = revise(timesteps=None, levels="1,70%", **same)
    whole = _saved(draw("drawn", stage2="none", **same))["timesteps"].tolist()
    assert _saved(edit)["timesteps"].tolist() == whole[1:]
    assert _one(edit, events.Planned).starts == (whole[1], whole[2])


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("step", [0, 1, 2])
def test_a_branch_of_one_level_is_that_edit_bit_for_bit(
    revise: Revise, draw: Draw, sampler: str, step: int
) -> None:
    parent = revise("parent", levels="1", sampler=sampler)
    child = draw("child", sampler=sampler, start_from=f"{parent.folder}:{step}", stage2="none")
    assert torch.equal(_saved(child)["x"], _saved(parent)["x"][step:])


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize(("step", "sample"), [(2, 1), (3, 1), (3, 2), (2, 2)])
def test_a_branch_of_one_sample_of_a_strip_goes_on_as_it_did(
    revise: Revise, draw: Draw, sampler: str, step: int, sample: int
) -> None:
    parent = revise("parent", levels="0,1,t450", sampler=sampler, seed=7)
    assert _saved(parent)["timesteps"].tolist()[:4] == [900, 600, 450, 300]
    start = {"start_from": f"{parent.folder}:{step}", "start_sample": sample, "seed": 7 + sample}
    child = draw("child", sampler=sampler, stage2="none", **start)
    ends = _saved(child)["x"][-1, 0], _saved(parent)["x"][-1, sample]
    assert (ends[0] - ends[1]).abs().max() <= 1e-4
    assert torch.equal(_saved(child)["x"][0, 0], _saved(parent)["x"][step, sample])


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_branch_of_a_branch_of_a_level_is_the_level(
    revise: Revise, draw: Draw, sampler: str
) -> None:
    same = {"sampler": sampler, "stage2": "none"}
    parent = revise("parent", levels="0", sampler=sampler)
    child = draw("child", start_from=f"{parent.folder}:2", **same)
    grandchild = draw("grandchild", start_from=f"{child.folder}:0", **same)
    assert torch.equal(_saved(grandchild)["x"], _saved(parent)["x"][2:])


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ({"start_from": "parent:2"}, "begin apart: choose one of them with --start-sample"),
        ({"start_from": "parent:0", "start_sample": 2}, "sample 2 begins at step 2 (t = 300)"),
        ({"start_from": "parent:9", "start_sample": 2}, "has steps 0 to 4, not 9"),
        ({"start_from": "parent:1", "start_sample": 3}, "samples 0 to 2"),
    ],
)
def test_a_branch_that_no_sample_took_is_one_line(
    revise: Revise,
    draw: Draw,
    start: dict[str, Any],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DIFFUSCOPE_RUNS", str(tmp_path))
    revise("parent")
    assert said in refusal(draw("child", **start))


@pytest.mark.parametrize("name", ["missing.png", "words.png"])
def test_a_picture_that_cannot_be_opened_ends_the_run_before_a_model_is_loaded(
    revise: Revise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)  # a long path would be cut at its end
    Path("words.png").write_text("not a picture")
    run = revise(image=name)
    assert name in refusal(run)
    assert not [e for e in run.events if isinstance(e, events.Ready)]


def test_a_cancelled_strip_keeps_the_steps_it_took(
    cut_short: Callable[..., Run],
    tiny_cascade: Path,
    photo: Path,
) -> None:
    spec = Edit(image=str(photo), stride=1, levels=(0, 10), model=str(tiny_cascade))
    run = cut_short(spec)
    assert 1 <= len(_saved(run)["x0"]) == len(run.state.frames) < 990
    assert run.state.results == ()
    assert (run.folder / "original.png").exists()


def test_the_cascade_with_stage_2_stays_loaded_while_a_level_is_made(
    engine: tuple[Worker, queue.Queue[Event]], revise: Revise, draw: Draw
) -> None:
    before = draw("before")
    edit, after = revise("edit", levels="1"), draw("after")
    said = [e.text for e in (*edit.events, *after.events) if isinstance(e, events.Status)]
    assert not [text for text in said if "loading" in text]
    whole, alone = (r.record["model_fingerprint"] for r in (before, edit))
    assert whole == after.record["model_fingerprint"] != alone
