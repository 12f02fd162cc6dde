"""One stage of a cascade under the loop: every step becomes a Frame and joins the trajectory."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn

from engine.control import Control
from engine.diffusion.denoiser import Denoiser, Estimate, compiled
from engine.diffusion.noise import NoiseSource
from engine.diffusion.oom import enough_memory
from engine.diffusion.sampler import Hook, Step, loop
from engine.diffusion.schedule import SchedulerConfig, alphas_cumprod
from engine.diffusion.update_rules import UpdateRule
from engine.errors import Stopped, Unavailable
from engine.events import Frame
from engine.job import Job
from engine.sampling import device_copy, finite_check, step_events
from engine.sampling.device_copy import AsyncCopies
from engine.sampling.step_events import PendingStep
from engine.sampling.trajectory import Trajectory


@dataclass(frozen=True)
class Stage:
    """What the loop needs to run one stage: everything but the start.

    chains has the timesteps of each sample where they take different ones; shown makes of a state
    what the eye is to see in [-1, 1].
    """

    number: int
    unet: nn.Module
    config: SchedulerConfig
    denoiser: Denoiser
    rule: UpdateRule
    chain: Sequence[int]
    hooks: Sequence[Hook] = ()
    first_index: int = 0
    chains: Sequence[Sequence[int]] = ()
    shown: Callable[[Tensor], Tensor] = lambda x: x

    @property
    def total(self) -> int:
        """Number of steps of the whole chain, those of a parent included."""
        return self.first_index + len(self.chain) - (0 if self.rule.runs_last_timestep else 1)


def run(job: Job, stage: Stage, x: Tensor, noise: NoiseSource) -> Trajectory:
    """Run a stage from x (B, C, H, W); a stopped one keeps the steps that it took.

    So does one whose numbers overflowed; the trajectory then says it in ``broken``.
    """
    record = Trajectory(list(stage.chain), [x.cpu()], [noise.drawn], stage.chains)
    bars = alphas_cumprod(stage.config)
    before: Tensor | None = None
    arrivals = AsyncCopies(device_copy.overlaps(x.device))
    try:
        with _interruptible(stage.unet, job.control), arrivals:
            for step in _steps(job, stage, x, noise, bars, arrivals):
                looked = step_events.look(stage, step, before)
                arrivals.push(partial(_take, job, stage, record, bars, looked, noise.drawn))
                before = step.x0
    except Stopped:
        pass
    except _Broken as error:
        record.broken = str(error)
    return record


class _Broken(Exception):  # noqa: N818
    """A step's numbers are not finite."""


def _take(
    job: Job,
    stage: Stage,
    record: Trajectory,
    bars: Tensor,
    looked: PendingStep,
    drawn: tuple[int, ...],
) -> None:
    """A step that has arrived joins the record, and is told."""
    step, found = looked.here()
    if not found["finite"]:
        raise _Broken(finite_check.line(stage.number, stage.unet, step.timestep))
    record.add(step, drawn)
    job.say(Frame, **step_events.numbers(stage, step, bars, looked.channels, found))


@torch.inference_mode()
def estimate(job: Job, stage: Stage, denoiser: Denoiser, x: Tensor, t: int) -> Estimate:
    """One model call outside the loop; Stopped where the run was stopped before it.

    Unavailable where its numbers overflow.
    """
    if job.control.stop():
        raise Stopped
    with _interruptible(stage.unet, job.control), enough_memory("a model call"):
        said = denoiser(x, t)
    if not finite_check.finite(said.eps):
        raise Unavailable(finite_check.line(stage.number, stage.unet, t))
    return said


def seconds_a_call(job: Job, stage: Stage, x: Tensor) -> float:
    """How long the model takes for x (B, C, H, W): the second of two calls, for the first warms up.

    Stopped where the run was stopped before one of them.
    """
    took: list[float] = []

    def timed(x: Tensor, t: int) -> Estimate:
        begun = time.perf_counter()
        said = stage.denoiser(x, t)
        float(said.eps[0, 0, 0, 0])  # waits for an accelerator
        took.append(time.perf_counter() - begun)
        return said

    for _ in range(2):
        estimate(job, stage, timed, x, stage.chain[0])
    return took[-1]


def _steps(
    job: Job, stage: Stage, x: Tensor, noise: NoiseSource, bars: Tensor, arrivals: AsyncCopies
) -> Iterator[Step]:
    def stop() -> bool:
        job.control.obey()
        if job.control.paused:  # who waits is to see the last step
            arrivals.flush()
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
        alphas_cumprod=bars,
    )


@contextmanager
def _interruptible(unet: nn.Module, control: Control) -> Iterator[None]:
    """Let a run that is abandoned end between two blocks of the network, not after the call.

    A compiled network is one piece: there it ends after the call.
    """

    def look(*_: object) -> None:
        if control.abandoned:
            raise Stopped

    hooks = [
        block.register_forward_pre_hook(look)
        for name, block in unet.named_modules()
        if name.count(".") == 3 and not compiled(unet)
    ]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
