"""Inpainting where the answer is known: two pixels that go together, and one of them is given.

The two channels of every pixel are x0 ~ N(0, Σ) with spread s and correlation ρ, for which ε̂ is
known in closed form. Given a in the first, the second is N(ρ a, s² (1−ρ²)). Putting known pixels
back is only near to that; going back up in t comes nearer (Lugmayr et al. 2022, section 4.2).
"""

from typing import Any

import pytest
import torch
from torch import Tensor

from engine.diffusion.denoiser import Estimate
from engine.diffusion.inpaint import HOOKS, KnownPixels, begin, known_noise, limits
from engine.diffusion.noise import NoiseSource
from engine.diffusion.sampler import loop
from engine.diffusion.update_rules import make_rule, timesteps_for
from engine.specs import Inpaint
from tests.oracle.helpers import PLAIN_CONFIG
from tests.support.noise_schedule import squaredcos_alphas_cumprod

GIVEN, SPREAD, CORRELATION = 0.6, 0.4, 0.9
WANTED = CORRELATION * GIVEN
BARS = squaredcos_alphas_cumprod()
COVARIANCE = SPREAD**2 * torch.tensor([[1, CORRELATION], [CORRELATION, 1]])
SHAPE = (2, 64, 64)


def gaussian(x: Tensor, t: int) -> Estimate:
    """ε̂ = √(1−ᾱ) (ᾱ Σ + (1−ᾱ) I)⁻¹ x."""
    bar = BARS[t]
    inverse = torch.linalg.inv(bar * COVARIANCE + (1 - bar) * torch.eye(2))
    return Estimate((1 - bar) ** 0.5 * torch.einsum("ij,bjhw->bihw", inverse, x))


def mean(**fields: Any) -> float:
    """Of the second channel, the first given, over 4096 pixels."""
    spec = Inpaint.parse({"image": "a", "mask": "b"} | fields)
    assert isinstance(spec, Inpaint)
    config = limits(spec.method, PLAIN_CONFIG)
    whole = [*timesteps_for(spec.rule, spec.steps, config), None]
    chain = [t for i in spec.visits() if (t := whole[spec.step_count - 1 - i]) is not None]
    mask = torch.tensor([0.0, 1.0]).view(1, 2, 1, 1)
    known = KnownPixels(torch.full((1, *SHAPE), GIVEN), mask, BARS, known_noise(1, 1))
    noise = NoiseSource.for_seeds(1, 1)
    x = begin(spec.method, known, noise.draw(SHAPE), chain[0])
    rule = make_rule(spec.rule, config, chain)
    hooks = [HOOKS[spec.method](known)]
    steps = list(loop(gaussian, rule, x, chain, noise, hooks=hooks, alphas_cumprod=BARS))
    return float(steps[-1].x[0, 1].mean())


@pytest.mark.parametrize("method", HOOKS)
def test_without_going_back_the_given_pixel_counts_for_too_little(method: str) -> None:
    assert 0.5 * WANTED < mean(method=method, resample=1) < 0.75 * WANTED


def test_more_steps_alone_do_not_help() -> None:
    assert mean(method="course", steps=303) < 0.75 * WANTED


def test_going_back_comes_nearer_the_more_often_it_is_done() -> None:
    once, thrice, often = (mean(method="repaint", jump=5, resample=n) for n in (1, 3, 10))
    assert once + 0.03 < thrice < often < WANTED
    assert often > 0.85 * WANTED


def test_short_jumps_repeated_come_to_the_answer() -> None:
    assert mean(method="repaint", jump=1, resample=20, steps=66) == pytest.approx(WANTED, rel=0.03)
