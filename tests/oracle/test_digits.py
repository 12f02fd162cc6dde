"""Digits are sampled as diffusers' scheduler samples them, and as Euler's method by hand."""

import itertools

import pytest
import torch
from diffusers.schedulers.scheduling_ddpm import DDPMScheduler
from torch import Tensor

from engine.diffusion.denoiser import Estimate
from engine.diffusion.noise import NoiseSource
from engine.diffusion.sampler import loop
from engine.diffusion.schedule import alphas_cumprod
from engine.digits import sampling, sampling_process
from engine.digits.networks import DigitUNet
from tests.oracle.helpers import widest_gap


@pytest.fixture(scope="module")
def net() -> DigitUNet:
    """A small random network that knows ten classes."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return DigitUNet(4, timed=True, classes=10).eval()


@pytest.mark.parametrize("calls", [300, 20])
@torch.no_grad()
def test_ddpm_is_diffusers_scheduler(net: DigitUNet, calls: int) -> None:
    labels = torch.tensor([3, 8])
    process = sampling_process.ddpm()
    scheduler = DDPMScheduler(**sampling_process.scheduler(), timestep_spacing="linspace")
    scheduler.set_timesteps(calls)
    assert scheduler.timesteps.tolist() == process.chain(calls)
    generator = torch.Generator().manual_seed(5)
    x, states = torch.randn((1, *sampling.SHAPE), generator=generator), []
    rows = torch.nn.functional.one_hot(labels[:1], 10).float()
    for t in scheduler.timesteps.tolist():
        time = torch.tensor([(t + 1) / 300])
        plain, said = net(x, time, torch.zeros(1, 10)), net(x, time, rows)
        x = scheduler.step(plain + 3 * (said - plain), t, x, generator=generator).prev_sample
        states.append(x)
    ours = sampling.steps(
        net, process, NoiseSource.for_seeds(5, 1), labels[:1], guidance=3, calls=calls
    )
    assert widest_gap([step.x for step in ours], states) < 1e-4


def test_ddpm_is_the_sources_formula(net: DigitUNet) -> None:
    """x_{t-1} = √ᾱ_{t-1} β/(1−ᾱ_t) x̂0 + √α (1−ᾱ_{t-1})/(1−ᾱ_t) x_t + √β z, t = T … 1."""
    beta = torch.linspace(1e-4, 0.02, 300)
    bars = torch.cumprod(1 - beta, 0)
    source = NoiseSource.for_seeds(1, 1)
    x, states = source.draw(sampling.SHAPE), []
    with torch.no_grad():
        for t in range(300, 0, -1):
            eps = net(x, torch.tensor([t / 300]))
            bar, before = bars[t - 1], bars[t - 2] if t > 1 else torch.tensor(1.0)
            x0 = (x - (1 - bar).sqrt() * eps) / bar.sqrt()
            x = (
                before.sqrt() * beta[t - 1] / (1 - bar) * x0
                + (1 - beta[t - 1]).sqrt() * (1 - before) / (1 - bar) * x
            )
            if t > 1:
                x = x + beta[t - 1].sqrt() * source.draw(sampling.SHAPE)
            states.append(x)
    ours = sampling.steps(net, sampling_process.ddpm(), NoiseSource.for_seeds(1, 1))
    # β is read from a ratio of two fp32 ᾱ, which has three digits left where β is 1e-4
    assert widest_gap([step.x for step in ours], states) < 5e-3


@pytest.mark.parametrize("calls", [50, 300, 7])
def test_flow_is_eulers_method(calls: int) -> None:
    process = sampling_process.flow()

    def velocity(x: Tensor, tau: float) -> Tensor:
        return torch.sin(3 * x) + tau

    def said(x: Tensor, t: int) -> Estimate:
        tau = process.moment(t)
        return Estimate(**process.read(x, velocity(x, tau), tau))

    noise = NoiseSource.for_seeds(9, 2)
    start = noise.draw(sampling.SHAPE)
    times = [process.moment(t) for t in process.chain(calls)] + [1.0]
    x, states = start, []
    for now, then in itertools.pairwise(times):
        x = x + (then - now) * velocity(x, now)
        states.append(x)
    ours = list(loop(said, process.rule, start, process.chain(calls), noise))
    assert len(ours) == calls
    assert times[0] == 0.0
    assert widest_gap([step.x for step in ours], states) < 1e-6
    if 300 % calls == 0:
        assert [b - a for a, b in itertools.pairwise(times)] == pytest.approx([1 / calls] * calls)


def test_a_straight_flow_arrives_in_one_step_and_knows_its_ends() -> None:
    """Where every line leads to one picture, v = (x0 − x)/(1 − τ): exact at any step."""
    process, clean = sampling_process.flow(), torch.full((2, *sampling.SHAPE), 0.25)

    def said(x: Tensor, t: int) -> Estimate:
        tau = process.moment(t)
        return Estimate(**process.read(x, (clean - x) / (1 - tau), tau))

    noise = NoiseSource.for_seeds(9, 2)
    start = noise.draw(sampling.SHAPE)
    for calls in (1, 10):
        for step in loop(said, process.rule, start, process.chain(calls), noise):
            assert torch.allclose(step.x0, clean, atol=1e-5)
            assert torch.allclose(step.eps, start, atol=1e-4)
        assert torch.allclose(step.x, clean, atol=1e-5)


@pytest.mark.parametrize(("mean", "spread"), [(0.3, 0.5), (0.0, 2.0)])
def test_flow_makes_gaussian_data_of_gaussian_noise(mean: float, spread: float) -> None:
    """Where pixels are N(m, s²), E[x0 − ε | x] is known, and its flow ends in N(m, s²)."""
    process = sampling_process.flow()

    def said(x: Tensor, t: int) -> Estimate:
        tau = process.moment(t)
        rest = (x - tau * mean) / (tau**2 * spread**2 + (1 - tau) ** 2)
        velocity = mean + tau * spread**2 * rest - (1 - tau) * rest
        return Estimate(**process.read(x, velocity, tau))

    noise = NoiseSource.for_seeds(9, 20)
    *_, last = loop(said, process.rule, noise.draw(sampling.SHAPE), process.chain(300), noise)
    assert float(last.x.mean()) == pytest.approx(mean, abs=0.02 * max(1, spread))
    assert float(last.x.std()) == pytest.approx(spread, rel=0.02)


def test_ddpm_makes_gaussian_data_of_gaussian_noise() -> None:
    """ε̂ = √(1−ᾱ) x / (ᾱ s² + 1 − ᾱ) for pixels N(0, s²)."""
    process, spread = sampling_process.ddpm(), 0.5
    bars = alphas_cumprod(process.config)

    def said(x: Tensor, t: int) -> Estimate:
        bar = bars[t]
        return Estimate((1 - bar).sqrt() * x / (bar * spread**2 + 1 - bar))

    noise = NoiseSource.for_seeds(9, 20)
    *_, last = loop(said, process.rule, noise.draw(sampling.SHAPE), process.chain(300), noise)
    assert float(last.x.std()) == pytest.approx(spread, rel=0.03)
