"""`make illusions`: the source's six pairs on the bundled cascade as a sheet, and how they fare.

    python -m tests.tools.illusions --judge RUN                 the sheet, with the judge's guesses
    python -m tests.tools.illusions --judge RUN --pairs 50      the share of random pairs seen

RUN is a folder that `diffuscope forge evaluate --judge RUN` trained a judge in. A hybrid's near
reading is judged on the whole picture, its far one on its low band; sheets after stage II, random
pairs after stage I.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.forge.judge.learn import learned
from engine.forge.judge.renderings import HEADS
from tests.support.fake_runs.serve import Serving
from tests.tools.illusions import rates
from tests.tools.illusions.sheet import COLOURS, SEEDS, asked, sheet

FILE = Path(__file__).parents[2] / "assets" / "screenshots" / "illusions.png"
VIEWS = ("flip", "rotate-180")


def main() -> None:
    """Make the sheet, or with ``--pairs`` the figures."""
    given = _flags().parse_args()
    judge = None if given.judge is None else learned(given.judge)
    how = {name: getattr(given, name) for name in ("guidance", "steps") if getattr(given, name)}
    with tempfile.TemporaryDirectory() as scratch:
        serving = Serving(Path(scratch))
        if not given.pairs:
            page = sheet(serving, asked(given.seeds, **how), judge)
            page.quantize(COLOURS).save(given.out, optimize=True)
            return
        if judge is None:
            raise SystemExit("--pairs needs --judge RUN")
        for line in _figures(serving, judge, given, how):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()


def _figures(serving: Serving, judge: Any, given: Any, how: dict[str, Any]) -> Iterator[str]:
    names = judge.names[HEADS.index("concept")]
    pairs = rates.random_pairs(names, given.pairs)
    yield f"{len(pairs)} random pairs of {len(names)} concepts, seen among the judge's five guesses"
    for view in given.view:
        seen = rates.anagrams(serving, judge, pairs, view, reduction=given.reduction, **how)
        yield from rates.lines(view, seen)
    if given.plain:
        yield from rates.lines("plain", rates.plain(serving, judge, pairs, **how))


def _flags() -> argparse.ArgumentParser:
    flags = argparse.ArgumentParser(prog="python -m tests.tools.illusions", description=__doc__)
    flags.add_argument("--out", type=Path, default=FILE, help="the sheet")
    flags.add_argument("--judge", type=Path, help="folder of a judge's training")
    flags.add_argument("--seeds", type=int, default=SEEDS, help="pictures of each pair")
    flags.add_argument("--pairs", type=int, default=0, help="random pairs to measure")
    flags.add_argument("--view", nargs="*", default=VIEWS, help="views to measure")
    flags.add_argument("--reduction", default="mean")
    flags.add_argument("--guidance", type=float, help="the spec's own where none is named")
    flags.add_argument("--steps", type=int, help="the spec's own where none is named")
    flags.add_argument("--no-plain", dest="plain", action="store_false", help="anagrams alone")
    return flags


main()
