"""An evaluation, and the out-of-distribution test, as one labelled page each.

Its words are plain ASCII: the font that Pillow brings along has no Greek.
"""

import math
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from engine.digits.data import CLASSES, to_bytes
from engine.digits.evaluate import Drawn, Evaluation
from engine.digits.measures import LADDER
from engine.digits.metrics_by_epoch import last_states
from engine.digits.networks import SIDE
from engine.digits.ood import Outside, mean_psnr
from engine.digits.reports import Figures
from engine.runs.contact_sheet import Cell, contact_sheet
from engine.runs.digit_samples import EpochSamples
from engine.specs.digits import judge_name

SHOWN, PARTS, ROWS = 16, 10, 3
"""Pictures in a cell, epochs and cells in a row, digits of the out-of-distribution test."""
GAP = 1


def evaluation(evaluated: Evaluation, folder: Path) -> Image.Image:
    """What was drawn at each guidance, or restored at each σ; the epochs; real digits noised.

    `folder` is the training's, in which the files of the curve lie.
    """
    rows = [_digits(drawn, figures) for drawn, figures in _with_figures(evaluated)]
    if evaluated.outside:
        rows += _restored(evaluated.outside)
    rows += _epochs(evaluated.figures.get("curve", []), folder)
    if "real" in evaluated.figures:
        rows.append(_ladder(evaluated))
    figures = evaluated.figures
    title = f"{figures['model']} · {figures['training']} · {judge_name(figures)}"
    return contact_sheet(rows, title)


def outside(results: Outside, title: str) -> Image.Image:
    """Some digits as they are noised and restored at each σ, and what is made of noise alone."""
    rows = []
    for i in range(min(ROWS, len(results.clean))):
        for name, states in _states(results):
            under = [
                (_db(mean_psnr(state[i : i + 1], results.clean[i : i + 1])),) for state in states
            ]
            cells = [
                Cell(f"sigma {sigma:g}", tiles(state[i : i + 1]), caption)
                for sigma, state, caption in zip(results.sigmas, states, under, strict=True)
            ]
            rows.append([Cell(name, None), *cells])
    count = len(results.sigmas) - 1
    noise = [Cell("noise alone", tiles(one[None])) for one in results.pure[:count]]
    made = [Cell("restored", tiles(one[None])) for one in results.answer[:count]]
    rows.append([Cell("pure", None), *noise])
    rows.append([Cell("pure", None), *made, Cell("mean digit", tiles(results.mean[None]))])
    return contact_sheet(rows, title)


def tiles(pictures: Tensor) -> Image.Image:
    """Pictures (N, 1, 28, 28) in a square or nearly, RGB, a pixel apart."""
    count, step = max(1, len(pictures)), SIDE + GAP
    columns = math.isqrt(count - 1) + 1
    page = Image.new("RGB", (columns * step - GAP, -(-count // columns) * step - GAP), "dimgray")
    for i, picture in enumerate(to_bytes(pictures)):
        page.paste(Image.fromarray(picture.numpy()), (i % columns * step, i // columns * step))
    return page


def _with_figures(evaluated: Evaluation) -> list[tuple[Drawn, Figures]]:
    return list(zip(evaluated.drawn, evaluated.figures.get("samples", ()), strict=True))


def _digits(drawn: Drawn, figures: Figures) -> list[Cell]:
    """A cell for every digit: those that were asked for, or those that the classifier saw."""
    labelled = drawn.labels is not None
    kinds = drawn.labels if drawn.labels is not None else drawn.seen.digits
    cells = []
    for digit in range(CLASSES):
        own = drawn.pictures[kinds == digit]
        share = figures["by_digit"][digit] if labelled else len(own) / len(drawn.pictures)
        under = f"{share:.0%} right" if labelled else f"{share:.0%} of all"
        cells.append(Cell(str(digit), tiles(own[:SHOWN]), (under,)))
    name = f"scale {drawn.guidance:g}" if drawn.guidance is not None else "samples"
    return [Cell(name, None), *cells]


def _restored(results: Outside) -> list[list[Cell]]:
    rows = []
    for name, states in _states(results):
        pairs = zip(results.figures()["by_sigma"], states, strict=True)
        cells = [Cell(f"sigma {f['sigma']:g}", tiles(s[:SHOWN]), (_db(f[name]),)) for f, s in pairs]
        rows.append([Cell(name, None), *cells])
    return rows


def _states(results: Outside) -> tuple[tuple[str, Tensor], ...]:
    """The rows by the names of their figures."""
    return ("noisy", results.noisy), ("restored", results.restored)


def _epochs(curve: list[Figures], folder: Path) -> list[list[Cell]]:
    """At most two rows of epochs, evenly spaced, the last among them."""
    stride = -(-len(curve) // (2 * PARTS)) or 1
    cells = [
        Cell(
            f"epoch {record['epoch']:g}",
            _some(EpochSamples.read(folder / record["file"])),
            _said(record),
        )
        for record in curve[::-1][::stride][::-1]
    ]
    return [
        [Cell("epochs", None), *cells[first : first + PARTS]]
        for first in range(0, len(cells), PARTS)
    ]


def _some(drawn: EpochSamples) -> Image.Image:
    """Evenly spaced over what was drawn, so that every digit is among them."""
    pictures = last_states(drawn)
    chosen = torch.linspace(0, len(pictures) - 1, min(SHOWN, len(pictures))).long()
    return tiles(pictures[chosen])


def _said(record: Figures) -> tuple[str, ...]:
    if "psnr" in record:
        return (_db(record["psnr"]),)
    right = (f"{record['accuracy']['share']:.0%} right",) if "accuracy" in record else ()
    return (*right, f"Frechet {record['frechet']:g}")


def _ladder(evaluated: Evaluation) -> list[Cell]:
    noise = torch.randn(
        (SHOWN, *evaluated.real.pictures.shape[1:]), generator=torch.Generator().manual_seed(0)
    )
    ladder = evaluated.figures["real"]["ladder"]
    pictures = evaluated.real.pictures[:SHOWN]
    cells = [
        Cell(f"sigma {s:g}", tiles(pictures + s * noise), (f"Frechet {rung['frechet']:g}",))
        for s, rung in zip(LADDER, ladder, strict=True)
    ]
    return [Cell("real", None), *cells]


def _db(value: float | None) -> str:
    return "PSNR infinite" if value is None else f"PSNR {value:.2f} dB"
