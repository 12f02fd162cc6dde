"""`make illusions`: the source's six pairs on the bundled cascade as a sheet.

    python -m tests.tools.illusions --judge RUN                 the sheet, with the judge's guesses

RUN is a folder that `diffuscope forge evaluate --judge RUN` trained a judge in. A hybrid's near
reading is judged on the whole picture, its far one on its low band, after stage II.
"""

import argparse
import tempfile
from pathlib import Path

from engine.forge.judge.learn import learned
from tests.support.fake_runs.serve import Serving
from tests.tools.illusions.sheet import COLOURS, SEEDS, asked, sheet

FILE = Path(__file__).parents[2] / "assets" / "screenshots" / "illusions.png"


def main() -> None:
    """Make the sheet."""
    given = _flags().parse_args()
    judge = None if given.judge is None else learned(given.judge)
    how = {name: getattr(given, name) for name in ("guidance", "steps") if getattr(given, name)}
    with tempfile.TemporaryDirectory() as scratch:
        page = sheet(Serving(Path(scratch)), asked(given.seeds, **how), judge)
    page.quantize(COLOURS).save(given.out, optimize=True)


def _flags() -> argparse.ArgumentParser:
    flags = argparse.ArgumentParser(prog="python -m tests.tools.illusions", description=__doc__)
    flags.add_argument("--out", type=Path, default=FILE, help="the sheet")
    flags.add_argument("--judge", type=Path, help="folder of a judge's training")
    flags.add_argument("--seeds", type=int, default=SEEDS, help="pictures of each pair")
    flags.add_argument("--guidance", type=float, help="the spec's own where none is named")
    flags.add_argument("--steps", type=int, help="the spec's own where none is named")
    return flags


main()
