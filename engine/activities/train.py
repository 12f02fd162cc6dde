"""Train a digit model, in the run's own folder."""

from engine.digits import recipe
from engine.job import Job
from engine.specs import Train
from engine.training import distributed
from engine.training.devices import own_device
from engine.training.fit import watched


def run(job: Job, spec: Train) -> None:
    """Serve a Train spec; its part keeps its own event file, so it can go on when stopped."""
    folder = job.folder
    assert folder is not None
    job.status("reading the digits")
    with watched(job) as watch, distributed.group(own_device(spec.device)):
        _, done = recipe.train(spec, folder, watch, job.status)
    job.status(f"the model is in {folder / spec.model}" if done else "its minutes are over")
