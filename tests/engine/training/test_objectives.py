"""Objectives against quantities that are known in closed form."""

import math

import pytest
import torch
from diffusers import DDPMScheduler

from engine.training.objectives import (
    FLOOR,
    Chances,
    Noising,
    coarse,
    halves,
    hybrid,
    log_normal,
    min_snr,
    min_snr_weight,
    uniform,
    variational_bound,
)


@pytest.fixture(scope="module")
def noising() -> Noising:
    """DeepFloyd's schedule."""
    return Noising(DDPMScheduler(beta_schedule="squaredcos_cap_v2").alphas_cumprod)


def test_noised_equals_the_schedulers_add_noise(noising: Noising) -> None:
    generator = torch.Generator().manual_seed(0)
    clean, noise = torch.randn(2, 4, 3, 8, 8, generator=generator)
    t = torch.tensor([0, 10, 500, 999])
    expected = DDPMScheduler(beta_schedule="squaredcos_cap_v2").add_noise(clean, noise, t)
    torch.testing.assert_close(noising.noised(clean, noise, t), expected)


def test_a_perfect_estimate_costs_nothing_when_its_variance_is_the_posterior(
    noising: Noising,
) -> None:
    generator = torch.Generator().manual_seed(0)
    clean = torch.rand(4, 3, 8, 8, generator=generator) * 1.8 - 0.9
    noise = torch.randn(clean.shape, generator=generator)
    t = torch.tensor([2, 100, 500, 900])
    noisy = noising.noised(clean, noise, t)
    posterior = -torch.ones_like(noise)
    estimate = torch.cat([noise, posterior], dim=1)
    losses = hybrid(noising, estimate, clean, noisy, noise, t)
    assert losses["simple"] == 0
    assert losses["bound"] == pytest.approx(0, abs=1e-4)
    middle = variational_bound(noising, noise, torch.zeros_like(noise), clean, noisy, t)
    assert (middle > 0).all()


def test_bound_reaches_the_variance_alone(noising: Noising) -> None:
    generator = torch.Generator().manual_seed(0)
    clean = torch.rand(2, 3, 4, 4, generator=generator)
    noise = torch.randn(clean.shape, generator=generator)
    t = torch.tensor([50, 300])
    noisy = noising.noised(clean, noise, t)
    estimate = (torch.zeros(2, 6, 4, 4)).requires_grad_()
    (gradient,) = torch.autograd.grad(
        hybrid(noising, estimate, clean, noisy, noise, t)["bound"], estimate
    )
    assert gradient[:, :3].abs().max() == 0
    assert gradient[:, 3:].abs().max() > 0


def test_timesteps_are_drawn_by_their_weight(noising: Noising) -> None:
    weight = min_snr_weight(noising.alphas_cumprod)
    assert weight[999] == 1
    assert weight[5] < FLOOR
    chances = noising.chances
    assert float(chances.sum()) == pytest.approx(1, abs=1e-5)
    assert float(chances.min() / chances.max()) == pytest.approx(FLOOR)
    drawn = noising.draw(20_000, torch.Generator().manual_seed(0))
    share = float((drawn < 270).float().mean())
    expected = float(chances[:270].sum())
    assert math.isclose(share, expected, abs_tol=4 * math.sqrt(expected / 20_000))


def test_log_normal_draws_have_the_mean_and_spread_of_log_sigma(noising: Noising) -> None:
    alphas = noising.alphas_cumprod
    log_sigma = ((1 - alphas) / alphas).log() / 2
    chances = log_normal(alphas)
    mean = float((chances * log_sigma).sum())
    assert mean == pytest.approx(-1.2, abs=0.05)
    spread = float((chances * (log_sigma - mean).square()).sum().sqrt())
    assert spread == pytest.approx(1.2, abs=0.05)


@pytest.mark.parametrize("chances", [min_snr, uniform, log_normal, halves(uniform, min_snr)])
def test_evening_makes_any_draw_an_estimate_under_uniform_timesteps(
    noising: Noising, chances: Chances
) -> None:
    own = Noising(noising.alphas_cumprod, chances)
    assert float(own.chances.sum()) == pytest.approx(1, abs=1e-5)
    some = torch.linspace(3, -1, 1000)
    assert float((own.chances * own.evening * some).sum()) == pytest.approx(1, abs=1e-3)


def test_halves_are_half_of_either(noising: Noising) -> None:
    both = halves(uniform, log_normal)(noising.alphas_cumprod)
    low = log_normal(noising.alphas_cumprod)[:100].sum()
    assert float(both[:100].sum()) == pytest.approx(float(low + 0.1) / 2, abs=1e-5)


def test_the_coarse_loss_counts_as_often_as_is_asked(noising: Noising) -> None:
    generator = torch.Generator().manual_seed(0)
    clean, noise = torch.randn(2, 2, 3, 8, 8, generator=generator)
    t = torch.tensor([600, 900])
    parts = noising, torch.zeros(2, 6, 8, 8), clean, noising.noised(clean, noise, t), noise, t
    none, half, full = (hybrid(*parts, (4,), weight)["loss"] for weight in (0.0, 0.5, 1.0))
    assert none < half < full
    assert float(half - none) == pytest.approx(float(full - half), rel=1e-4)


def test_coarse_weighs_what_a_region_shares_and_hardly_sees_what_it_does_not() -> None:
    shared = torch.full((2, 3, 16, 16), 0.5)
    rows = torch.tensor([1.0, -1.0]).repeat(8).view(1, 1, 16, 1).expand(2, 3, 16, 16)
    assert coarse(shared, (4, 16)) == pytest.approx(0.25 * (4 + 16))
    assert coarse(rows, (4, 16)) == 0
    assert coarse(shared, ()) == 0
