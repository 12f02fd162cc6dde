"""Runs that begin with a picture, and pictures as the engine prepares them, made without torch."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image

from engine import events
from engine.events import METHODS, Event
from engine.lab import noised
from engine.pictures import open_picture, to_array, to_image
from engine.runs import ORIGINAL, RunWriter
from engine.specs import Denoise, Edit, Noised, Prepare
from tests.support.fake_runs import generate

SIDE = generate.SIDES[0]
ALPHAS = tuple((np.cos(np.arange(1000) / 1000 * np.pi / 2) ** 2).tolist())


def noise(seed: int) -> np.ndarray:
    """ε of a seed, float32 (3, SIDE, SIDE)."""
    return np.random.default_rng(seed).standard_normal((3, SIDE, SIDE)).astype(np.float32)


def prepared(spec: Prepare) -> events.Prepared:
    """The answer to a request: a file where there is one; every other name is the drawing's."""
    file = Path(spec.image)
    image = open_picture(spec.image).image if file.is_file() else generate.drawing(SIDE)
    raw = image.tobytes(), noise(spec.seed).tobytes()
    note = f"256×256, scaled to {SIDE}×{SIDE}"
    return events.Prepared("prepare", 0.1, spec.picture_name(), note, SIDE, *raw, ALPHAS)


def answer(spec: Prepare, refused: str = "") -> Iterator[Event]:
    """All that a request for a picture brings; ``refused`` is the line where it is none."""
    yield events.Queued("prepare", 0.0)
    yield events.Started("prepare", 0.0, "", 1)
    if refused:
        yield events.Failed("prepare", 0.1, refused, 2)
    else:
        yield prepared(spec)
        yield events.Done("prepare", 0.2)


def starts(spec: Noised) -> tuple[int, ...]:
    """Where each sample begins."""
    if isinstance(spec, Denoise):
        return spec.t
    assert isinstance(spec, Edit)
    return spec.starts() or ()


def story(spec: Noised, run: str, writer: RunWriter) -> Iterator[Event]:
    """Everything that a run says, from Started to Done; its pictures are written on the way."""
    begins = starts(spec)
    chain = sorted({*begins, *(t for t in spec.schedule() or () if t < max(begins))})[::-1]
    yield events.Started(run, 0.0, str(writer.folder), 1)
    yield events.Planned(run, 0.0, (tuple(chain), ()), begins)
    file = writer.picture(ORIGINAL, generate.drawing(SIDE))
    yield events.Original(run, 0.0, file, spec.picture_name(), "as it is")
    if isinstance(spec, Denoise):
        yield from _measured(spec, run, writer, METHODS[:-1])
    for index, (t, after) in enumerate(pairwise(chain)):
        step = generate.frame(index, len(chain), count=len(begins), run=run)
        step = replace(step, total=len(chain) - 1, timestep=t, next_timestep=after)
        yield replace(step, alpha_cumprod=ALPHAS[t])
    if isinstance(spec, Denoise):
        ends = tuple(_measured(spec, run, writer, METHODS[-1:]))
        yield from ends
        yield events.Result(run, 9.0, 1, tuple(end.file for end in ends))
    else:
        images = [generate.drawing(SIDE, i) for i in range(len(begins))]
        yield events.Result(run, 9.0, 1, writer.pictures("stage-1", images))
    yield events.Done(run, 9.1)


def _measured(
    spec: Denoise, run: str, writer: RunWriter, methods: tuple[str, ...]
) -> Iterator[events.Measured]:
    for t in spec.t:
        for method in methods:
            image = _made(method, t, spec.seed)
            file = writer.picture(f"t{t:03d}-{method}.png", image)
            near = 10.0 + METHODS.index(method) - t / 200, 0.5, 0.1 * METHODS.index(method)
            blur = (spec.kernel, spec.sigma) if "blur" in method else (0, 0.0)
            yield events.Measured(run, 1.0, t, method, *near, file, *blur)


def _made(method: str, t: int, seed: int) -> Image.Image:
    """As far from the drawing as it is early in METHODS."""
    clean = to_array(generate.drawing(SIDE))
    share = np.float32(1 - METHODS.index(method) / len(METHODS))
    return to_image(noised(clean, share * noise(seed), ALPHAS[t]))


def recorded(folder: Path, spec: Noised) -> Path:
    """A run folder, whole."""
    with RunWriter(folder, spec) as writer:
        for event in story(spec, folder.name, writer):
            writer.event(event)
    return folder
