"""Prepare: all that a screen needs to noise a picture to any t, without a run."""

import queue
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from engine import events, lab
from engine.events import Event, Prepared
from engine.pictures import fitted, to_array
from engine.specs import Denoise, Prepare
from engine.worker import Worker
from tests.engine.conftest import Serve


@pytest.fixture
def prepare(
    engine: tuple[Worker, queue.Queue[Event]],
    until_end: Callable[[str], list[Event]],
    tiny_cascade: Path,
) -> Callable[..., list[Event]]:
    def ask(**fields: object) -> list[Event]:
        spec = Prepare.parse({"model": str(tiny_cascade), "seed": 7} | fields)
        return until_end(engine[0].submit(spec))

    return ask


def test_the_answer_is_the_fitted_picture(prepare: Callable[..., list[Event]], photo: Path) -> None:
    found = next(e for e in prepare(image=str(photo), fit="fit") if isinstance(e, Prepared))
    assert (found.title, found.side) == ("photo", 16)
    assert found.note == "40×30, on white, scaled to 16×16"
    with Image.open(photo) as given:
        assert found.picture == fitted(given, 16, "fit").tobytes()
    assert len(found.alphas_cumprod) == 1000


def test_what_it_noises_is_what_a_run_with_the_same_seed_begins_with(
    prepare: Callable[..., list[Event]], serve: Serve, photo: Path
) -> None:
    found = next(e for e in prepare(image=str(photo)) if isinstance(e, Prepared))
    picture = Image.frombytes("RGB", (found.side, found.side), found.picture)
    noise = np.frombuffer(found.noise, np.float32).reshape(3, found.side, found.side)
    ours = lab.noised(to_array(picture), noise, found.alphas_cumprod[500])
    run = serve(Denoise, image=str(photo), seed=7, t="500", stride=300)
    theirs = load_file(run.trajectory)["x"][0, 0]
    assert torch.allclose(torch.from_numpy(ours), theirs, atol=1e-6)


def test_a_picture_that_is_not_there_is_one_line(prepare: Callable[..., list[Event]]) -> None:
    ending = prepare(image="nowhere.png")[-1]
    assert isinstance(ending, events.Failed)
    assert ending.code == 2
    assert "nowhere.png" in ending.message
