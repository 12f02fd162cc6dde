"""Load a cascade so that the next request starts at once."""

from engine.job import Job
from engine.sampling.model_cache import cascade_for
from engine.specs import Open


def run(job: Job) -> None:
    """Serve an Open spec: what is being loaded as Status events, then Ready."""
    assert isinstance(job.spec, Open)
    cascade_for(job, job.spec.model, job.spec.stage2, job.spec.device)
