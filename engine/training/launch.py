"""What the trainings that are served as runs share: who looks on, and how they end."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from engine import events
from engine.errors import BadInput, Stopped
from engine.job import Job
from engine.training.fit import TrainingCallbacks
from engine.training.trainer import Diverged, Progress


@contextmanager
def watched(job: Job) -> Iterator[TrainingCallbacks]:
    """Tells of progress and notices, without writing them: the parts have event files of their own.

    Leaving the block raises Stopped where the run was cancelled, and BadInput for a loss that is
    not finite.
    """

    def seconds() -> float:
        return round(time.monotonic() - job.begun, 4)

    def report(part: str, now: Progress) -> None:
        figures = now.metrics, now.learning_rate, now.steps_per_second, now.losses
        job.emit(events.Progress(job.name, seconds(), part, now.step, now.steps, *figures))

    def warn(line: str) -> None:
        job.emit(events.Notice(job.name, seconds(), line))

    try:
        yield TrainingCallbacks(report, job.control.stop, job.control.wanted, warn)
    except Diverged as error:
        raise BadInput(f"{error}; a lower --learning-rate may help") from None
    if job.control.cancelled:
        raise Stopped
