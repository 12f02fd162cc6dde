"""The samplers: one table, from which the fields of specs and their checks are made. Torch-free.

What each does is in :mod:`engine.diffusion.update_rules`; a new one is a line here and its rule
there.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal


@dataclass(frozen=True)
class Sampler:
    """``runs_last_timestep``: the model is asked at the last timestep too, else it only ends.

    ``multistep`` ones look back at the steps before, and cannot go up again in t.
    """

    name: str
    help: str
    runs_last_timestep: bool = True
    multistep: bool = False


SAMPLERS: dict[str, Sampler] = {
    sampler.name: sampler
    for sampler in (
        Sampler("ddpm", "ancestral, with the bits of diffusers' IF pipelines"),
        Sampler("course", "ancestral, x̂0 not clipped, ends at its last pair", False),
        Sampler("ddim", "deterministic, η = 0"),
        Sampler("dpm++", "deterministic, second order, DPM-Solver++", multistep=True),
    )
}
NAMES = tuple(SAMPLERS)

if TYPE_CHECKING:
    SamplerName = str
    SamplerOrAuto = str
else:
    SamplerName = Literal[NAMES]
    SamplerOrAuto = Literal[("auto", *NAMES)]


def steps_of(name: str, timesteps: int) -> int:
    """How many steps a sampler takes over a chain of so many timesteps."""
    return timesteps - (0 if SAMPLERS[name].runs_last_timestep else 1)


def single_step() -> tuple[str, ...]:
    """The names of those that may go up again in t, those that run the last timestep first."""
    able = (sampler for sampler in SAMPLERS.values() if not sampler.multistep)
    return tuple(s.name for s in sorted(able, key=lambda s: not s.runs_last_timestep))
