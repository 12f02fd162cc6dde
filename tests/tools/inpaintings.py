"""`make inpaintings`: three examples on the bundled cascade as a sheet, and seams by method.

    python -m tests.tools.inpaintings                 the sheet: picture, mask, to replace, results
    python -m tests.tools.inpaintings --seeds 8       the seam of each method in figures

The seams are measured on the three examples, and on pictures that the cascade drew itself, whose
middle is drawn anew with the same prompt: there going on smoothly is the right answer.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from engine.events import Difference
from engine.lab.measures import seam
from engine.pictures import BUNDLED
from engine.runs import Run
from engine.runs.contact_sheet import Cell, contact_sheet
from engine.runs.picture_sheets import rows
from engine.specs import Generate, Inpaint
from tests.support.fake_runs.serve import Serving

SIDE, GUIDANCE = 256, 3
FILE = Path(__file__).parents[2] / "assets" / "screenshots" / "inpaintings.png"
SHOWN = {"method": "repaint", "jump": 5, "resample": 5}
REPAINT = {"method": "repaint", "jump": 10, "resample": 10}
WAYS: dict[str, dict[str, Any]] = {
    "course": {"method": "course"},
    "if": {"method": "if"},
    "repaint, resample 1": {"method": "repaint", "resample": 1},
    "repaint, jump 10": REPAINT,
    "repaint, jump 5": {**REPAINT, "jump": 5},
}


@dataclass(frozen=True)
class Example:
    """A picture (bundled, or else drawn), the part of it to replace in 256 px, and by what."""

    image: str
    shape: str
    box: tuple[int, int, int, int]
    prompt: str

    def mask(self, folder: Path) -> str:
        """White where the picture is replaced."""
        mask = Image.new("L", (SIDE, SIDE), 0)
        getattr(ImageDraw.Draw(mask), self.shape)(self.box, fill=255)
        mask.save(folder / f"{self.image}-mask.png")
        return str(folder / f"{self.image}-mask.png")


EXAMPLES = (
    Example("tower", "rectangle", (80, 0, 178, 104), "a castle"),
    Example("cat", "ellipse", (48, 12, 206, 164), "a panda"),
    Example("truck", "rectangle", (164, 72, 255, 230), "a car"),
)
MIDDLE = (64, 64, 191, 191)
DRAWN = (
    Example("panda", "rectangle", MIDDLE, "a panda on a blue background"),
    Example("apple", "rectangle", MIDDLE, "an apple on a white background"),
    Example("rocket", "rectangle", MIDDLE, "a rocket on a blue background"),
    Example("skull", "rectangle", MIDDLE, "a skull on a black background"),
)


class Bench(Serving):
    """Serves inpaintings of examples, and draws the pictures that they need."""

    def inpaint(self, one: Example, name: str, **fields: Any) -> Run:
        """Run an example."""
        few = {"mask": one.mask(self.folder), "prompt": one.prompt, "guidance": GUIDANCE}
        return self.serve(Inpaint.parse({"image": self.picture(one)} | few | fields), name)

    def picture(self, one: Example) -> str:
        """The example's picture, drawn when it is first asked for."""
        folder = self.folder / f"{one.image}-drawn"
        if one.image not in BUNDLED and not folder.exists():
            few = {"prompt": one.prompt, "guidance": GUIDANCE, "stage2": "none"}
            self.serve(Generate.parse(few), folder.name)
        return one.image if one.image in BUNDLED else str(folder)


def sheet(bench: Bench, out: Path) -> None:
    """Every example with both stages, a row each."""
    lines = []
    for one in EXAMPLES:
        (row,) = rows(bench.inpaint(one, f"{one.image}-sheet", count=3, **SHOWN))
        lines.append([Cell(one.image, None), *row[1:]])
    prompts = ", ".join(f"{one.image}: {one.prompt}" for one in EXAMPLES)
    title = f"RePaint, jump 5, resample 5, guidance {GUIDANCE} · {prompts}"
    contact_sheet(lines, title).save(out)


def figures(bench: Bench, examples: Sequence[Example], seeds: int) -> Iterator[str]:
    """The mean seam of each way over seeds, with its standard error, example by example."""
    yield f"{'seam, levels of 255':<22}{'calls':>6}" + "".join(f"{e.image:>14}" for e in examples)
    found = {way: [_seams(bench, one, way, seeds) for one in examples] for way in WAYS}
    yield f"{'the picture itself':<28}" + "".join(f"{_own(bench, e):>14.1f}" for e in examples)
    for way, each in found.items():
        calls = Inpaint.parse({"image": "cat", "mask": "m"} | WAYS[way]).model_calls()[0]  # type: ignore[attr-defined]
        cells = (f"{statistics.mean(s):.1f} ± {_error(s):.1f}" for s in each)
        yield f"{way:<22}{calls:>6}" + "".join(f"{cell:>14}" for cell in cells)
    for way in list(WAYS)[1:]:
        yield f"{way} less course, same seeds: {_paired(found[way], found['course'])}"


def _paired(found: Any, base: Any) -> str:
    pairs = zip(found, base, strict=True)
    gaps = [a - b for one, other in pairs for a, b in zip(one, other, strict=True)]
    smaller = sum(gap < 0 for gap in gaps)
    said = f"{statistics.mean(gaps):+.1f} ± {_error(gaps):.1f}"
    return f"{said}, smaller in {smaller} of {len(gaps)}"


def _seams(bench: Bench, one: Example, way: str, seeds: int) -> tuple[float, ...]:
    name = f"{one.image}-{way.replace(', ', '-').replace(' ', '-')}"
    # not the seed that its picture was drawn with
    fields = {"count": seeds, "stage2": "none", "seed": 1, "yes": True, **WAYS[way]}
    done = bench.inpaint(one, name, **fields)
    return next(e.seam for e in done.events if isinstance(e, Difference))


def _own(bench: Bench, one: Example) -> float:
    """The seam of the untouched picture, at stage I's size."""
    folder = bench.folder / f"{one.image}-course"
    picture, mask = (np.asarray(Image.open(folder / f"{n}.png")) for n in ("original", "mask"))
    return seam(picture.astype(np.float32), mask > 127)


def _error(values: Any) -> float:
    return statistics.stdev(values) / len(values) ** 0.5


def main() -> None:
    """Make the sheet, or with ``--seeds`` the figures."""
    flags = argparse.ArgumentParser(description=__doc__)
    flags.add_argument("--out", type=Path, default=FILE)
    flags.add_argument("--seeds", type=int, default=0)
    asked = flags.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(Path(scratch))
        if not asked.seeds:
            sheet(bench, asked.out)
            return
        for examples in (DRAWN, EXAMPLES):
            for line in figures(bench, examples, asked.seeds):
                sys.stdout.write(line + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
