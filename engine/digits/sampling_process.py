"""How the objectives of digit models are sampled: which rule, which timesteps, what is said.

Pictures are (B, 1, 28, 28), black 0 and white 1.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from engine.diffusion.flow import Euler, eps_from_velocity, flow_scheduler, flow_timesteps
from engine.diffusion.schedule import SchedulerConfig, alphas_cumprod, linspace_timesteps
from engine.diffusion.update_rules import Ddpm, UpdateRule
from engine.errors import BadInput

TIMESTEPS = 300
"""T of both objectives; of flow matching it only numbers the times that a step can begin at."""
EULER = 50
"""The course's Euler steps of a model of time."""


@dataclass(frozen=True)
class Process:
    """How an objective is sampled: its rule, its chains, and what a network's output says.

    `config` is the schedule as a diffusers scheduler config, with ᾱ at every timestep t of a chain;
    `moment` gives the network's time input in [0, 1]; `calls` is the course's number of model
    calls.
    """

    calls: int
    rule: UpdateRule
    config: SchedulerConfig
    chain: Callable[[int], list[int]]
    moment: Callable[[int], float]
    read: Callable[[Tensor, Tensor, float], dict[str, Tensor]]


def scheduler(timesteps: int = TIMESTEPS) -> dict[str, Any]:
    """DDPM's schedule as a diffusers scheduler config: β from 1e-4 to 0.02, variance β, no clip."""
    return {
        "num_train_timesteps": timesteps, "beta_schedule": "linear", "beta_start": 1e-4,
        "beta_end": 0.02, "variance_type": "fixed_large", "clip_sample": False,
    }  # fmt: skip


def ddpm(timesteps: int = TIMESTEPS) -> Process:
    """The source's loop over t = T … 1; t − 1 indexes ᾱ, as in diffusers, and numbers the steps.

    Fewer steps than T are evenly spaced, the first and the last timestep among them.
    """
    config = scheduler(timesteps)

    def chain(steps: int) -> list[int]:
        if not 2 <= steps <= timesteps:
            raise BadInput(f"steps must be between 2 and {timesteps}, not {steps}")
        return linspace_timesteps(steps, timesteps)

    def read(x: Tensor, out: Tensor, moment: float) -> dict[str, Tensor]:
        return {"eps": out}

    rule = Ddpm(config, alphas_cumprod(config))
    return Process(timesteps, rule, config, chain, lambda t: (t + 1) / timesteps, read)


def flow(timesteps: int = TIMESTEPS) -> Process:
    """Euler steps along the velocity, from τ = 0 (noise, t = T) to τ = 1 (t = 0)."""

    def read(x: Tensor, out: Tensor, moment: float) -> dict[str, Tensor]:
        return {"eps": eps_from_velocity(x, out, moment), "velocity": out}

    return Process(
        EULER, Euler(timesteps), flow_scheduler(timesteps),
        lambda steps: flow_timesteps(steps, timesteps), lambda t: 1 - t / timesteps, read,
    )  # fmt: skip


def process(objective: str, timesteps: int = TIMESTEPS, calls: int = 0) -> Process:
    """The process of an objective, ddpm with T = `timesteps`.

    Flow matching has no T: its times are numbered by TIMESTEPS, or by more where there are more
    calls.
    """
    return ddpm(timesteps) if objective == "ddpm" else flow(max(TIMESTEPS, calls))
