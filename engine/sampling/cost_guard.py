"""What a run will cost, said before it begins; one of hours has to be wanted."""

from torch import Tensor

from engine.errors import BadInput
from engine.job import Job
from engine.runs.timing import duration
from engine.sampling import stage_runner
from engine.sampling.stage_runner import Stage
from engine.specs import Inpaint

LIMIT = 3600.0
"""Seconds from which a run has to be asked for with ``yes``."""
ROOM = 4 << 30
"""Bytes from which the states that a run keeps in memory until its end have to be, too."""
KEPT = 4
"""Tensors kept for each step: x, x̂0, ε̂, and the unconditional ε̂."""


def look(job: Job, spec: Inpaint, stage: Stage, x: Tensor, then: int) -> None:
    """Say how many model calls there will be; where steps are repeated, time two and say how long.

    x (B, C, H, W) is what the stage begins with, ``then`` the calls of stage II. Raises BadInput
    where it would take hours, or much memory, and ``yes`` does not say that it may.
    """
    calls = spec.model_calls()[0]
    said = f"{calls:,} model calls" + (f", then {then}" if then else "")
    if not spec.resamples:
        job.status(said)
        return
    seconds = calls * stage_runner.seconds_a_call(job, stage, x)
    job.status(f"{said}: stage I will take about {duration(seconds)}")
    size = KEPT * stage.total * x.nbytes
    if spec.yes or (seconds <= LIMIT and size <= ROOM):
        return
    cost = f"take about {duration(seconds)}"
    if seconds <= LIMIT:
        cost = f"keep about {size / 2**30:.1f} GB of states in memory"
    raise BadInput(
        f"{calls:,} model calls would {cost}: lower resample or steps, raise jump, or say --yes"
    )
