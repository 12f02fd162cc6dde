"""One stage of a cascade under the loop: every step becomes a Frame and joins the trajectory."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from torch import Tensor

from engine.diffusion import schedule
from engine.diffusion.noise import NoiseSource
from engine.diffusion.sampler import Step, loop
from engine.errors import Stopped
from engine.events import Frame
from engine.job import Job
from engine.sampling import device_copy, step_events
from engine.sampling.device_copy import AsyncCopies
from engine.sampling.stage import Stage, interruptible, not_finite
from engine.sampling.step_events import PendingStep
from engine.sampling.trajectory import Trajectory


class _Broken(Exception):  # noqa: N818
    """A step's numbers are not finite."""


def run(job: Job, stage: Stage, x: Tensor, noise: NoiseSource) -> Trajectory:
    """Run a stage from x (B, C, H, W); a stopped one keeps the steps that it took.

    So does one whose numbers overflowed; the trajectory then says it in ``broken``. Which of the
    run's samples these are, the noise says.
    """
    stage = replace(stage, samples=noise.samples, count=noise.count)
    record = Trajectory(list(stage.chain), [x.cpu()], [noise.drawn], stage.chains, stage.samples)
    alphas_cumprod = schedule.alphas_cumprod(stage.config)
    before: Tensor | None = None
    copies = AsyncCopies(device_copy.overlaps(x.device))
    try:
        with interruptible(stage.unet, job.control), copies:
            for step in _steps(job, stage, x, noise, alphas_cumprod, copies):
                pending = step_events.render_step(stage, step, before)
                copies.push(
                    partial(_take, job, stage, record, alphas_cumprod, pending, noise.drawn)
                )
                before = step.x0
    except Stopped:
        pass
    except _Broken as error:
        record.broken = str(error)
    return record


def _take(
    job: Job,
    stage: Stage,
    record: Trajectory,
    alphas_cumprod: Tensor,
    pending: PendingStep,
    drawn: tuple[int, ...],
) -> None:
    """A step that has arrived joins the record, and is told."""
    step, tensors = pending.wait()
    if not tensors["finite"]:
        raise _Broken(not_finite(stage.number, stage.unet, step.timestep))
    record.add(step, drawn)
    fields = step_events.frame_fields(stage, step, alphas_cumprod, pending.channels, tensors)
    job.say(Frame, **fields)


def _steps(
    job: Job,
    stage: Stage,
    x: Tensor,
    noise: NoiseSource,
    alphas_cumprod: Tensor,
    copies: AsyncCopies,
) -> Iterator[Step]:
    def stop() -> bool:
        job.control.obey()
        if job.control.paused:  # who waits is to see the last step
            copies.flush()
        return job.control.stop()

    return loop(
        stage.denoiser,
        stage.rule,
        x,
        stage.chain,
        noise,
        hooks=stage.hooks,
        stop=stop,
        first_index=stage.first_index,
        alphas_cumprod=alphas_cumprod,
    )
