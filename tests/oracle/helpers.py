"""What the oracle tests share: a run of our loop, and the widest gap between states."""

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor

from engine.diffusion.denoiser import Denoiser, Estimate
from engine.diffusion.noise import NoiseSource
from engine.diffusion.sampler import Step, loop
from engine.diffusion.update_rules import make_rule
from engine.specs import samplers

IF_CONFIG: dict[str, Any] = {
    "num_train_timesteps": 1000,
    "beta_schedule": "squaredcos_cap_v2",
    "variance_type": "learned_range",
    "thresholding": True,
    "dynamic_thresholding_ratio": 0.95,
    "sample_max_value": 1.5,
    "prediction_type": "epsilon",
    "timestep_spacing": "leading",
}
PLAIN_CONFIG = IF_CONFIG | {
    "thresholding": False,
    "clip_sample": False,
    "variance_type": "fixed_small",
}
SHAPE = (3, 16, 16)
SAMPLERS = samplers.NAMES


def widest_gap(ours: Iterable[Tensor], theirs: Iterable[Tensor]) -> float:
    """The largest absolute difference between two equally long lists of states."""
    return max(float((a - b).abs().max()) for a, b in zip(ours, theirs, strict=True))


def sample(
    denoiser: Denoiser,
    sampler: str,
    chain: Sequence[int],
    *,
    seed: int = 2718,
    count: int = 1,
    config: dict[str, Any] = IF_CONFIG,
) -> list[Step]:
    """A whole run from noise, on sources of its own."""
    noise = NoiseSource.for_seeds(seed, count)
    start = noise.draw(SHAPE)
    return list(loop(denoiser, make_rule(sampler, config, chain), start, chain, noise))


def wavy(x: Tensor, t: int) -> Estimate:
    """A denoiser that is no function of a model: smooth, depends on x and t, six channels."""
    eps = torch.sin(3 * x + t / 100) + 0.3 * x.roll(1, dims=-1)
    return Estimate(eps, torch.tanh(x.flip(-1) - t / 500))
