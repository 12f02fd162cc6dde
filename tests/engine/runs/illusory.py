"""Finished illusions, written by the program's own writer from pictures made up here."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from engine import events
from engine.runs import Run, RunWriter, source_name, view_name
from engine.specs import KINDS, Illusion
from engine.views import Resolution, keep, open_view
from tests.engine.runs.conftest import frame

SIDE = 32


def picture(shade: int, side: int = SIDE) -> Image.Image:
    """Sixteen colours, so that a GIF has room for all of them; nothing in it is symmetric."""
    draw = np.random.default_rng(shade)
    colours = draw.integers(0, 256, (16, 3), np.uint8)
    return Image.fromarray(colours[draw.integers(0, 16, (side, side))])


def illusion(folder: Path, kind: str, side: int = SIDE, **fields: Any) -> Run:
    """A run of stage I alone, with a step of `side` pixels and its own views and pictures kept."""
    spec = KINDS[kind].parse({"stage2": "none", **fields})
    assert isinstance(spec, Illusion)
    with RunWriter(folder, spec) as writer:
        writer.event(events.Started(folder.name, 0.0, str(folder), 1))
        for number, name in enumerate(spec.composition.view_files(), 1):
            keep(open_view(name), [Resolution(side)], folder / view_name(number))
        for number, _ in enumerate(spec.composition.picture_files(), 1):
            writer.picture(source_name(number), picture(90 + number, 2 * side))
        writer.event(frame(1, 0, (900,), folder.name))
        made = [picture(n, side) for n in range(spec.count)]
        writer.event(events.Result(folder.name, 1.0, 1, writer.pictures("stage-1", made)))
        writer.event(events.Done(folder.name, 2.0))
    return Run(folder)
