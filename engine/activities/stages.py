"""One stage of a cascade under the loop: every step becomes a Frame and joins the trajectory."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from engine.activities import overflow, previews
from engine.activities.trajectory import Trajectory
from engine.control import Control
from engine.diffusion.denoiser import Denoiser, Estimate
from engine.diffusion.memory import enough_memory
from engine.diffusion.noise import NoiseSource
from engine.diffusion.sampler import Hook, Step, loop
from engine.diffusion.schedule import SchedulerConfig, alphas_cumprod, snr
from engine.diffusion.updates import Rule
from engine.errors import Stopped, Unavailable
from engine.events import Frame, Sheet
from engine.worker import Job


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
    rule: Rule
    chain: Sequence[int]
    hooks: Sequence[Hook] = ()
    first_index: int = 0
    chains: Sequence[Sequence[int]] = ()
    shown: Callable[[Tensor], Tensor] = lambda x: x

    @property
    def total(self) -> int:
        """Number of steps of the whole chain, those of a parent included."""
        return self.first_index + len(self.chain) - (0 if self.rule.finishes else 1)


def run(job: Job, stage: Stage, x: Tensor, noise: NoiseSource) -> Trajectory:
    """Run a stage from x (B, C, H, W); a stopped one keeps the steps that it took.

    So does one whose numbers overflowed; the trajectory then says it in ``broken``.
    """
    record = Trajectory(list(stage.chain), [x.cpu()], [noise.drawn], stage.chains)
    bars = alphas_cumprod(stage.config)
    before: Tensor | None = None
    with _interruptible(stage.unet, job.control):
        try:
            for step in _steps(job, stage, x, noise, bars):
                if not overflow.finite(step.eps, step.x):
                    record.broken = overflow.line(stage.number, stage.unet, step.timestep)
                    break
                record.add(step, noise.drawn)
                job.say(Frame, **_numbers(stage, step, bars, before))
                before = step.x0
        except Stopped:
            pass
    return record


@torch.inference_mode()
def estimate(job: Job, stage: Stage, denoiser: Denoiser, x: Tensor, t: int) -> Estimate:
    """One model call outside the loop; Stopped where the run was stopped before it.

    Unavailable where its numbers overflow.
    """
    if job.control.stop():
        raise Stopped
    with _interruptible(stage.unet, job.control), enough_memory("a model call"):
        said = denoiser(x, t)
    if not overflow.finite(said.eps):
        raise Unavailable(overflow.line(stage.number, stage.unet, t))
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


def _steps(job: Job, stage: Stage, x: Tensor, noise: NoiseSource, bars: Tensor) -> Iterator[Step]:
    return loop(
        stage.denoiser,
        stage.rule,
        x,
        stage.chain,
        noise,
        hooks=stage.hooks,
        stop=job.control.stop,
        first_index=stage.first_index,
        alphas_cumprod=bars,
    )


def _numbers(stage: Stage, step: Step, bars: Tensor, before: Tensor | None) -> dict[str, Any]:
    still = tuple(0.0 for _ in step.x)
    return {
        "stage": stage.number,
        "index": step.index,
        "total": stage.total,
        "timestep": step.timestep,
        "next_timestep": -1 if step.next_timestep is None else step.next_timestep,
        "alpha_cumprod": float(bars[step.timestep]),
        "snr": snr(bars, step.timestep),
        "eps_norm": previews.rms(step.eps),
        "x0_change": still if before is None else previews.rms(step.x0 - before),
        "sheet": _sheet(stage, step, before),
    }


def _sheet(stage: Stage, step: Step, before: Tensor | None) -> Sheet:
    seen = replace(step, x=stage.shown(step.x), x0=stage.shown(step.x0))
    return previews.sheet(seen, None if before is None else stage.shown(before))


@contextmanager
def _interruptible(unet: nn.Module, control: Control) -> Iterator[None]:
    """Let a run that is abandoned end between two blocks of the network, not after the call."""

    def look(*_: object) -> None:
        if control.abandoned:
            raise Stopped

    hooks = [
        block.register_forward_pre_hook(look)
        for name, block in unet.named_modules()
        if name.count(".") == 3
    ]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
