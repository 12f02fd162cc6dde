"""What the judge said of what a training drew, epoch by epoch. Torch-free."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.runs.training_part import Curve
from engine.specs.digits import FIGURES

NAMES = {
    "judged right": lambda at: at["accuracy"]["share"],
    "Fréchet distance": lambda at: at["frechet"],
    "PSNR": lambda at: at["psnr"],
}
"""Curves that an evaluation can have, and where their values stand in its record of an epoch."""
Curves = dict[str, Curve]


def curves(folder: Path) -> Curves:
    """The judge's curves over the steps of a training; none where it was not evaluated."""
    path = folder / FIGURES
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError:
        return {}


@lru_cache(maxsize=64)
def _read(path: Path, _: int) -> Curves:
    """Of one version of the file; a damaged one has no curves."""
    try:
        epochs = json.loads(path.read_text("utf-8"))["curve"]
        found = {name: _curve(epochs, value) for name, value in NAMES.items()}
    except (ValueError, KeyError, TypeError):
        return {}
    return {name: curve for name, curve in found.items() if curve.steps}


def _curve(epochs: list[dict[str, Any]], value: Any) -> Curve:
    curve = Curve()
    for at in epochs:
        try:
            curve.add(int(at["step"]), float(value(at)))
        except KeyError:  # a model without classes is not asked how many are right
            continue
    return curve
