"""The samplers by name: which update rule each is, and which timesteps it takes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.diffusion.dpmpp import DpmPlusPlus, History
from engine.diffusion.schedule import (
    SchedulerConfig,
    alphas_cumprod,
    course_timesteps,
    spaced,
    train_steps,
)
from engine.diffusion.update_rules import Course, Ddim, Ddpm, UpdateRule
from engine.errors import BadInput


@dataclass(frozen=True)
class Sampler:
    """How to build one update rule, and which timesteps it takes for a number of steps."""

    build: Callable[[SchedulerConfig, Sequence[int], History], UpdateRule]
    timesteps: Callable[[int, SchedulerConfig], list[int]]


SAMPLERS: dict[str, Sampler] = {
    "ddpm": Sampler(lambda config, *_: Ddpm(config, alphas_cumprod(config)), spaced),
    "course": Sampler(
        lambda config, *_: Course(alphas_cumprod(config)),
        lambda steps, config: course_timesteps(steps, train_steps(config)),
    ),
    "ddim": Sampler(lambda config, *_: Ddim(config, alphas_cumprod(config)), spaced),
    "dpm++": Sampler(DpmPlusPlus, spaced),
}


def _sampler(name: str) -> Sampler:
    if name not in SAMPLERS:
        raise BadInput(f"unknown sampler {name!r}; known are {', '.join(SAMPLERS)}")
    return SAMPLERS[name]


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
    return _sampler(sampler).build(scheduler_config, timesteps, history)


def timesteps_for(sampler: str, steps: int, scheduler_config: SchedulerConfig) -> list[int]:
    """The chain of timesteps that `sampler` takes for `steps` model calls.

    `course` has one entry more than steps, since it stops at its last pair. Raises BadInput for
    an unknown sampler or a number of steps out of range.
    """
    return _sampler(sampler).timesteps(steps, scheduler_config)
