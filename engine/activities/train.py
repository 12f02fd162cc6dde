"""Train a digit model, in the run's own folder."""

import time

from engine import events
from engine.digits import recipe
from engine.errors import BadInput, Stopped
from engine.specs import Train
from engine.training.fit import Watch
from engine.training.trainer import Diverged, Progress
from engine.worker import Job


def run(job: Job) -> None:
    """Serve a Train spec; its part keeps its own event file, so it can go on when stopped."""
    spec, folder = job.spec, job.folder
    assert isinstance(spec, Train)
    assert folder is not None

    def report(part: str, now: Progress) -> None:
        figures = now.metrics, now.learning_rate, now.steps_per_second, now.losses
        seconds = round(time.monotonic() - job.begun, 4)
        job.emit(events.Progress(job.name, seconds, part, now.step, now.steps, *figures))

    job.status("reading the digits")
    try:
        _, done = recipe.train(
            spec, folder, Watch(report, job.control.stop, job.control.wanted), job.status
        )
    except Diverged as error:
        raise BadInput(f"{error}; a lower --learning-rate may help") from None
    if job.control.cancelled:
        raise Stopped
    job.status(f"the model is in {folder / spec.model}" if done else "its minutes are over")
