"""How long a run will take, said before it begins; one of hours has to be wanted."""

from torch import Tensor

from engine.activities import stages
from engine.activities.stages import Stage
from engine.errors import BadInput
from engine.runs.pace import duration
from engine.specs import Inpaint
from engine.worker import Job

LIMIT = 3600.0
"""Seconds from which a run has to be asked for with ``yes``."""


def look(job: Job, spec: Inpaint, stage: Stage, x: Tensor, then: int) -> None:
    """Say how many model calls there will be; where steps are repeated, time two and say how long.

    x (B, C, H, W) is what the stage begins with, ``then`` the calls of stage II. Raises BadInput
    where it would take hours and ``yes`` does not say that it may.
    """
    calls = spec.model_calls()[0]
    said = f"{calls:,} model calls" + (f", then {then}" if then else "")
    if not spec.resamples:
        job.status(said)
        return
    seconds = calls * stages.seconds_a_call(job, stage, x)
    job.status(f"{said}: stage I will take about {duration(seconds)}")
    if seconds > LIMIT and not spec.yes:
        raise BadInput(
            f"{calls:,} model calls would take about {duration(seconds)}: lower resample or steps,"
            f" raise jump, or say --yes"
        )
