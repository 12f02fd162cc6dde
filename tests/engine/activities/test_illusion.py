"""Illusions: what is kept, that a branch goes on exactly, and bands that a picture gives."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from engine import events
from engine.pictures import fitted, open_picture, to_array
from engine.specs import Anagram, Compose, Generate, Hybrid, samplers
from engine.views import Resolution, open_view
from tests.engine.conftest import Draw, Serve, refusal, states

FEW = {"steps": 4, "stage2_steps": 2}
TWO = {"first": "an old man", "second": "a campfire"} | FEW
PAIR = {"low": "a skull", "high": "a waterfall"} | FEW
SAMPLERS = samplers.NAMES


def test_an_anagram_leaves_what_any_run_leaves(serve: Serve) -> None:
    run = serve(Anagram, count=2, **TWO)
    assert isinstance(run.ending, events.Done)
    assert run.spec == Anagram.parse(run.spec.model_dump())
    assert len(run.state.frames) == 6
    assert [p.name for p in run.state.results] == ["result-00.png", "result-01.png"]
    assert states(run)["x"].shape[:2] == (5, 2)


@pytest.mark.parametrize("kind", [Anagram, Hybrid, Compose])
def test_equal_prompts_draw_what_plain_sampling_draws(serve: Serve, draw: Draw, kind: Any) -> None:
    same = {
        Anagram: {"first": "a fox", "second": "a fox", "view": "identity,identity"},
        Hybrid: {"low": "a fox", "high": "a fox"},
        Compose: {"term": "a fox; a fox||all|3"},
    }
    mine = serve(kind, **same[kind], **FEW)
    plain = draw("plain", prompt="a fox", noise_level=50)
    assert torch.allclose(states(mine)["x"], states(plain)["x"], atol=1e-4)
    pairs = [np.asarray(Image.open(run.state.results[0]), np.int16) for run in (mine, plain)]
    assert np.abs(pairs[0] - pairs[1]).max() <= 1


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("reduction", ["mean", "alternate"])
def test_a_branch_continues_its_parent_exactly(serve: Serve, sampler: str, reduction: str) -> None:
    fields = TWO | {"sampler": sampler, "reduction": reduction, "stage2": "none"}
    parent = serve(Anagram, "parent", **fields)
    child = serve(Anagram, "child", **fields, start_from=f"{parent.folder}:3")
    assert torch.equal(states(child)["x"][-1], states(parent)["x"][-1])


def test_a_branch_may_become_another_kind_of_run(serve: Serve, draw: Draw) -> None:
    parent = draw("parent")
    child = serve(Hybrid, "child", **PAIR, start_from=f"{parent.folder}:2")
    assert isinstance(child.ending, events.Done)
    back = draw("back", start_from=f"{child.folder}:1")
    assert isinstance(back.ending, events.Done)
    assert isinstance(back.spec, Generate)


@pytest.mark.parametrize("stage", [1, 2])
def test_a_given_band_is_the_picture_s_in_the_end(serve: Serve, photo: Path, stage: int) -> None:
    """In grey: to take the grey of a picture twice changes nothing, which blurring twice does."""
    fields = PAIR | {"low": f"@{photo}", "factor": "colour"}
    run = serve(Hybrid, **fields, keep_stage2=True)
    name = "trajectory.safetensors" if stage == 1 else "trajectory-2.safetensors"
    last = load_file(run.folder / name)["x"][-1, 0].numpy()
    given = to_array(fitted(open_picture(str(photo)).image, last.shape[-1]))
    assert np.allclose(last.mean(0), given.mean(0), atol=1e-5)
    assert not np.allclose(last, given, atol=0.15)


def test_a_branch_of_a_run_with_a_given_band_is_exact_too(serve: Serve, photo: Path) -> None:
    fields = PAIR | {"low": f"@{photo}", "stage2": "none"}
    parent = serve(Hybrid, "parent", **fields)
    child = serve(Hybrid, "child", **fields, start_from=f"{parent.folder}:2")
    assert torch.equal(states(child)["x"][-1], states(parent)["x"][-1])


def test_a_run_keeps_its_picture_and_the_view_of_a_person(
    serve: Serve, photo: Path, tmp_path: Path
) -> None:
    made = tmp_path / "upside.py"
    made.write_text("def view(x):\n    return x[:, ::-1]\n")
    term = f"a fox|{made}; @{photo}||low; a hen||high"
    run = serve(Compose, term=term, **FEW)
    assert isinstance(run.ending, events.Done), run.ending
    assert (run.folder / "source-1.png").is_file()
    assert (run.folder / "view-1.safetensors").is_file()


def test_a_run_of_stage_one_keeps_a_person_s_view_for_stage_two(
    serve: Serve, tmp_path: Path
) -> None:
    made = tmp_path / "upside.py"
    made.write_text("def view(x):\n    return x[:, ::-1]\n")
    run = serve(Anagram, **TWO, view=f"identity,{made}", stage2="none")
    kept = open_view(str(run.folder / "view-1.safetensors"))
    side = run.state.frames[0].sheet.width
    assert kept.at(Resolution(4 * side, side)).side == 4 * side


def test_a_view_that_fails_is_used_with_a_word_about_it(serve: Serve) -> None:
    run = serve(Anagram, **TWO, view="identity,blur")
    assert isinstance(run.ending, events.Done)
    assert any(isinstance(e, events.Notice) and "blur" in e.text for e in run.events)


def test_a_view_that_is_none_is_refused_in_one_line(serve: Serve, tmp_path: Path) -> None:
    half = tmp_path / "half.py"
    half.write_text("def view(x):\n    return x * 0.5\n")
    run = serve(Anagram, **TWO, view=f"identity,{half}")
    assert "orthogonal" in refusal(run)
