"""Timesteps and coefficients, against diffusers' own and against numbers worked out by hand."""

import pytest
import torch
from diffusers.schedulers.scheduling_ddpm import DDPMScheduler

from engine.diffusion import schedule
from engine.errors import BadInput
from tests.support.noise_schedule import squaredcos_alphas_cumprod


@pytest.mark.parametrize("spacing", ["leading", "linspace", "trailing"])
@pytest.mark.parametrize("steps", [1, 3, 7, 20, 30, 100, 1000])
def test_spacings_are_diffusers_own(spacing: str, steps: int) -> None:
    theirs = DDPMScheduler(timestep_spacing=spacing)
    theirs.set_timesteps(steps)
    assert schedule.spaced(steps, theirs.config) == theirs.timesteps.tolist()


@pytest.mark.parametrize("name", ["squaredcos_cap_v2", "linear", "scaled_linear"])
def test_alphas_cumprod_are_diffusers_own(name: str) -> None:
    theirs = DDPMScheduler(beta_schedule=name)
    assert torch.equal(schedule.alphas_cumprod(theirs.config), theirs.alphas_cumprod)


def test_if_spacing() -> None:
    assert schedule.leading_timesteps(20)[:2] == [950, 900]
    assert schedule.leading_timesteps(30)[0] == 957
    assert schedule.leading_timesteps(100)[0] == 990


def test_course_spacing() -> None:
    assert schedule.course_timesteps(33) == list(range(990, -1, -30))
    assert schedule.course_timesteps(1) == [990, 0]
    assert len(set(schedule.course_timesteps(990))) == 991


@pytest.mark.parametrize("steps", [0, -1, 1001, 10**9])
def test_steps_out_of_range(steps: int) -> None:
    for timesteps in (schedule.leading_timesteps, schedule.course_timesteps):
        with pytest.raises(BadInput, match="steps must be between"):
            timesteps(steps)


@pytest.mark.parametrize("chain", [[], [5, 5], [3, 7], [1000, 0], [5, -1]])
def test_a_chain_must_fall(chain: list[int]) -> None:
    with pytest.raises(BadInput, match="fall strictly"):
        schedule.strictly_decreasing(chain)


def test_the_step_to_the_clean_picture_has_no_variance() -> None:
    step = schedule.pair(squaredcos_alphas_cumprod(), 0, None)
    assert float(step.alpha_bar_next) == 1.0
    assert float(step.posterior_variance) == pytest.approx(1e-20)


def test_everything_is_finite_in_float32_at_both_ends() -> None:
    bars = squaredcos_alphas_cumprod()
    for t, t_next in [(999, 998), (1, 0), (999, 0), (0, None)]:
        step = schedule.pair(bars, t, t_next)
        assert torch.isfinite(torch.log(step.beta))
        assert torch.isfinite(torch.log(step.posterior_variance))
    assert schedule.snr(bars, 0) > 1e4 > schedule.snr(bars, 500) > schedule.snr(bars, 999) > 0


def test_an_unknown_schedule_says_which_are_known() -> None:
    with pytest.raises(BadInput, match="squaredcos_cap_v2"):
        schedule.alphas_cumprod({"beta_schedule": "wobbly"})
