"""Finished pictures of a run go through the filters of an IF model; a blocked one says so."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers.pipelines.deepfloyd_if.watermark import IFWatermarker
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import load_file

from engine.checkpoints.filters import UNSAFE, Filters
from engine.events import Blocked, Done, Failed, Result
from engine.sampling import step_events
from engine.specs import Denoise, Edit, Generate, Inpaint
from tests.engine.conftest import Serve
from tests.support.if_repository import (
    if_repos,
    rewrite_checker,
    set_heads,
    tiny_checker,
)

FEW = {"prompt": "a rocket", "steps": 3, "stage2_steps": 2}


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both stages of an IF model; its checker lets everything pass. Read only."""
    return if_repos(tmp_path_factory.mktemp("layout"))


@pytest.fixture
def strict(layout: Path, tmp_path: Path) -> Path:
    """The same model with a checker that finds something in every picture."""
    root = Path(shutil.copytree(layout, tmp_path / "strict"))
    checker = tiny_checker()
    set_heads(checker, p_bias=9.0, w_bias=-9.0)
    rewrite_checker(root / "IF-II-M-v1.0", checker)
    return root / "IF-I-M-v1.0"


def _sheet(folder: Path, name: str) -> NDArray[np.uint8]:
    return np.asarray(Image.open(folder / "frames" / name))


def test_results_carry_the_watermark_of_the_model(serve: Serve, layout: Path) -> None:
    model = layout / "IF-I-M-v1.0"
    run = serve(Generate, model=str(model), count=2, keep_stage2=True, **FEW)
    assert isinstance(run.events[-1], Done)
    last = load_file(run.folder / "trajectory-2.safetensors")["x"][-1]
    theirs, plain = step_events.images(last), step_events.images(last)
    IFWatermarker.from_pretrained(model / "watermarker").apply_watermark(theirs, 32)
    kept = [Image.open(run.folder / f"result-{i:02d}.png").tobytes() for i in range(2)]
    assert kept == [image.tobytes() for image in theirs]
    assert kept != [image.tobytes() for image in plain]


def test_a_blocked_picture_says_so_and_is_not_black(serve: Serve, strict: Path) -> None:
    run = serve(Generate, model=str(strict), count=2, **FEW)
    blocked = [event for event in run.events if isinstance(event, Blocked)]
    assert [(event.stage, event.sample) for event in blocked] == [(1, 0), (1, 1), (2, 0), (2, 1)]
    assert blocked[0].text == (
        "picture 1 of stage I was blocked by the model's safety checker (unsafe content):"
        " a grey one that says so is in its place; try another seed or prompt"
    )
    for result in (event for event in run.events if isinstance(event, Result)):
        for file in result.files:
            pixels = np.asarray(Image.open(run.folder / file))
            assert pixels.min() > 0
            assert tuple(pixels[0, 0]) == (96, 96, 96)
            assert pixels.max() > 96


def test_one_blocked_sample_is_covered_in_its_steps_and_the_other_stays(
    serve: Serve, layout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = str(layout / "IF-I-M-v1.0")
    clean = serve(Generate, "clean", model=model, count=2, **FEW)
    judged = iter([["", UNSAFE], ["", ""]])
    monkeypatch.setattr(Filters, "judge", lambda *_: next(judged))
    run = serve(Generate, "blocked", model=model, count=2, **FEW)
    for file in sorted((run.folder / "frames").iterdir()):
        ours, theirs = (_sheet(r.folder, file.name) for r in (run, clean))
        half = len(ours) // 2
        assert np.array_equal(ours[:half], theirs[:half])
        if file.name.startswith("1-"):
            assert tuple(ours[half, 0]) == (96, 96, 96)
            assert len(np.unique(ours[half:].reshape(-1, 3), axis=0)) < 99
        else:
            assert np.array_equal(ours, theirs)
    states = [load_file(r.folder / "trajectory.safetensors")["x"] for r in (run, clean)]
    assert torch.equal(*states)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (Edit, {"prompt": "a rocket", "steps": 10, "levels": "5", "stage2": "none"}),
        (Inpaint, {"prompt": "a rocket", "steps": 3, "stage2": "none", "mask": "tower"}),
        (Denoise, {"t": "250", "steps": 3}),
    ],
)
def test_every_activity_blocks(
    serve: Serve, strict: Path, photo: Path, kind: type, fields: dict[str, str]
) -> None:
    run = serve(kind, model=str(strict), image=str(photo), **fields)
    assert not [event.message for event in run.events if isinstance(event, Failed)]
    (result,) = [event for event in run.events if isinstance(event, Result)]
    assert [event.stage for event in run.events if isinstance(event, Blocked)] == [1]
    assert Image.open(run.folder / result.files[0]).getpixel((0, 0)) == (96, 96, 96)


def test_a_model_without_filters_keeps_its_pictures_as_they_are(
    serve: Serve, tiny_cascade: Path
) -> None:
    run = serve(Generate, stage2="none", **FEW)
    (image,) = step_events.images(load_file(run.folder / "trajectory.safetensors")["x"][-1])
    assert Image.open(run.folder / "stage-1-00.png").tobytes() == image.tobytes()
    index = json.loads((tiny_cascade / "stage-1" / "model_index.json").read_text())
    assert not index["requires_safety_checker"]
