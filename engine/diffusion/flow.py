"""Flow matching on the one loop (Lipman et al. 2023; Liu et al. 2023): straight lines to pictures.

The state at time τ in [0, 1] is x = (1−τ) ε + τ x0, from noise ε to the picture x0; the network
says the velocity x0 − ε. Timesteps count down as in diffusion: τ = 1 − t/T, so T is noise.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.diffusion.denoiser import Estimate
from engine.diffusion.schedule import SchedulerConfig
from engine.diffusion.update_rules import Noise
from engine.errors import BadInput


def between(noise: Tensor, clean: Tensor, tau: Tensor) -> Tensor:
    """(1−τ) ε + τ x0 for noise and pictures (B, C, H, W) and times (B,) in [0, 1]."""
    share = tau.view(-1, 1, 1, 1)
    return (1 - share) * noise + share * clean


def eps_from_velocity(x: Tensor, velocity: Tensor, tau: float) -> Tensor:
    """ε̂ = x − τ v of a state x (B, C, H, W) and its velocity; linear in v, as x̂0 = x + (1−τ) v."""
    return x - tau * velocity


def flow_timesteps(steps: int, total: int) -> list[int]:
    """`steps` timesteps from T down, evenly spaced, and exactly so where steps divides T."""
    if not 1 <= steps <= total:
        raise BadInput(f"steps must be between 1 and {total}, not {steps}")
    return [round(total * (steps - i) / steps) for i in range(steps)]


def flow_scheduler(total: int) -> SchedulerConfig:
    """The schedule of t = 0 … T in the form of diffusion's, as a diffusers scheduler config.

    Its ᾱ is τ² / (τ² + (1−τ)²), at which diffusion has the same signal to noise ratio.
    """
    tau = 1 - torch.arange(total + 1, dtype=torch.float64) / total
    alphas_cumprod = tau.square() / (tau.square() + (1 - tau).square())
    betas = 1 - alphas_cumprod / torch.cat([torch.ones(1), alphas_cumprod[:-1]])
    return {"num_train_timesteps": total + 1, "trained_betas": betas.tolist()}


@dataclass(frozen=True)
class Euler:
    """x' = x + (τ' − τ) v; the last step ends at the picture. Draws no noise."""

    total: int
    runs_last_timestep: bool = True

    def __call__(
        self, x: Tensor, estimate: Estimate, t: int, t_next: int | None, noise: Noise
    ) -> tuple[Tensor, Tensor]:
        """As any rule; the estimate must have a velocity."""
        velocity = estimate.velocity
        assert velocity is not None
        dt = (t - (t_next or 0)) / self.total
        return x + dt * velocity, x + (t / self.total) * velocity
