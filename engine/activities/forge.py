"""Train a small cascade through the forge, in the run's own folder."""

import time

from engine.errors import BadInput, Stopped
from engine.events import Progress as Figures
from engine.forge.recipe import forge
from engine.specs import Forge
from engine.training import parallel
from engine.training.placement import own_device
from engine.training.trainer import Diverged, Progress
from engine.worker import Job


def run(job: Job) -> None:
    """Serve a Forge spec; its parts keep their own event files, so it can go on when stopped."""
    spec, folder = job.spec, job.folder
    assert isinstance(spec, Forge)
    assert folder is not None

    def report(part: str, now: Progress) -> None:
        figures = now.metrics, now.learning_rate, now.steps_per_second
        seconds = round(time.monotonic() - job.begun, 4)
        job.emit(Figures(job.name, seconds, part, now.step, now.steps, *figures))

    here = spec.model_copy(update={"out": str(folder)})
    job.status(f"reading the pictures; the recipe is {spec.recipe}")
    try:
        with parallel.group(own_device(spec.device)):
            cascade = forge(here, report, job.control.stop, job.control.wanted)
    except Diverged as error:
        raise BadInput(f"{error}; a lower --learning-rate may help") from None
    if job.control.cancelled:
        raise Stopped
    job.status(f"the cascade is in {cascade}")
