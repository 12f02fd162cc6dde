"""``digits RUN``: draw with a trained digit model, measure it, test it. Each returns an answer."""

import argparse
import json
from typing import Any

from engine import runs
from engine.specs import DigitSample, Spec, Train
from engine.specs.digits import FIGURES, OUTSIDE, OUTSIDE_SHEET, SHEET, DigitSpec
from tui.cli.commands import Answer, draw, print_line, reported, served
from tui.cli.flags import build
from tui.cli.serve import record


def sampled(found: argparse.Namespace, kind: type[DigitSample]) -> Answer:
    """Digits as pictures of a run; all ten where none is named and the model knows them."""
    spec = runs.open_run(found.training).spec
    if isinstance(spec, Train) and spec.model == "class" and not hasattr(found, "digits"):
        found.digits = "all"
    return draw(found, kind)


def evaluated(found: argparse.Namespace, kind: type[Spec]) -> Answer:
    """What a judge says of the model."""
    return _measured(found, kind, FIGURES, SHEET)


def tested(found: argparse.Namespace, kind: type[Spec]) -> Answer:
    """What a denoiser makes of noise that it never learned from."""
    return _measured(found, kind, OUTSIDE, OUTSIDE_SHEET)


def _measured(found: argparse.Namespace, kind: type[Spec], figures: str, page: str) -> Answer:
    """What was found, line by line; with --json all figures. The page lies in the run's folder."""
    spec = build(kind, found)
    assert isinstance(spec, DigitSpec)
    state = served(spec, found)
    folder = runs.open_run(spec.training).folder
    answer: dict[str, Any] = {**record(state), "run": str(folder)}
    answer |= reported(state.reports, found)
    print_line(str(folder / page), found)
    numbers = json.loads((folder / figures).read_text("utf-8"))
    return {**answer, "files": [str(folder / page)], "figures": numbers}, 0
