"""A run as one file: its picture, an animation of its steps, or a labelled contact sheet."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image

from engine.errors import BadInput
from engine.events import CHANNELS, Frame
from engine.runs import atomic, metadata, picture_sheets
from engine.runs.compare import finished
from engine.runs.contact_sheet import Cell, contact_sheet
from engine.runs.reader import Run
from engine.specs import Pictured

GIF_SIDE = 256
COLUMNS = 10
HOLD = 8
"""A GIF's last step stays this many times as long as the others."""


def export(run: Run, path: Path, sample: int = 0) -> None:
    """Write the run as what the file's ending asks for, whole or not at all.

    ``.png`` the finished picture, ``.gif`` x̂0 step by step, ``.sheet.png`` steps side by side.
    Raises :class:`BadInput` for another ending, a sample or steps that the run has not, or a
    place that cannot be written.
    """
    way_for(path)(run, path, sample)


def way_for(path: Path) -> Callable[[Run, Path, int], None]:
    """How a file of this name is made; :class:`BadInput` for an ending that none makes."""
    return _WAYS[_ending(path)]


def numbered(path: Path, sample: int) -> Path:
    """The name for one of several: ``a.sheet.png`` becomes ``a-02.sheet.png``."""
    stem, ending = path.name[: -len(_ending(path))], path.name[-len(_ending(path)) :]
    return path.with_name(f"{stem}-{sample:02d}{ending}")


def picture(run: Run, path: Path, sample: int = 0) -> None:
    """Copy one finished picture with its metadata."""
    results = finished(run)
    _check(sample, len(results))
    try:
        data = results[sample].read_bytes()
    except OSError:
        raise BadInput(f"{results[sample]} is gone: `diffuscope runs replay` makes it") from None
    atomic.write_bytes(path, data)


def gif(
    run: Run, path: Path, sample: int = 0, channel: str = "x0", milliseconds: int = 120
) -> None:
    """Animate one channel over all steps, every stage at one size; loops, resting on the last."""
    shown = [_shown(f, channel, sample) for f in _frames(run, sample)]
    side = max(GIF_SIDE, *(max(i.size) for i in shown))
    first, *rest = [_enlarged(i, side).quantize(256, dither=Image.Dither.NONE) for i in shown]
    times = [milliseconds] * len(rest) + [milliseconds * HOLD]
    note = json.dumps(run.record).encode()

    def save(part: Path) -> None:
        first.save(
            part, "GIF", save_all=True, append_images=rest, duration=times, loop=0, comment=note
        )

    atomic.write(path, save)


def sheet(
    run: Run,
    path: Path,
    sample: int = 0,
    channels: Sequence[str] = ("x", "x0"),
    every: int | None = None,
) -> None:
    """Lay steps out side by side, a row per channel and stage, labelled with their timesteps.

    ``every`` takes each n-th step and the last; None takes as many as fit in ten columns. A run
    that began with a picture is laid out whole instead: what was made of it, beside it.
    """
    if isinstance(run.spec, Pictured):
        _check(sample, len(finished(run)))
        return _lay_out(run, path, 0, picture_sheets.rows(run))
    _lay_out(run, path, sample, _steps(run, sample, channels, every))


def holds_all(run: Run, path: Path) -> bool:
    """Whether one file of this name holds every sample of the run."""
    return way_for(path) is sheet and isinstance(run.spec, Pictured)


def _steps(run: Run, sample: int, channels: Sequence[str], every: int | None) -> list[list[Cell]]:
    frames = _frames(run, sample)
    rows: list[list[Cell]] = []
    for stage in sorted({f.stage for f in frames}):
        chosen = _thinned([f for f in frames if f.stage == stage], every)
        for channel in channels:
            row = [Cell(_level(f, channel), _shown(f, channel, sample)) for f in chosen]
            rows.append([Cell(f"{'I' * stage} {channel}", None), *row])
    return rows


def _lay_out(run: Run, path: Path, sample: int, rows: list[list[Cell]]) -> None:
    image = contact_sheet(rows, _title(run, sample))
    record = {**run.record, "sample": sample, metadata.FORM: "contact sheet"}
    info = metadata.png_info(record, image.size)
    atomic.write(path, lambda part: image.save(part, "PNG", pnginfo=info))


_WAYS: dict[str, Callable[[Run, Path, int], None]] = {
    ".sheet.png": sheet,
    ".png": picture,
    ".gif": gif,
}


def _ending(path: Path) -> str:
    name = path.name.lower()
    found = next((ending for ending in _WAYS if name.endswith(ending)), None)
    if found is None:
        said = path.suffix or "a name without an ending"
        raise BadInput(f"{path.name}: {said} cannot be written; end it in {', '.join(_WAYS)}")
    return found


def _frames(run: Run, sample: int) -> tuple[Frame, ...]:
    if not run.frames:
        raise BadInput(f"{run.name} has no steps: there is nothing to export")
    _check(sample, run.frames[0].sheet.count)
    return run.frames


def _check(sample: int, count: int) -> None:
    if not 0 <= sample < count:
        raise BadInput(f"sample: this run has samples 0 to {count - 1}, not {sample}")


def _shown(frame: Frame, channel: str, sample: int) -> Image.Image:
    try:
        image = frame.sheet.picture(channel, sample)
    except (OSError, ValueError):
        raise BadInput(f"the picture of step {frame.index} is gone or torn") from None
    if image is None:
        there = [c for c in CHANNELS if c in frame.sheet.channels]
        raise BadInput(f"channel: this run has {', '.join(there)}, not {channel!r}")
    return image


def _enlarged(image: Image.Image, side: int) -> Image.Image:
    factor = side / max(image.size)
    size = (round(image.width * factor), round(image.height * factor))
    return image.resize(size, Image.Resampling.NEAREST)


def _thinned(frames: list[Frame], every: int | None) -> list[Frame]:
    stride = every or -(-len(frames) // COLUMNS)
    last = len(frames) - 1
    return [f for i, f in enumerate(frames) if i % stride == last % stride]


def _level(frame: Frame, channel: str) -> str:
    """Where the picture stands: x_t at the next timestep, estimates where they were made."""
    level = frame.next_timestep if channel == "x" else frame.timestep
    return "clean" if level < 0 else f"t {level}"


def _title(run: Run, sample: int) -> str:
    record = run.record
    seed = record.get("seed")
    named = {n: record.get(n) for n in ("guidance", "sampler")}
    said = [f"{n} {v}" for n, v in named.items() if v is not None]
    seeds = [f"seed {seed + sample}"] if isinstance(seed, int) else []
    return " · ".join([run.spec.title(), *seeds, *said])
