"""One part of a training as its events tell it: curves, sample sheets, pace. Torch-free.

And the curves of its evaluation, if it had one.
"""

import json
import statistics
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine import events
from engine.events import Event, Progress, Samples
from engine.runs.liveness import Attempt
from engine.specs.digits import FIGURES, judge_name

RATE, PACE = "learning rate", "steps/s"
"""Curves of every part, beside those of its metrics."""
MEAN = "epoch"
"""The loss's mean over each epoch, a point where one ends; of parts that have epochs."""
RECENT = 5
"""Reports over which the pace is taken that says how long it will take."""


@dataclass
class Curve:
    """A figure over the steps of a part; steps rise."""

    steps: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def add(self, step: int, value: float) -> None:
        """One more point."""
        self.steps.append(step)
        self.values.append(value)

    def cut(self, step: int) -> None:
        """Forget the points after ``step``."""
        end = bisect_right(self.steps, step)
        del self.steps[end:], self.values[end:]


@dataclass
class Part:
    """One part of a training: its curves, its sample sheets, who trains it.

    Where a step was reached more than once, only the last attempt counts.
    """

    name: str
    step: int = 0
    steps: int = 0
    began: float = 0.0
    saved: int = 0
    curves: dict[str, Curve] = field(default_factory=dict)
    samples: list[Samples] = field(default_factory=list)
    attempt: Attempt = field(default_factory=Attempt)
    notices: list[str] = field(default_factory=list)
    _before: float = 0.0
    _now: float = 0.0

    def take(self, event: Event) -> None:
        """Note what happened in this part."""
        self.attempt.take(event)
        match event:
            case events.Begun():
                self._begin(event)
            case Progress():
                self._add(event)
            case Samples():
                self._see(event)
            case events.Saved():
                self.saved = event.step
            case events.Notice() | events.Blocked():
                self.notices.append(event.text)

    @property
    def seconds(self) -> float:
        """Time spent training it, in all attempts."""
        return self._before + self._now

    @property
    def done(self) -> bool:
        """Whether all its steps are."""
        return 0 < self.steps <= self.step

    @property
    def seconds_left(self) -> float | None:
        """At its newest pace; None where it is not being trained, or its pace is unknown."""
        paces = self.curves[PACE].values[-RECENT:] if PACE in self.curves else []
        pace = statistics.median(paces) if paces else 0.0
        return (self.steps - self.step) / pace if pace > 0 and self.attempt.live else None

    def last(self, name: str) -> float | None:
        """The newest value of a curve."""
        curve = self.curves.get(name)
        return curve.values[-1] if curve and curve.values else None

    def _begin(self, event: events.Begun) -> None:
        self.began = self.began or event.time
        self._before, self._now = self.seconds, 0.0
        self._return_to(event.step)
        self.step, self.steps = event.step, event.steps

    def _add(self, event: Progress) -> None:
        losses = event.losses or (event.metrics["loss"],)
        first = event.step - len(losses) + 1
        if first <= self.step:  # its beginning was lost with a torn line
            self._return_to(first - 1)
        self.step, self.steps, self._now = event.step, event.steps, event.seconds
        for step, loss in enumerate(losses[:-1], first):
            self.curves.setdefault("loss", Curve()).add(step, loss)
        figures = {**event.metrics, RATE: event.learning_rate, PACE: event.steps_per_second}
        figures |= {"loss": losses[-1]}
        for name, value in figures.items():
            self.curves.setdefault(name, Curve()).add(event.step, value)

    def _return_to(self, step: int) -> None:
        for curve in self.curves.values():
            curve.cut(step)
        self.samples = [sheet for sheet in self.samples if sheet.step <= step]
        self.saved = min(self.saved, step)

    def _see(self, sheet: Samples) -> None:
        at = bisect_left([known.step for known in self.samples], sheet.step)
        again = at < len(self.samples) and self.samples[at].step == sheet.step
        self.samples[at : at + again] = [sheet]
        for name, value in sheet.metrics.items():
            curve = self.curves.setdefault(name, Curve())
            curve.cut(sheet.step - 1)
            curve.add(sheet.step, value)


EVALUATED = {
    "judged right": lambda at: at["accuracy"]["share"],
    "Fréchet distance": lambda at: at["frechet"],
    "PSNR": lambda at: at["psnr"],
}
"""Curves that an evaluation can have, and where their values stand in its record of an epoch."""
Curves = dict[str, Curve]


def evaluated_curves(folder: Path) -> Curves:
    """The judge's curves over the steps of a training; none where it was not evaluated.

    Their names say which judge it was, so that those of two are never drawn over one another.
    """
    path = folder / FIGURES
    try:
        return _evaluated(path, path.stat().st_mtime_ns)
    except OSError:
        return {}


@lru_cache(maxsize=64)
def _evaluated(path: Path, _: int) -> Curves:
    """Of one version of the file; a damaged one has no curves."""
    try:
        figures = json.loads(path.read_text("utf-8"))
        epochs = figures["curve"]
        by = f", {judge}" if (judge := judge_name(figures)) else ""
        curves = {
            name if name == "PSNR" else name + by: _curve(epochs, value)
            for name, value in EVALUATED.items()
        }
    except (ValueError, KeyError, TypeError):
        return {}
    return {name: curve for name, curve in curves.items() if curve.steps}


def _curve(epochs: list[dict[str, Any]], value: Any) -> Curve:
    curve = Curve()
    for at in epochs:
        try:
            curve.add(int(at["step"]), float(value(at)))
        except KeyError:  # a model without classes is not asked how many are right
            continue
    return curve
