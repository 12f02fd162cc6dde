"""Train a small cascade through the forge, in the run's own folder."""

from engine.forge.pipeline import forge
from engine.job import Job
from engine.specs import Forge
from engine.training import distributed
from engine.training.devices import own_device
from engine.training.fit import watched


def run(job: Job, spec: Forge) -> None:
    """Serve a Forge spec; its parts keep their own event files, so it can go on when stopped."""
    folder = job.folder
    assert folder is not None
    here = spec.model_copy(update={"out": str(folder)})
    job.status(f"reading the pictures; the recipe is {spec.recipe}")
    with watched(job) as watch, distributed.group(own_device(spec.device)):
        cascade = forge(here, watch.report, watch.stop, watch.keep, watch.warn)
    job.status(f"the cascade is in {cascade}")
