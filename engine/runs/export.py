"""A run as one file: its picture, an animation, or a labelled contact sheet."""

from collections.abc import Callable, Sequence
from pathlib import Path

from engine import files
from engine.errors import BadInput
from engine.runs import animation, metadata, picture_sheets, step_images
from engine.runs.compare import finished
from engine.runs.contact_sheet import Cell, contact_sheet
from engine.runs.illusions import animation as illusion_motion
from engine.runs.illusions import sheet as illusion_sheets
from engine.runs.illusions.display import IllusionPictures
from engine.runs.ranking import best_first
from engine.runs.reader import Run
from engine.specs import Illusion, Pictured


def export(run: Run, path: Path, sample: int | None = None) -> None:
    """Write the run as what the file's ending asks for, whole or not at all.

    ``sample`` None is the best, or the first where nobody ranked them.

    ``.png`` the finished picture; ``.sheet.png`` a contact sheet; ``.gif`` and ``.mp4`` an
    animation: an illusion turns, or goes away and comes back, any other run shows x̂0 step by
    step. With ``.steps`` before the ending it is the steps whatever the run is. Raises
    :class:`BadInput` for another ending, a sample or steps that the run has not, or a place that
    cannot be written, and :class:`engine.errors.Unavailable` for an MP4 where PyAV is not
    installed.
    """
    if sample is None:
        sample = next(iter(best_first(run.state)), 0)
    way_for(path)(run, path, sample)


def way_for(path: Path) -> Callable[[Run, Path, int], None]:
    """How a file of this name is made; errors for an ending that none makes, as in `export`."""
    ending = _ending(path)
    if ending.endswith(".mp4"):
        animation.check_mp4()
    return _WAYS[ending]


def numbered(path: Path, sample: int) -> Path:
    """The name for one of several: ``a.sheet.png`` becomes ``a-02.sheet.png``."""
    stem, ending = path.name[: -len(_ending(path))], path.name[-len(_ending(path)) :]
    return path.with_name(f"{stem}-{sample:02d}{ending}")


def picture(run: Run, path: Path, sample: int = 0) -> None:
    """Copy one finished picture with its metadata."""
    results = finished(run)
    step_images.check(sample, len(results))
    try:
        data = results[sample].read_bytes()
    except OSError:
        raise BadInput(f"{results[sample]} is gone: `diffuscope runs replay` makes it") from None
    files.write_bytes(path, data)


def gif(run: Run, path: Path, sample: int = 0) -> None:
    """Animate the run; loops."""
    animation.gif(_shots(run, sample), path, run.record)


def mp4(run: Run, path: Path, sample: int = 0) -> None:
    """The same as a video."""
    animation.mp4(_shots(run, sample), path, run.record)


def steps_gif(run: Run, path: Path, sample: int = 0) -> None:
    """Animate x̂0 over all steps, every stage at one size; loops, resting on the last."""
    animation.gif(step_images.shots(run, sample), path, run.record)


def steps_mp4(run: Run, path: Path, sample: int = 0) -> None:
    """The same as a video."""
    animation.mp4(step_images.shots(run, sample), path, run.record)


def sheet(run: Run, path: Path, sample: int = 0) -> None:
    """Lay the run out on a labelled page.

    A run that began with a picture whole, what was made of it beside it; an illusion whole, in
    all its readings; of any other a sample's steps.
    """
    laid_out = _whole(run)
    if laid_out is None:
        return steps_sheet(run, path, sample)
    step_images.check(sample, len(finished(run)))
    _lay_out(run, path, 0, laid_out(run))


def steps_sheet(
    run: Run,
    path: Path,
    sample: int = 0,
    channels: Sequence[str] = ("x", "x0"),
    every: int | None = None,
) -> None:
    """Lay steps out side by side, a row per channel and stage, labelled with their timesteps.

    ``every`` takes each n-th step and the last; None takes as many as fit in ten columns.
    """
    _lay_out(run, path, sample, step_images.rows(run, sample, channels, every))


def holds_all(run: Run, path: Path) -> bool:
    """Whether one file of this name holds every sample of the run."""
    return way_for(path) is sheet and _whole(run) is not None


def _whole(run: Run) -> Callable[[Run], list[list[Cell]]] | None:
    """How all of a run is laid out on one sheet; None where a sheet shows one sample's steps."""
    if isinstance(run.spec, Illusion):
        return illusion_sheets.rows
    return picture_sheets.rows if isinstance(run.spec, Pictured) else None


def _shots(run: Run, sample: int) -> Sequence[animation.Shot]:
    if not illusion_motion.moves(run.spec):
        return step_images.shots(run, sample)
    step_images.check(sample, len(finished(run)))
    return illusion_motion.shots(IllusionPictures.of(run), sample)


def _lay_out(run: Run, path: Path, sample: int, rows: list[list[Cell]]) -> None:
    image = contact_sheet(rows, _title(run, sample))
    record = {**run.record, "sample": sample, metadata.FORM: "contact sheet"}
    info = metadata.png_info(record, image.size)
    files.write(path, lambda part: image.save(part, "PNG", pnginfo=info))


_WAYS: dict[str, Callable[[Run, Path, int], None]] = {
    ".sheet.png": sheet,
    ".png": picture,
    ".gif": gif,
    ".mp4": mp4,
    ".steps.sheet.png": steps_sheet,
    ".steps.gif": steps_gif,
    ".steps.mp4": steps_mp4,
}


def _ending(path: Path) -> str:
    name = path.name.lower()
    ending = max((end for end in _WAYS if name.endswith(end)), key=len, default=None)
    if ending is None:
        suffix = path.suffix or "a name without an ending"
        raise BadInput(f"{path.name}: {suffix} cannot be written; end it in {', '.join(_WAYS)}")
    return ending


def _title(run: Run, sample: int) -> str:
    record = run.record
    seed = record.get("seed")
    named = {n: record.get(n) for n in ("guidance", "sampler")}
    settings = [f"{n} {v}" for n, v in named.items() if v is not None]
    seeds = [f"seed {seed + sample}"] if isinstance(seed, int) else []
    return " · ".join([run.spec.title(), *seeds, *settings])
