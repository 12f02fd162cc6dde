"""One stage of a cascade as the loop needs it; single calls of its model, and their numbers."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.control import Control
from engine.diffusion.denoiser import Denoiser, Estimate, compiled
from engine.diffusion.oom import enough_memory
from engine.diffusion.sampler import Hook
from engine.diffusion.schedule import SchedulerConfig
from engine.diffusion.update_rules import UpdateRule
from engine.errors import Stopped, Unavailable
from engine.job import Job


@dataclass(frozen=True)
class Stage:
    """What the loop needs to run one stage: everything but the start.

    chains has the timesteps of each sample where they take different ones; shown makes of a state
    what the eye is to see in [-1, 1]. Of the run's `count` samples it runs `samples`, or all where
    that is empty.
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
    samples: tuple[int, ...] = ()
    count: int = 0

    @property
    def total(self) -> int:
        """Number of steps of the whole chain, those of a parent included."""
        steps = len(self.chain) - (0 if self.rule.runs_last_timestep else 1)
        return self.first_index + steps


@torch.inference_mode()
def estimate(job: Job, stage: Stage, denoiser: Denoiser, x: Tensor, t: int) -> Estimate:
    """One model call outside the loop; Stopped where the run was stopped before it.

    Unavailable where its numbers overflow.
    """
    if job.control.stop():
        raise Stopped
    with interruptible(stage.unet, job.control), enough_memory("a model call"):
        answer = denoiser(x, t)
    if not bool(all_finite(answer.eps)):
        raise Unavailable(not_finite(stage.number, stage.unet, t))
    return answer


@contextmanager
def interruptible(unet: nn.Module, control: Control) -> Iterator[None]:
    """Let a run that is abandoned end between two blocks of the network, not after the call.

    A compiled network is one piece: there it ends after the call.
    """

    def stop_if_abandoned(*_: object) -> None:
        if control.abandoned:
            raise Stopped

    hooks = [
        block.register_forward_pre_hook(stop_if_abandoned)
        for name, block in unet.named_modules()
        if name.count(".") == 3 and not compiled(unet)
    ]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def all_finite(*tensors: Tensor) -> Tensor:
    """Whether no value is NaN or infinite, () bool on the device, which nothing has waited for yet.

    One small reduction a tensor. The estimate ε is to be among them, for thresholding turns an
    infinite x̂0 into a finite one.
    """
    return torch.stack([tensor.isfinite().all() for tensor in tensors]).all()


def not_finite(number: int, unet: nn.Module, t: int) -> str:
    """What happened in stage `number` at timestep t, and what to do."""
    dtype, stage = next(unet.parameters()).dtype, f"stage {'I' * number}"
    if dtype == torch.float16:
        return (
            f"{stage} overflowed in float16 at t = {t}: its numbers are no longer finite;"
            " --precision bf16 has the range of float32; the steps before are kept"
        )
    name = str(dtype).removeprefix("torch.")
    return (
        f"{stage} gave numbers that are not finite at t = {t}, in {name}: the weights may be"
        " damaged; the steps before are kept"
    )
