"""A denoiser in closed form: for Gaussian data the samples' mean and spread are known.

For x0 ~ N(m, s²) per pixel, ε̂(x, t) = √(1−ᾱ) (x − √ᾱ m) / (ᾱ s² + 1 − ᾱ), and the variance of
x_t' given x_t is β̃ + (√ᾱ' β / (1−ᾱ))² s² (1−ᾱ) / (ᾱ s² + 1 − ᾱ). Given as the model's v, it makes
the ancestral samplers exact for any number of steps.
"""

import itertools
import math

import pytest
import torch
from torch import Tensor

from engine.diffusion.denoiser import Denoiser, Estimate
from engine.diffusion.schedule import course_timesteps, pair
from tests.oracle.helpers import PLAIN_CONFIG, sample
from tests.support.noise_schedule import squaredcos_alphas_cumprod

MEAN, SPREAD, COUNT = 0.3, 0.4, 24
BARS = squaredcos_alphas_cumprod()
LEARNED = PLAIN_CONFIG | {"variance_type": "learned_range"}


def gaussian(chain: list[int]) -> Denoiser:
    following = dict(itertools.pairwise(chain))

    def denoise(x: Tensor, t: int) -> Estimate:
        bar = BARS[t]
        eps = (1 - bar) ** 0.5 * (x - bar**0.5 * MEAN) / (bar * SPREAD**2 + 1 - bar)
        return Estimate(eps, torch.full_like(x, exact_v(t, following.get(t))))

    return denoise


def exact_v(t: int, t_next: int | None) -> float:
    step = pair(BARS.double(), t, t_next)
    bar, beta, tilde = (float(n) for n in (step.alpha_bar, step.beta, step.posterior_variance))
    share = float(step.alpha_bar_next) ** 0.5 * beta / (1 - bar)
    variance = tilde + share**2 * SPREAD**2 * (1 - bar) / (bar * SPREAD**2 + 1 - bar)
    return 2 * math.log(variance / tilde) / math.log(beta / tilde) - 1


def final(sampler: str, steps: int) -> Tensor:
    chain = course_timesteps(steps)
    return sample(gaussian(chain), sampler, chain, count=COUNT, config=LEARNED)[-1].x


@pytest.mark.parametrize(
    ("sampler", "steps"), [("ddpm", 4), ("ddpm", 33), ("course", 4), ("course", 33)]
)
def test_ancestral_samplers_are_exact_for_any_number_of_steps(sampler: str, steps: int) -> None:
    x = final(sampler, steps)
    error = SPREAD / x.numel() ** 0.5
    assert float(x.mean()) == pytest.approx(MEAN, abs=4 * error)
    assert float(x.std()) == pytest.approx(SPREAD, abs=4 * error / 2**0.5)


@pytest.mark.parametrize("sampler", ["ddim", "dpm++"])
def test_ode_samplers_come_to_the_data_s_mean_and_spread(sampler: str) -> None:
    x = final(sampler, 330)
    assert float(x.mean()) == pytest.approx(MEAN, abs=4 * SPREAD / x.numel() ** 0.5)
    assert float(x.std()) == pytest.approx(SPREAD, rel=0.02)


def test_ancestral_sampling_without_variance_channels_is_too_narrow() -> None:
    """β̃, exact for a single point, is less than the variance that data with a spread needs."""
    chain = course_timesteps(33)

    def bare(x: Tensor, t: int) -> Estimate:
        return Estimate(gaussian(chain)(x, t).eps)

    x = sample(bare, "course", chain, count=COUNT, config=LEARNED)[-1].x
    assert 0.8 * SPREAD < float(x.std()) < 0.97 * SPREAD
