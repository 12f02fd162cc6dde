"""The update rules against diffusers' schedulers run in their own loops."""

from typing import Any

import pytest
import torch
from diffusers.schedulers.scheduling_ddim import DDIMScheduler
from diffusers.schedulers.scheduling_ddpm import DDPMScheduler
from diffusers.schedulers.scheduling_dpmsolver_multistep import DPMSolverMultistepScheduler
from torch import Tensor

from engine.diffusion.noise import NoiseSource
from engine.diffusion.update_rules import timesteps_for
from tests.oracle.helpers import IF_CONFIG, PLAIN_CONFIG, SHAPE, sample, wavy, widest_gap

CONFIGS = {"thresholded": IF_CONFIG, "plain": PLAIN_CONFIG}
STEPS = (1, 5, 20)


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
@pytest.mark.parametrize("steps", STEPS)
def test_ddim(config: dict[str, Any], steps: int) -> None:
    scheduler = DDIMScheduler.from_config(config)
    scheduler.set_timesteps(steps)
    chain = timesteps_for("ddim", steps, config)
    assert scheduler.timesteps.tolist() == chain
    ours = sample(wavy, "ddim", chain, config=config)
    assert widest_gap([s.x for s in ours], _theirs(scheduler)) == 0.0


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
@pytest.mark.parametrize("steps", STEPS)
def test_dpm_plus_plus(config: dict[str, Any], steps: int) -> None:
    chain = timesteps_for("dpm++", steps, config)
    scheduler = DPMSolverMultistepScheduler.from_config(config, variance_type=None)
    scheduler.set_timesteps(timesteps=chain)
    ours = sample(wavy, "dpm++", chain, config=config)
    assert widest_gap([s.x for s in ours], _theirs(scheduler)) == 0.0


@pytest.mark.parametrize("chain", [[990, 640, 20, 0], [700, 300, 90]])
def test_ddpm_step_and_its_x0(chain: list[int]) -> None:
    scheduler = DDPMScheduler.from_config(IF_CONFIG)
    scheduler.set_timesteps(timesteps=chain)
    generator = torch.Generator().manual_seed(2718)
    x = torch.randn((1, *SHAPE), generator=generator)
    for step in sample(wavy, "ddpm", chain):
        said = wavy(x, step.timestep)
        assert said.variance is not None
        out = torch.cat([said.eps, said.variance], dim=1)
        told = scheduler.step(out, step.timestep, x, generator=generator)
        assert torch.equal(step.x, told.prev_sample)
        assert torch.equal(step.x0, told.pred_original_sample)
        x = told.prev_sample


def _theirs(scheduler: Any) -> list[Tensor]:
    x = NoiseSource.for_seeds(2718, 1).draw(SHAPE)
    states = []
    for t in scheduler.timesteps:
        x = scheduler.step(wavy(x, int(t)).eps, t, x).prev_sample
        states.append(x)
    return states
