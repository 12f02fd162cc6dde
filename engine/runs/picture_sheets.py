"""Sheets of runs that begin with a picture: what was made of it beside it, with its measures."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from engine.errors import BadInput
from engine.events import METHODS, Difference, Masked, Measured, Original, Planned, Result
from engine.runs.compare import finished, opened
from engine.runs.contact_sheet import Cell
from engine.runs.reader import Run
from engine.specs import Denoise, Edit, Inpaint

COLUMNS = 10


def rows(run: Run) -> list[list[Cell]]:
    """What a run made of its picture, beside it; BadInput where it finished none.

    A row for each timestep of a Denoise run, the levels of an Edit run, or the mask, the region to
    replace and the results of an Inpaint run.
    """
    results = finished(run)
    if isinstance(run.spec, Inpaint):
        return _inpainted(run, results)
    original = next((e for e in run.events if isinstance(e, Original)), None)
    if original is None:
        raise BadInput(f"{run.name} kept no original: there is nothing to lay its pictures beside")
    first = Cell("original", opened(run.folder / original.file))
    if isinstance(run.spec, Denoise):
        return _timesteps(run, first, run.spec.t)
    assert isinstance(run.spec, Edit)
    return _levels(run, first, run.spec, results)


def _timesteps(run: Run, original: Cell, times: Sequence[int]) -> list[list[Cell]]:
    by_method = {(e.t, e.method): e for e in run.events if isinstance(e, Measured)}
    made = [[by_method[t, m] for m in METHODS if (t, m) in by_method] for t in times]
    return [
        [Cell(f"t {t}", None), original, *(_measured(run, measured) for measured in row)]
        for t, row in zip(times, made, strict=True)
    ]


def _measured(run: Run, event: Measured) -> Cell:
    near = f"SSIM {event.ssim:.3f}", f"HaarPSI {event.perceptual:.3f}"
    under = [f"PSNR {event.psnr:.2f} dB", *near]
    if event.kernel:
        under.append(f"kernel {event.kernel}, sigma {event.sigma:.1f}")
    return Cell(event.method.replace("-", " "), opened(run.folder / event.file), tuple(under))


def _levels(run: Run, original: Cell, spec: Edit, results: Sequence[Path]) -> list[list[Cell]]:
    starts = next(e.starts for e in run.events if isinstance(e, Planned))
    edits = [
        Cell(_level(level, t), opened(path))
        for level, t, path in zip(spec.levels, starts, results, strict=True)
    ]
    return _chunked("edits", [_as_large(original, edits[0]), *edits])


def _inpainted(run: Run, results: Sequence[Path]) -> list[list[Cell]]:
    stage = next(e.stage for e in reversed(run.events) if isinstance(e, Result))
    masked = next(e for e in run.events if isinstance(e, Masked) and e.stage == stage)
    before = (("picture", masked.original), ("mask", masked.mask), ("to replace", masked.region))
    difference = next(
        (e for e in run.events if isinstance(e, Difference) and e.stage == stage),
        Difference("", 0.0, stage, (), (), ()),  # killed between its pictures and its figures
    )
    figures = difference.inside, difference.outside, difference.seam
    under: list[tuple[str, ...]] = [
        (f"inside {inside:.1f}", f"outside {outside}", f"seam {seam:.1f}")
        for inside, outside, seam in zip(*figures, strict=True)
    ] or [()] * len(results)
    cells = [Cell(name, opened(run.folder / file)) for name, file in before]
    cells += [Cell("result", opened(p), line) for p, line in zip(results, under, strict=True)]
    return _chunked("", cells)


def _chunked(title: str, cells: list[Cell]) -> list[list[Cell]]:
    chunks = [cells[i : i + COLUMNS] for i in range(0, len(cells), COLUMNS)]
    return [[Cell("" if i else title, None), *chunk] for i, chunk in enumerate(chunks)]


def _level(level: int | str, t: int) -> str:
    return f"t {t}" if str(level).startswith("t") else f"{level} · t {t}"


def _as_large(original: Cell, edit: Cell) -> Cell:
    """The original at the size of an enlarged edit, by a whole factor."""
    assert original.image is not None
    assert edit.image is not None
    factor = max(1, edit.image.width // original.image.width)
    side = original.image.width * factor
    return Cell(original.label, original.image.resize((side, side), Image.Resampling.NEAREST))
