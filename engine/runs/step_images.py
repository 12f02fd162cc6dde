"""The steps of a run as pictures: side by side for a sheet, one after another for an animation."""

from collections.abc import Sequence

from PIL import Image

from engine.errors import BadInput
from engine.events import CHANNELS, Frame
from engine.runs.animation import Shot
from engine.runs.contact_sheet import Cell
from engine.runs.reader import Run

COLUMNS = 10
HOLD = 8
"""An animation's last step stays this many times as long as the others."""


def rows(
    run: Run, sample: int, channels: Sequence[str] = ("x", "x0"), every: int | None = None
) -> list[list[Cell]]:
    """A row for each channel and stage, labelled with the timesteps.

    ``every`` takes each n-th step and the last; None takes as many as fit in ten columns. Raises
    :class:`BadInput` for a sample, a channel or steps that the run has not.
    """
    frames = _frames(run, sample)
    cells: list[list[Cell]] = []
    for stage in sorted({f.stage for f in frames}):
        chosen = _thinned([f for f in frames if f.stage == stage], every)
        for channel in channels:
            row = [Cell(_level(f, channel), _shown(f, channel, sample)) for f in chosen]
            cells.append([Cell(f"{'I' * stage} {channel}", None), *row])
    return cells


def shots(run: Run, sample: int, channel: str = "x0", milliseconds: int = 120) -> list[Shot]:
    """One channel over all steps of all stages, resting on the last; BadInput as in `rows`."""
    images = [_shown(frame, channel, sample) for frame in _frames(run, sample)]
    rest = Shot(images[-1], milliseconds * HOLD)
    return [*(Shot(image, milliseconds) for image in images[:-1]), rest]


def check(sample: int, count: int) -> None:
    """:class:`BadInput` where a run of ``count`` samples has no such one."""
    if not 0 <= sample < count:
        raise BadInput(f"sample: this run has samples 0 to {count - 1}, not {sample}")


def _frames(run: Run, sample: int) -> list[Frame]:
    if not run.state.frames:
        raise BadInput(f"{run.name} has no steps: there is nothing to export")
    check(sample, run.state.frames[0].sheet.count)
    frames = [frame for frame in run.state.frames if sample in frame.sheet.rows]
    if not frames:
        raise BadInput(f"sample: {run.name} has no steps of {sample}; there is nothing to export")
    return frames


def _shown(frame: Frame, channel: str, sample: int) -> Image.Image:
    try:
        image = frame.sheet.picture(channel, sample)
    except (OSError, ValueError):
        raise BadInput(f"the picture of step {frame.index} is gone or torn") from None
    if image is None:
        there = [c for c in CHANNELS if c in frame.sheet.channels]
        raise BadInput(f"channel: this run has {', '.join(there)}, not {channel!r}")
    return image


def _thinned(frames: list[Frame], every: int | None) -> list[Frame]:
    stride = every or -(-len(frames) // COLUMNS)
    last = len(frames) - 1
    return [f for i, f in enumerate(frames) if i % stride == last % stride]


def _level(frame: Frame, channel: str) -> str:
    """Where the picture stands: x_t at the next timestep, estimates where they were made."""
    level = frame.next_timestep if channel == "x" else frame.timestep
    return "clean" if level < 0 else f"t {level}"
