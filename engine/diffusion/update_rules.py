"""Samplers by name: the timesteps that each takes, and its update rule.

A rule is a function of (x_t, estimate, t, t') → (x_t', x̂0). All but DPM-Solver++ are pure.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor

from engine.diffusion.denoiser import Estimate
from engine.diffusion.schedule import (
    Pair,
    SchedulerConfig,
    alphas_cumprod,
    course_timesteps,
    pair,
    spaced,
    train_steps,
)
from engine.errors import BadInput
from engine.specs.samplers import SAMPLERS, Sampler

Noise = Callable[[], Tensor]
History = Iterable[tuple[int, Tensor, Tensor]]
"""Earlier steps as (t, x_t, ε), oldest first."""


class UpdateRule(Protocol):
    """One update x_t → x_t', fp32 (B, C, H, W); t' = None is the step to the clean picture."""

    @property
    def runs_last_timestep(self) -> bool:
        """Whether the last timestep is evaluated too (t' = None) or only ends the last pair."""

    def __call__(
        self, x: Tensor, estimate: Estimate, t: int, t_next: int | None, noise: Noise
    ) -> tuple[Tensor, Tensor]: ...


def denoised(x: Tensor, eps: Tensor, alpha_bar: Tensor) -> Tensor:
    """x̂0 = (x_t − √(1−ᾱ) ε) / √ᾱ, not clipped."""
    return (x - (1 - alpha_bar) ** 0.5 * eps) / alpha_bar**0.5


def limited(x0: Tensor, config: SchedulerConfig) -> Tensor:
    """x̂0 clipped as a scheduler config asks: dynamic thresholding, a plain clip, or not at all."""
    if config.get("thresholding", False):
        ratio = config.get("dynamic_thresholding_ratio", 0.995)
        return dynamic_threshold(x0, ratio, config.get("sample_max_value", 1.0))
    if config.get("clip_sample", True):
        bound = config.get("clip_sample_range", 1.0)
        return x0.clamp(-bound, bound)
    return x0


def dynamic_threshold(x0: Tensor, ratio: float, most: float) -> Tensor:
    """Clip each picture at its own quantile s of |x̂0|, 1 ≤ s ≤ most, and divide by s (Imagen)."""
    flat = x0.flatten(1)
    s = torch.quantile(flat.abs(), ratio, dim=1).clamp(min=1, max=most).unsqueeze(1)
    return (torch.clamp(flat, -s, s) / s).reshape(x0.shape)


def interpolated_log_variance(v: Tensor, step: Pair) -> Tensor:
    """log σ² = f log β + (1−f) log β̃ with f = (v+1)/2 (Nichol & Dhariwal 2021, eq. 15)."""
    fraction = (v + 1) / 2
    return fraction * torch.log(step.beta) + (1 - fraction) * torch.log(step.posterior_variance)


def _spread(estimate: Estimate, step: Pair) -> Tensor:
    """σ of the added noise; a model without variance channels gets β̃."""
    if estimate.variance is None:
        return step.posterior_variance**0.5
    return torch.exp(0.5 * interpolated_log_variance(estimate.variance, step))


def _fixed_small_log(estimate: Estimate, step: Pair) -> Tensor:
    return torch.exp(0.5 * torch.log(step.posterior_variance))


_SPREADS: dict[str, Callable[[Estimate, Pair], Tensor]] = {
    "learned_range": _spread,
    "fixed_small": lambda _, step: step.posterior_variance**0.5,
    "fixed_small_log": _fixed_small_log,
    "fixed_large": lambda _, step: step.beta**0.5,
}


@dataclass(frozen=True)
class Ddpm:
    """Ancestral sampling (Ho et al. 2020, eq. 7) with the bits of DDPMScheduler in IF's pipelines.

    x̂0 is limited as the config says and t = 0 is evaluated too, without noise.
    """

    config: SchedulerConfig
    alphas_cumprod: Tensor
    runs_last_timestep: bool = SAMPLERS["ddpm"].runs_last_timestep

    def __call__(
        self, x: Tensor, estimate: Estimate, t: int, t_next: int | None, noise: Noise
    ) -> tuple[Tensor, Tensor]:
        step = pair(self.alphas_cumprod, t, t_next)
        x0 = limited(denoised(x, estimate.eps, step.alpha_bar), self.config)
        rest = 1 - step.alpha_bar
        x0_share = (step.alpha_bar_next**0.5 * step.beta) / rest
        x_share = step.alpha**0.5 * (1 - step.alpha_bar_next) / rest
        mean = x0_share * x0 + x_share * x
        if t == 0:
            return mean, x0
        spread = _SPREADS[self.config.get("variance_type", "fixed_small")]
        return mean + spread(estimate, step) * noise(), x0


@dataclass(frozen=True)
class Course:
    """Strided ancestral sampling: x̂0 not clipped, noise on every pair, the last pair ends it."""

    alphas_cumprod: Tensor
    runs_last_timestep: bool = SAMPLERS["course"].runs_last_timestep

    def __call__(
        self, x: Tensor, estimate: Estimate, t: int, t_next: int | None, noise: Noise
    ) -> tuple[Tensor, Tensor]:
        step = pair(self.alphas_cumprod, t, t_next)
        x0 = denoised(x, estimate.eps, step.alpha_bar)
        rest = 1 - step.alpha_bar
        mean = step.alpha_bar_next**0.5 * step.beta / rest * x0
        mean = mean + step.alpha**0.5 * (1 - step.alpha_bar_next) / rest * x
        return mean + _spread(estimate, step) * noise(), x0


@dataclass(frozen=True)
class Ddim:
    """Deterministic DDIM (Song et al. 2021, eq. 12, η = 0); equals DDIMScheduler on its spacing."""

    config: SchedulerConfig
    alphas_cumprod: Tensor
    runs_last_timestep: bool = SAMPLERS["ddim"].runs_last_timestep

    def __call__(
        self, x: Tensor, estimate: Estimate, t: int, t_next: int | None, noise: Noise
    ) -> tuple[Tensor, Tensor]:
        step = pair(self.alphas_cumprod, t, t_next)
        x0 = limited(denoised(x, estimate.eps, step.alpha_bar), self.config)
        direction = (1 - step.alpha_bar_next) ** 0.5 * estimate.eps
        return step.alpha_bar_next**0.5 * x0 + direction, x0


class DpmPlusPlus:
    """DPM-Solver++ (Lu et al. 2022), second order: diffusers' DPMSolverMultistepScheduler.

    It remembers the step before. `history` replays earlier steps, so that a branch continues with
    the bits of its parent and without a model call. `timesteps` is the whole chain, also for a
    branch.
    """

    runs_last_timestep = SAMPLERS["dpm++"].runs_last_timestep

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


RULES: dict[str, Callable[[SchedulerConfig, Sequence[int], History], UpdateRule]] = {
    "ddpm": lambda config, *_: Ddpm(config, alphas_cumprod(config)),
    "course": lambda config, *_: Course(alphas_cumprod(config)),
    "ddim": lambda config, *_: Ddim(config, alphas_cumprod(config)),
    "dpm++": DpmPlusPlus,
}
"""How to build the rule of each of :data:`engine.specs.samplers.SAMPLERS`."""


def make_rule(
    sampler: str,
    scheduler_config: SchedulerConfig,
    timesteps: Sequence[int],
    *,
    history: History = (),
) -> UpdateRule:
    """The named rule for a model's scheduler config and the whole chain of timesteps.

    Raises BadInput for an unknown sampler, or a model that does not predict ε.
    """
    kind = scheduler_config.get("prediction_type", "epsilon")
    if kind != "epsilon":
        raise BadInput(f"the model predicts {kind!r}; only 'epsilon' can be sampled")
    return RULES[_known(sampler).name](scheduler_config, timesteps, history)


def timesteps_for(sampler: str, steps: int, scheduler_config: SchedulerConfig) -> list[int]:
    """The chain of timesteps that `sampler` takes for `steps` model calls.

    One that does not run its last timestep, as `course`, has one entry more than steps, since it
    stops at its last pair. Raises BadInput for an unknown sampler or a number of steps out of
    range.
    """
    if _known(sampler).runs_last_timestep:
        return spaced(steps, scheduler_config)
    return course_timesteps(steps, train_steps(scheduler_config))


def _known(sampler: str) -> Sampler:
    if sampler not in SAMPLERS:
        raise BadInput(f"unknown sampler {sampler!r}; known are {', '.join(SAMPLERS)}")
    return SAMPLERS[sampler]
