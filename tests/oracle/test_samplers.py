"""The course's sampler from its formulas; for all: batches, and going on from the middle."""

import itertools
import math
from collections.abc import Sequence
from typing import Any

import pytest
import torch
from torch import Tensor

from engine.diffusion.denoiser import Denoiser, Estimate
from engine.diffusion.noise import NoiseSource
from engine.diffusion.sampler import Step, loop
from engine.diffusion.update_rules import make_rule, timesteps_for
from engine.specs.samplers import SAMPLERS
from tests.support.noise_schedule import squaredcos_alphas_cumprod

CONFIG: dict[str, Any] = {
    "beta_schedule": "squaredcos_cap_v2",
    "variance_type": "learned_range",
    "prediction_type": "epsilon",
    "thresholding": False,
    "clip_sample": False,
}
SHAPE = (1, 4, 4)


def wavy(x: Tensor, t: int) -> Estimate:
    """A denoiser with no meaning: smooth, of the right size, with variance channels."""
    return Estimate(torch.sin(3 * x + t / 100), torch.cos(x * 2))


def run(
    sampler: str,
    denoiser: Denoiser,
    steps: int,
    count: int = 2,
    chain: Sequence[int] | None = None,
    seed: int = 7,
) -> list[Step]:
    timesteps = list(chain or timesteps_for(sampler, steps, CONFIG))
    noise = NoiseSource.for_seeds(seed, count)
    rule = make_rule(sampler, CONFIG, timesteps)
    return list(loop(denoiser, rule, noise.draw(SHAPE), timesteps, noise))


def test_course_equals_its_formulas_written_again() -> None:
    bars = squaredcos_alphas_cumprod().double()
    generator = torch.Generator().manual_seed(7)
    x = torch.randn((1, *SHAPE), generator=generator).double()
    times = list(range(990, -1, -30))
    for t, s in itertools.pairwise(times):
        estimate = wavy(x.float(), t)
        assert estimate.variance is not None
        a, b = bars[t], bars[s]
        alpha = a / b
        beta = 1 - alpha
        clean = (x - math.sqrt(1 - a) * estimate.eps) / math.sqrt(a)
        tilde = (1 - b) / (1 - a) * beta
        f = (estimate.variance.double() + 1) / 2
        sigma = torch.exp(0.5 * (f * beta.log() + (1 - f) * tilde.log()))
        x = math.sqrt(b) * beta / (1 - a) * clean + math.sqrt(alpha) * (1 - b) / (1 - a) * x
        x = x + sigma * torch.randn((1, *SHAPE), generator=generator)
    ours = run("course", wavy, 33, count=1)
    assert [s.timestep for s in ours] == times[:-1]
    assert (ours[-1].x - x).abs().max() <= 1e-4 * x.abs().max()


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_sample_of_a_batch_is_the_sample_alone(sampler: str) -> None:
    together, alone = run(sampler, wavy, 8, count=3), run(sampler, wavy, 8, count=1, seed=9)
    assert (together[-1].x[2] - alone[-1].x[0]).abs().max() <= 1e-5


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("at", [1, 4, 7])
def test_going_on_from_the_middle_is_the_uninterrupted_run(sampler: str, at: int) -> None:
    whole = run(sampler, wavy, 8)
    chain = timesteps_for(sampler, 8, CONFIG)
    noise, counted = NoiseSource.for_seeds(7, 2), NoiseSource.for_seeds(7, 2)
    first = make_rule(sampler, CONFIG, chain)
    steps = loop(wavy, first, counted.draw(SHAPE), chain, counted)
    for _ in range(at):
        next(steps)
    noise.skip(counted.drawn, SHAPE)
    history = [(s.timestep, s.x_before, s.eps) for s in whole[:at]]
    rule = make_rule(sampler, CONFIG, chain, history=history)
    rest = list(loop(wavy, rule, whole[at - 1].x, chain[at:], noise, first_index=at))
    assert torch.equal(rest[-1].x, whole[-1].x)
    assert [s.index for s in rest] == [s.index for s in whole[at:]]
