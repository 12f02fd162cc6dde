"""How long a run will take, from the steps of runs before it. Torch-free."""

import statistics
from collections.abc import Iterable, Sequence
from itertools import pairwise

from engine.errors import BadInput
from engine.events import Frame
from engine.runs.reader import Run, list_runs
from engine.specs import Inpaint

Pace = dict[int, float]
"""Seconds that one picture takes the network of a stage, once."""


def pace(frames: Sequence[Frame]) -> Pace:
    """The median over the steps of each stage that asked the model and came after another."""
    gaps: dict[int, list[float]] = {}
    for before, now in pairwise(frames):
        if now.stage == before.stage and not now.goes_up:
            seconds = (now.seconds - before.seconds) / _pictures(now)
            gaps.setdefault(now.stage, []).append(seconds)
    return {stage: statistics.median(each) for stage, each in gaps.items()}


def known(model: str, device: str = "auto", runs: Iterable[Run] | None = None) -> Pace:
    """The pace of the newest runs with this model and device; a stage none of them has is absent.

    Reads the event files of a few runs: not for every key that is pressed.
    """
    known_pace: Pace = {}
    alike = (r for r in list_runs() if _is_of(r, model, device)) if runs is None else iter(runs)
    for _, run in zip(range(5), alike, strict=False):
        known_pace = pace(run.state.frames) | known_pace
        if len(known_pace) > 1:
            break
    return known_pace


def expected(spec: Inpaint, pace: Pace) -> float | None:
    """Seconds that a run of the spec will take; None where the pace of a stage is unknown."""
    calls = dict(enumerate(spec.model_calls(), 1))
    if not calls.keys() <= pace.keys():
        return None
    scales = {1: spec.guidance, 2: spec.stage2_guidance}
    return sum(n * pace[s] * spec.count * _halves(scales[s]) for s, n in calls.items())


def duration(seconds: float) -> str:
    """A time in the unit that suits it."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"


def _pictures(frame: Frame) -> int:
    return len(frame.sheet.rows) * (2 if "delta" in frame.sheet.channels else 1)


def _halves(guidance: float) -> int:
    """Guidance asks the network twice, but for 0 and 1."""
    return 1 if guidance in (0, 1) else 2


def _is_of(run: Run, model: str, device: str) -> bool:
    try:
        return (run.record.get("model"), run.record.get("device")) == (model, device)
    except BadInput:
        return False
