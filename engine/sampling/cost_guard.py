"""What a run will cost, said before it begins; one of hours has to be wanted."""

import time

from torch import Tensor

from engine.diffusion.denoiser import Estimate
from engine.errors import BadInput
from engine.events import TooExpensive
from engine.job import Job
from engine.runs.timing import duration
from engine.sampling.stage import Stage, estimate
from engine.specs import Inpaint

MAX_SECONDS = 3600.0
"""Seconds from which a run has to be asked for with ``yes``."""
MAX_STATE_BYTES = 4 << 30
"""Bytes from which the states that a run keeps in memory until its end have to be, too."""
TENSORS_PER_STEP = 4
"""Tensors kept for each step: x, x̂0, ε̂, and the unconditional ε̂."""


def announce_cost(job: Job, spec: Inpaint, stage: Stage, x: Tensor, stage2_calls: int) -> None:
    """Say how many model calls there will be; where steps are repeated, time two and say how long.

    x (B, C, H, W) is what the stage begins with. Raises BadInput where it would take hours, or much
    memory, and ``yes`` does not say that it may; tells before how it would.
    """
    calls = spec.model_calls()[0]
    line = f"{calls:,} model calls" + (f", then {stage2_calls}" if stage2_calls else "")
    if not spec.resamples:
        job.status(line)
        return
    seconds = calls * seconds_a_call(job, stage, x)
    job.status(f"{line}: stage I will take about {duration(seconds)}")
    size = TENSORS_PER_STEP * stage.total * x.nbytes
    if spec.yes or (seconds <= MAX_SECONDS and size <= MAX_STATE_BYTES):
        return
    cost = f"take about {duration(seconds)}"
    if seconds <= MAX_SECONDS:
        cost = f"keep about {size / 2**30:.1f} GB of states in memory"
    cost = f"{calls:,} model calls would {cost}"
    job.say(TooExpensive, cost, (("yes", "true"),))
    raise BadInput(f"{cost}: lower resample or steps, raise jump, or say --yes")


def seconds_a_call(job: Job, stage: Stage, x: Tensor) -> float:
    """How long the model takes for x (B, C, H, W): the second of two calls, for the first warms up.

    Stopped where the run was stopped before one of them.
    """
    took: list[float] = []

    def timed(x: Tensor, t: int) -> Estimate:
        begun = time.perf_counter()
        answer = stage.denoiser(x, t)
        float(answer.eps[0, 0, 0, 0])  # waits for an accelerator
        took.append(time.perf_counter() - begun)
        return answer

    for _ in range(2):
        estimate(job, stage, timed, x, stage.chain[0])
    return took[-1]
