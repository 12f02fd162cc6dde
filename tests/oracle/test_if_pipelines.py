"""Our loop against diffusers' own IF pipelines on the same random weights, fp32 on the CPU."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from engine.diffusion.denoiser import guided, upscale_start
from engine.diffusion.noise import NoiseSource
from engine.diffusion.sampler import Step, loop
from engine.diffusion.update_rules import make_rule, timesteps_for
from tests.oracle.helpers import widest_gap

SEED, STEPS = 2718, 5
CHAINS = [None, [990, 700, 310, 40, 0], [870, 500, 30]]


@pytest.fixture(scope="module")
def stage1(tiny_cascade: Path) -> Any:
    return _pipeline(tiny_cascade / "stage-1")


@pytest.fixture(scope="module")
def stage2(tiny_cascade: Path) -> Any:
    return _pipeline(tiny_cascade / "stage-2")


def _pipeline(folder: Path) -> Any:
    from diffusers import DiffusionPipeline
    from diffusers.utils import logging

    logging.disable_progress_bar()
    pipe = DiffusionPipeline.from_pretrained(folder)
    pipe.set_progress_bar_config(disable=True)
    return pipe


@pytest.fixture(scope="module")
def text(stage1: Any) -> tuple[Tensor, Tensor]:
    cond, uncond = stage1.encode_prompt("an oil painting of a rocket", negative_prompt="a cat")
    return cond, uncond


def _generators(count: int) -> list[torch.Generator]:
    return [torch.Generator().manual_seed(SEED + i) for i in range(count)]


def _chain(pipe: Any, chain: list[int] | None) -> tuple[list[int], dict[str, Any]]:
    if chain is None:
        return timesteps_for("ddpm", STEPS, pipe.scheduler.config), {"num_inference_steps": STEPS}
    return chain, {"timesteps": chain}


def _last(steps: list[Step]) -> Tensor:
    return steps[-1].x


def _recorder(states: list[Tensor]) -> Callable[[int, int, Tensor], None]:
    return lambda _i, _t, x: states.append(x.clone())


@pytest.mark.parametrize("chain", CHAINS)
@pytest.mark.parametrize("guidance", [1.0, 7.0])
@pytest.mark.parametrize("count", [1, 3])
def test_stage1_equals_ifpipeline(
    stage1: Any, text: tuple[Tensor, Tensor], count: int, guidance: float, chain: list[int] | None
) -> None:
    cond, uncond = text
    timesteps, asked = _chain(stage1, chain)
    theirs: list[Tensor] = []
    stage1(
        prompt_embeds=cond.repeat(count, 1, 1),
        negative_prompt_embeds=uncond.repeat(count, 1, 1) if guidance > 1 else None,
        guidance_scale=guidance,
        generator=_generators(count),
        output_type="pt",
        callback=_recorder(theirs),
        **asked,
    )

    noise = NoiseSource.for_seeds(SEED, count)
    rule = make_rule("ddpm", stage1.scheduler.config, timesteps)
    denoiser = guided(stage1.unet, cond, uncond, guidance)
    steps = list(loop(denoiser, rule, noise.draw((3, 16, 16)), timesteps, noise))

    assert [s.timestep for s in steps] == timesteps
    assert widest_gap([s.x for s in steps], theirs) == 0.0


@pytest.mark.parametrize("variance_type", ["fixed_small", "fixed_small_log", "fixed_large"])
def test_stage1_equals_ifpipeline_with_a_fixed_variance(
    stage1: Any, text: tuple[Tensor, Tensor], variance_type: str
) -> None:
    from diffusers import DDPMScheduler, IFPipeline

    config = dict(stage1.scheduler.config) | {"variance_type": variance_type, "thresholding": False}
    parts = stage1.components | {"scheduler": DDPMScheduler.from_config(config)}
    pipe = IFPipeline(**parts, requires_safety_checker=False)
    pipe.set_progress_bar_config(disable=True)
    cond, uncond = text
    theirs = pipe(
        prompt_embeds=cond,
        negative_prompt_embeds=uncond,
        num_inference_steps=STEPS,
        generator=_generators(1),
        output_type="pt",
    ).images

    noise = NoiseSource.for_seeds(SEED, 1)
    timesteps = timesteps_for("ddpm", STEPS, config)
    rule = make_rule("ddpm", config, timesteps)
    start = noise.draw((3, 16, 16))
    steps = list(loop(guided(pipe.unet, cond, uncond, 7.0), rule, start, timesteps, noise))
    assert widest_gap([_last(steps)], [theirs]) == 0.0


@pytest.mark.parametrize("chain", CHAINS)
@pytest.mark.parametrize("guidance", [1.0, 4.0])
@pytest.mark.parametrize("count", [1, 2])
def test_stage2_equals_ifsuperresolutionpipeline(
    stage2: Any, text: tuple[Tensor, Tensor], count: int, guidance: float, chain: list[int] | None
) -> None:
    cond, uncond = text
    low_res = torch.rand((count, 3, 16, 16), generator=torch.Generator().manual_seed(1)) * 2 - 1
    timesteps, asked = _chain(stage2, chain)
    theirs: list[Tensor] = []
    stage2(
        image=low_res,
        prompt_embeds=cond.repeat(count, 1, 1),
        negative_prompt_embeds=uncond.repeat(count, 1, 1) if guidance > 1 else None,
        guidance_scale=guidance,
        generator=_generators(count),
        output_type="pt",
        callback=_recorder(theirs),
        **asked,
    )

    noise = NoiseSource.for_seeds(SEED, count)
    x, extra = upscale_start(low_res, 32, noise, stage2.image_noising_scheduler.config)
    rule = make_rule("ddpm", stage2.scheduler.config, timesteps)
    steps = list(
        loop(guided(stage2.unet, cond, uncond, guidance, extra), rule, x, timesteps, noise)
    )

    assert widest_gap([s.x for s in steps], theirs) == 0.0


def test_a_sample_in_a_batch_equals_the_sample_alone(
    stage1: Any, text: tuple[Tensor, Tensor]
) -> None:
    timesteps = timesteps_for("ddpm", STEPS, stage1.scheduler.config)
    denoiser = guided(stage1.unet, *text, 7.0)

    def final(seed: int, count: int) -> Tensor:
        noise = NoiseSource.for_seeds(seed, count)
        rule = make_rule("ddpm", stage1.scheduler.config, timesteps)
        return _last(list(loop(denoiser, rule, noise.draw((3, 16, 16)), timesteps, noise)))

    together = final(7, 4)
    assert (
        widest_gap([together[i] for i in range(4)], [final(7 + i, 1)[0] for i in range(4)]) < 1e-4
    )
