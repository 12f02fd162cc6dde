"""Sheets of runs that begin with a picture: what was made of it beside it, with its measures."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from engine.errors import BadInput
from engine.events import METHODS, Measured, Original, Planned
from engine.runs.compare import finished
from engine.runs.contact_sheet import Cell
from engine.runs.reader import Run
from engine.specs import Denoise, Edit

COLUMNS = 10


def rows(run: Run) -> list[list[Cell]]:
    """A row for each timestep of a Denoise run, or the levels of an Edit run; BadInput if none."""
    results = finished(run)
    original = next((e for e in run.events if isinstance(e, Original)), None)
    if original is None:
        raise BadInput(f"{run.name} kept no original: there is nothing to lay its pictures beside")
    first = Cell("original", _opened(run.folder / original.file))
    if isinstance(run.spec, Denoise):
        return _timesteps(run, first, run.spec.t)
    assert isinstance(run.spec, Edit)
    return _levels(run, first, run.spec, results)


def _timesteps(run: Run, original: Cell, times: Sequence[int]) -> list[list[Cell]]:
    found = {(e.t, e.method): e for e in run.events if isinstance(e, Measured)}
    made = [[found[t, m] for m in METHODS if (t, m) in found] for t in times]
    return [
        [Cell(f"t {t}", None), original, *(_measured(run, one) for one in row)]
        for t, row in zip(times, made, strict=True)
    ]


def _measured(run: Run, one: Measured) -> Cell:
    under = [f"PSNR {one.psnr:.2f} dB", f"SSIM {one.ssim:.3f}", f"HaarPSI {one.perceptual:.3f}"]
    if one.kernel:
        under.append(f"kernel {one.kernel}, sigma {one.sigma:.1f}")
    return Cell(one.method.replace("-", " "), _opened(run.folder / one.file), tuple(under))


def _levels(run: Run, original: Cell, spec: Edit, results: Sequence[Path]) -> list[list[Cell]]:
    starts = next(e.starts for e in run.events if isinstance(e, Planned))
    edits = [
        Cell(_level(level, t), _opened(path))
        for level, t, path in zip(spec.levels, starts, results, strict=True)
    ]
    cells = [_as_large(original, edits[0]), *edits]
    chunks = [cells[i : i + COLUMNS] for i in range(0, len(cells), COLUMNS)]
    return [[Cell("" if i else "edits", None), *chunk] for i, chunk in enumerate(chunks)]


def _level(level: int | str, t: int) -> str:
    return f"t {t}" if str(level).startswith("t") else f"{level} · t {t}"


def _as_large(original: Cell, edit: Cell) -> Cell:
    """The original at the size of an enlarged edit, by a whole factor."""
    assert original.image is not None
    assert edit.image is not None
    factor = max(1, edit.image.width // original.image.width)
    side = original.image.width * factor
    return Cell(original.label, original.image.resize((side, side), Image.Resampling.NEAREST))


def _opened(path: Path) -> Image.Image:
    try:
        with Image.open(path) as image:
            return image.convert("RGB")
    except (OSError, ValueError):
        raise BadInput(f"{path} is gone: `diffuscope runs replay` makes it") from None
