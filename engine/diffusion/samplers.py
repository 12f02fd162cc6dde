"""A sampler by its name: the update rule for a model, and the timesteps that it takes."""

from collections.abc import Sequence

from engine.diffusion.schedule import SchedulerConfig, course_timesteps, spaced, train_steps
from engine.diffusion.update_rules import RULES, History, UpdateRule
from engine.errors import BadInput
from engine.specs.samplers import SAMPLERS, Sampler


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
