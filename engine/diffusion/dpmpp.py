"""DPM-Solver++, the one update rule that remembers the steps before it."""

from collections.abc import Iterable, Sequence
from typing import Any

from torch import Tensor

from engine.diffusion.denoiser import Estimate
from engine.diffusion.schedule import SchedulerConfig
from engine.diffusion.update_rules import Noise

History = Iterable[tuple[int, Tensor, Tensor]]
"""Earlier steps as (t, x_t, ε), oldest first."""


class DpmPlusPlus:
    """DPM-Solver++ (Lu et al. 2022), second order: diffusers' DPMSolverMultistepScheduler.

    It remembers the step before. `history` replays earlier steps, so that a branch continues with
    the bits of its parent and without a model call. `timesteps` is the whole chain, also for a
    branch.
    """

    runs_last_timestep = True

    def __init__(
        self, config: SchedulerConfig, timesteps: Sequence[int], history: History = ()
    ) -> None:
        self._scheduler = _dpm_scheduler(config)
        self._scheduler.set_timesteps(timesteps=list(timesteps))
        for t, x, eps in history:
            self._scheduler.step(eps, t, x)

    def __call__(
        self, x: Tensor, estimate: Estimate, t: int, t_next: int | None, noise: Noise
    ) -> tuple[Tensor, Tensor]:
        x_next = self._scheduler.step(estimate.eps, t, x, return_dict=False)[0]
        return x_next, self._scheduler.model_outputs[-1]


def _dpm_scheduler(config: SchedulerConfig) -> Any:
    # imported late: the other rules need no diffusers
    from diffusers.schedulers.scheduling_dpmsolver_multistep import DPMSolverMultistepScheduler

    return DPMSolverMultistepScheduler.from_config(dict(config), variance_type=None)
