"""Load a cascade so that the next request starts at once."""

from engine.job import Job
from engine.sampling.model_cache import cascade_for
from engine.specs import Open


def run(job: Job, spec: Open) -> None:
    """Serve an Open spec: what is being loaded as Status events, then Ready."""
    cascade_for(job, spec.model, spec.stage2, spec.device)
