"""What the trainings that are served as runs share: who looks on, and how they end."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from engine import events
from engine.errors import BadInput, Stopped
from engine.job import Job
from engine.training.fit import TrainingCallbacks
from engine.training.trainer import Diverged, Progress


@contextmanager
def watched(job: Job) -> Iterator[TrainingCallbacks]:
    """Tells of progress and notices, without writing them: the parts have event files of their own.

    Those have the losses of all steps; what is told of here is that there is something to read.

    Leaving the block raises Stopped where the run was cancelled, and BadInput for a loss that is
    not finite.
    """

    def report(part: str, now: Progress) -> None:
        job.emit(replace(now, run=job.name, seconds=job.seconds, part=part, losses=()))

    def warn(line: str) -> None:
        job.emit(events.Notice(job.name, job.seconds, line))

    try:
        yield TrainingCallbacks(report, job.control.stop, job.control.wanted, warn)
    except Diverged as error:
        raise BadInput(f"{error}; a lower --learning-rate may help") from None
    if job.control.cancelled:
        raise Stopped
