"""The noise schedule as pure fp32 functions of timesteps; nothing here holds state.

Notation: ᾱ_t is `alphas_cumprod[t]`, T the number of training timesteps, and for a pair t > t'
of a respaced chain α = ᾱ_t / ᾱ_t', β = 1 − α (not the scheduler's own per-timestep α and β).
"""

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from engine.errors import BadInput

SchedulerConfig = Mapping[str, Any]


@dataclass(frozen=True)
class Pair:
    """What an update from t to t' needs: 0-d fp32 tensors. ᾱ' is 1 after the last timestep."""

    alpha_bar: Tensor
    alpha_bar_next: Tensor
    alpha: Tensor
    beta: Tensor

    @property
    def posterior_variance(self) -> Tensor:
        """β̃ = (1−ᾱ')/(1−ᾱ) β, floored at 1e-20 since its logarithm is taken (Ho et al. 2020)."""
        return torch.clamp((1 - self.alpha_bar_next) / (1 - self.alpha_bar) * self.beta, min=1e-20)


def _squaredcos_betas(train_steps: int) -> Tensor:
    """The cosine schedule (Nichol & Dhariwal 2021), β capped at 0.999, as IF has it."""

    def alpha_bar(fraction: float) -> float:
        return math.cos((fraction + 0.008) / 1.008 * math.pi / 2) ** 2

    ratios = (
        alpha_bar((i + 1) / train_steps) / alpha_bar(i / train_steps) for i in range(train_steps)
    )
    return torch.tensor([min(1 - ratio, 0.999) for ratio in ratios], dtype=torch.float32)


def _linear_betas(train_steps: int, start: float, end: float) -> Tensor:
    return torch.linspace(start, end, train_steps, dtype=torch.float32)


_BETAS: dict[str, Callable[[int, float, float], Tensor]] = {
    "squaredcos_cap_v2": lambda train_steps, _start, _end: _squaredcos_betas(train_steps),
    "linear": _linear_betas,
    "scaled_linear": lambda n, start, end: _linear_betas(n, start**0.5, end**0.5) ** 2,
}


def alphas_cumprod(config: SchedulerConfig) -> Tensor:
    """ᾱ (T,) fp32 on the CPU for a diffusers scheduler config, bit for bit what diffusers has.

    Raises BadInput for a schedule that is not known.
    """
    name = config.get("beta_schedule", "linear")
    if config.get("trained_betas") is not None:
        betas = torch.tensor(config["trained_betas"], dtype=torch.float32)
    elif name in _BETAS and not config.get("rescale_betas_zero_snr", False):
        start, end = config.get("beta_start", 1e-4), config.get("beta_end", 0.02)
        betas = _BETAS[name](train_steps(config), start, end)
    else:
        raise BadInput(f"unknown noise schedule {name!r}; known are {', '.join(_BETAS)}")
    return torch.cumprod(1.0 - betas, dim=0)


def train_steps(config: SchedulerConfig) -> int:
    """T, the number of timesteps that the model was trained on."""
    return int(config.get("num_train_timesteps", 1000))


def pair(alphas_cumprod: Tensor, t: int, t_next: int | None) -> Pair:
    """Coefficients of the step t → t'; t' = None is the step to the clean picture (ᾱ' = 1)."""
    alpha_bar = alphas_cumprod[t]
    alpha_bar_next = torch.tensor(1.0) if t_next is None else alphas_cumprod[t_next]
    alpha = alpha_bar / alpha_bar_next
    return Pair(alpha_bar, alpha_bar_next, alpha, 1 - alpha)


def snr(alphas_cumprod: Tensor, t: int) -> float:
    """Signal to noise ratio ᾱ_t / (1 − ᾱ_t)."""
    return float(alphas_cumprod[t] / (1 - alphas_cumprod[t]))


def leading_timesteps(steps: int, train_steps: int = 1000, offset: int = 0) -> list[int]:
    """`steps` timesteps a whole stride apart, ending at `offset`: 20 of 1000 are 950, 900 … 0."""
    _within(steps, train_steps)
    stride = train_steps // steps
    return [i * stride + offset for i in reversed(range(steps))]


def linspace_timesteps(steps: int, train_steps: int = 1000) -> list[int]:
    """`steps` timesteps from T−1 to 0, both included (one step: 0)."""
    _within(steps, train_steps)
    points = torch.linspace(0, train_steps - 1, steps, dtype=torch.float64)
    return [round(p) for p in reversed(points.tolist())]


def trailing_timesteps(steps: int, train_steps: int = 1000) -> list[int]:
    """`steps` timesteps beginning at T−1 (Lin et al. 2023)."""
    _within(steps, train_steps)
    return [round(train_steps - i * train_steps / steps) - 1 for i in range(steps)]


def course_timesteps(steps: int, train_steps: int = 1000) -> list[int]:
    """`steps` + 1 evenly spaced timesteps from 0.99 T to 0: 33 steps are 990, 960 … 30, 0."""
    first = train_steps * 99 // 100
    _within(steps, first)
    return [round(first * (steps - i) / steps) for i in range(steps + 1)]


def spaced(steps: int, config: SchedulerConfig) -> list[int]:
    """`steps` timesteps in the spacing that a diffusers scheduler config names."""
    total, spacing = train_steps(config), config.get("timestep_spacing", "leading")
    spacings: dict[str, Callable[[], list[int]]] = {
        "leading": lambda: leading_timesteps(steps, total, config.get("steps_offset", 0)),
        "linspace": lambda: linspace_timesteps(steps, total),
        "trailing": lambda: trailing_timesteps(steps, total),
    }
    if spacing not in spacings:
        raise BadInput(f"unknown timestep spacing {spacing!r}; known are {', '.join(spacings)}")
    return spacings[spacing]()


def strictly_decreasing(timesteps: Sequence[int], train_steps: int = 1000) -> list[int]:
    """The same timesteps, or BadInput where they are not a chain from noise to picture."""
    falling = all(a > b for a, b in itertools.pairwise(timesteps))
    if not timesteps or not falling or timesteps[0] >= train_steps or timesteps[-1] < 0:
        raise BadInput(
            f"timesteps must fall strictly within {train_steps - 1} … 0, not {list(timesteps)}"
        )
    return list(timesteps)


def _within(steps: int, most: int) -> None:
    if not 1 <= steps <= most:
        raise BadInput(f"steps must be between 1 and {most}, not {steps}")
