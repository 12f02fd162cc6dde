"""Samples that begin apart: who is asked at each step, and what the others are meanwhile."""

import pytest
import torch
from torch import Tensor

from engine.diffusion.denoiser import Estimate
from engine.diffusion.noise import NoiseSource, forward
from engine.diffusion.per_sample_starts import Start, stagger
from engine.diffusion.sampler import Step, loop
from engine.diffusion.update_rules import make_rule
from tests.support.noise_schedule import squaredcos_alphas_cumprod

CONFIG = {"beta_schedule": "squaredcos_cap_v2", "variance_type": "learned_range"}
BARS, SHAPE = squaredcos_alphas_cumprod(), (3, 4, 4)
CHAINS = [(900, 600, 300, 0), (600, 300, 0), (450, 300, 0)]


class Asked:
    """A model that remembers how many samples it was shown at each timestep."""

    def __init__(self, guided: bool = False) -> None:
        self.counts: dict[int, int] = {}
        self.guided = guided

    def __call__(self, x: Tensor, t: int) -> Estimate:
        self.counts[t] = len(x)
        eps = 0.5 * x
        halves = (eps - 1, eps + 1) if self.guided else (None, eps)
        return Estimate(eps, torch.zeros_like(x), *halves)


def run(model: Asked, sampler: str = "ddpm") -> tuple[list[Step], Start, NoiseSource]:
    noise = NoiseSource.for_seeds(3, len(CHAINS))
    eps = noise.draw(SHAPE)
    start = Start(torch.linspace(-1, 1, 48).reshape(1, *SHAPE).expand_as(eps), eps, CHAINS, BARS)
    batch = stagger(model, [make_rule(sampler, CONFIG, c) for c in CHAINS], start, noise)
    steps = list(loop(batch.denoiser, batch.rule, batch.x, batch.chain, noise))
    return steps, start, noise


def test_the_chain_is_that_of_all_samples_together() -> None:
    steps, *_ = run(Asked())
    assert [s.timestep for s in steps] == [900, 600, 450, 300, 0]


def test_the_model_sees_a_sample_only_at_its_own_timesteps() -> None:
    model = Asked()
    run(model)
    assert model.counts == {900: 1, 600: 2, 450: 1, 300: 3, 0: 3}
    assert sum(model.counts.values()) == sum(map(len, CHAINS))


def test_a_sample_that_has_not_begun_is_its_original_under_the_noise_of_the_step() -> None:
    steps, start, _ = run(Asked())
    first = steps[0]
    assert torch.equal(first.x[1:2], start.at(1, 600))
    assert torch.equal(first.x[2:], forward(start.original[2:], 600, start.eps[2:], BARS))
    assert torch.equal(first.x0[1:], start.original[1:])
    assert torch.equal(first.eps[1:], start.eps[1:])
    assert torch.equal(steps[1].x[2:], start.at(2, 450))


def test_a_sample_between_its_own_timesteps_rests() -> None:
    steps, *_ = run(Asked())
    before, during = steps[1], steps[2]
    assert during.timestep == 450
    assert torch.equal(during.x[:2], before.x[:2])
    assert torch.equal(during.x0[:2], before.x0[:2])
    assert torch.equal(during.eps[:2], before.eps[:2])
    assert not torch.equal(steps[3].x[:2], during.x[:2])


def test_each_sample_draws_for_its_own_steps_alone() -> None:
    assert run(Asked())[2].drawn == (4, 3, 3)
    assert run(Asked(), "course")[2].drawn == (4, 3, 3)
    assert run(Asked(), "ddim")[2].drawn == (1, 1, 1)


def test_guidance_says_nothing_of_a_sample_that_has_not_begun() -> None:
    first = run(Asked(guided=True))[0][0]
    assert first.eps_cond is not None
    assert first.eps_uncond is not None
    delta = first.eps_cond - first.eps_uncond
    assert torch.equal(delta[0], torch.full(SHAPE, 2.0))
    assert torch.equal(delta[1:], torch.zeros_like(delta[1:]))


@pytest.mark.parametrize("sampler", ["ddpm", "course"])
def test_no_state_is_written_to(sampler: str) -> None:
    kept = []
    noise = NoiseSource.for_seeds(3, len(CHAINS))
    eps = noise.draw(SHAPE)
    start = Start(torch.zeros_like(eps), eps, CHAINS, BARS)
    batch = stagger(Asked(), [make_rule(sampler, CONFIG, c) for c in CHAINS], start, noise)
    for step in loop(batch.denoiser, batch.rule, batch.x, batch.chain, noise):
        kept += [(s, s.clone()) for s in (step.x, step.x0, step.eps)]
    assert all(torch.equal(now, then) for now, then in kept)
