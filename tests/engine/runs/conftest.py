"""A small run folder, written by the program's own writer from made-up steps."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine import events
from engine.events import Frame, Sheet
from engine.runs import Run, RunWriter
from engine.specs import Generate

SIDE = 8
CHANNELS = ("x", "x0", "eps")


def frame(stage: int, index: int, timesteps: tuple[int, ...], name: str = "r") -> Frame:
    """A step whose picture tells its stage and index apart from every other."""
    colour = bytes([40 * stage, 10 * index % 256, 7])
    side = SIDE * stage
    pixels = colour * (side * side * len(CHANNELS))
    after = (*timesteps[1:], -1)[index]
    sheet = Sheet(CHANNELS, 1, side, side, pixels)
    return Frame(
        name, index * 1.0, stage, index, len(timesteps), timesteps[index], after,
        0.5, 1.0, (1.0,), (0.1,), sheet,
    )  # fmt: skip


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Run]:
    """Write a finished two-stage run; ``shade`` decides its pixels, ``bias`` its trajectory."""

    def write(name: str = "r", shade: int = 1, bias: float = 0.0, **fields: object) -> Run:
        spec = Generate.parse({"prompt": "a rocket", "steps": 3, "stage2_steps": 2, **fields})
        folder = tmp_path / name
        stages = (900, 500, 0), (800, 0)
        with RunWriter(folder, spec) as writer:
            writer.fingerprint("f" * 64)
            writer.event(events.Started(name, 0.0, str(folder), 1))
            writer.event(events.Planned(name, 0.0, stages))
            for stage, steps in enumerate(stages, 1):
                for index in range(len(steps)):
                    writer.event(frame(stage, index, steps, name))
                side = SIDE * stage
                image = Image.new("RGB", (side, side), (shade, stage, 3))
                count = int(spec.count)  # type: ignore[attr-defined]
                files = writer.pictures(f"stage-{stage}", [image] * count)
                writer.event(events.Result(name, 4.0, stage, files))
            x = np.zeros((4, 1, 3, 8, 8), np.float32) + np.float32(bias)
            writer.tensors("trajectory.safetensors", {"x": x, "timesteps": np.array(stages[0])})
            writer.event(events.Done(name, 5.0))
        return Run(folder)

    return write
