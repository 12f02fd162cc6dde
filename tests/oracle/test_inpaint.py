"""Inpainting against diffusers: both IF pipelines state by state, and RePaint's own schedule."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from engine.diffusion.denoiser import guided, upscale_start
from engine.diffusion.inpaint import HOOKS, KnownPixels, begin, known_noise
from engine.diffusion.noise import NoiseSource
from engine.diffusion.sampler import loop
from engine.diffusion.schedule import alphas_cumprod
from engine.diffusion.update_rules import make_rule
from engine.specs.inpaint import jump_list
from tests.oracle.helpers import widest_gap

SEED = 2718
CHAINS = [[990, 700, 310, 40, 0], [870, 500, 30]]


def _pipeline(kind: str, folder: Path) -> Any:
    import diffusers
    from diffusers.utils import logging

    logging.disable_progress_bar()
    pipe = getattr(diffusers, kind).from_pretrained(folder)
    pipe.set_progress_bar_config(disable=True)
    return pipe


@pytest.fixture(scope="module")
def stage1(tiny_cascade: Path) -> Any:
    return _pipeline("IFInpaintingPipeline", tiny_cascade / "stage-1")


@pytest.fixture(scope="module")
def stage2(tiny_cascade: Path) -> Any:
    return _pipeline("IFInpaintingSuperResolutionPipeline", tiny_cascade / "stage-2")


@pytest.fixture(scope="module")
def text(stage1: Any) -> tuple[Tensor, Tensor]:
    cond, uncond = stage1.encode_prompt("an oil painting of a rocket", negative_prompt="a cat")
    return cond, uncond


def _picture(side: int) -> Tensor:
    row = torch.linspace(-1, 1, side)
    return torch.stack([row.expand(side, side), row[:, None].expand(side, side), row.diag()])[None]


def _mask(side: int, kind: str) -> Tensor:
    mask = torch.zeros(1, 1, side, side)
    if kind == "left":
        mask[..., : side // 2] = 1
    elif kind == "hole":
        mask[..., side // 4 : -side // 4, side // 4 : -side // 3] = 1
    else:
        mask += 1
    return mask


def _ask(
    text: tuple[Tensor, Tensor], count: int, guidance: float, chain: list[int], seen: list[Tensor]
) -> dict[str, Any]:
    cond, uncond = text
    return {
        "prompt_embeds": cond.repeat(count, 1, 1),
        "negative_prompt_embeds": uncond.repeat(count, 1, 1) if guidance > 1 else None,
        "guidance_scale": guidance,
        "timesteps": chain,
        "strength": 1.0,
        "generator": [torch.Generator().manual_seed(SEED + i) for i in range(count)],
        "output_type": "pt",
        "callback": _recorder(seen),
    }


def _recorder(states: list[Tensor]) -> Callable[[int, int, Tensor], None]:
    return lambda _i, _t, x: states.append(x.clone())


def _known(side: int, kind: str, count: int, config: Any) -> KnownPixels:
    picture = _picture(side).expand(count, -1, -1, -1)
    return KnownPixels(picture, _mask(side, kind), alphas_cumprod(config), known_noise(SEED, count))


@pytest.mark.parametrize("chain", CHAINS)
@pytest.mark.parametrize("kind", ["left", "hole", "all"])
@pytest.mark.parametrize(("count", "guidance"), [(1, 7.0), (3, 7.0), (1, 1.0)])
def test_if_equals_ifinpaintingpipeline(
    stage1: Any,
    text: tuple[Tensor, Tensor],
    count: int,
    guidance: float,
    kind: str,
    chain: list[int],
) -> None:
    theirs: list[Tensor] = []
    picture = _picture(16).expand(count, -1, -1, -1)
    masks = _mask(16, kind).expand(count, -1, -1, -1).clone()
    stage1(image=picture, mask_image=masks, **_ask(text, count, guidance, chain, theirs))

    config = dict(stage1.scheduler.config)
    known, noise = _known(16, kind, count, config), NoiseSource.for_seeds(SEED, count)
    x = begin("if", known, noise.draw((3, 16, 16)), chain[0])
    rule = make_rule("ddpm", config, chain)
    denoiser = guided(stage1.unet, *text, guidance)
    steps = list(loop(denoiser, rule, x, chain, noise, hooks=[HOOKS["if"](known)]))
    assert widest_gap([s.x for s in steps], theirs) <= 1e-5


@pytest.mark.parametrize("chain", CHAINS)
@pytest.mark.parametrize("kind", ["left", "all"])
@pytest.mark.parametrize("noise_level", [0, 250])
def test_if_equals_ifinpaintingsuperresolutionpipeline(
    stage2: Any, text: tuple[Tensor, Tensor], noise_level: int, kind: str, chain: list[int]
) -> None:
    theirs: list[Tensor] = []
    low_res = torch.rand((1, 3, 16, 16), generator=torch.Generator().manual_seed(1)) * 2 - 1
    asked = _ask(text, 1, 4.0, chain, theirs) | {"noise_level": noise_level}
    stage2(image=low_res, original_image=_picture(32), mask_image=_mask(32, kind), **asked)

    config = dict(stage2.scheduler.config)
    known, noise = _known(32, kind, 1, config), NoiseSource.for_seeds(SEED, 1)
    noising = stage2.image_noising_scheduler.config
    eps, extra = upscale_start(low_res, 32, noise, noising, noise_level)
    x = begin("if", known, eps, chain[0])
    rule = make_rule("ddpm", config, chain)
    denoiser = guided(stage2.unet, *text, 4.0, extra)
    steps = list(loop(denoiser, rule, x, chain, noise, hooks=[HOOKS["if"](known)]))
    assert widest_gap([s.x for s in steps], theirs) <= 1e-5


@pytest.mark.parametrize("asked", [(250, 10, 10), (100, 10, 10), (12, 3, 3), (20, 5, 2)])
def test_the_jumps_are_those_of_diffusers_repaintscheduler(asked: tuple[int, int, int]) -> None:
    from diffusers import RePaintScheduler

    steps, length, times = asked
    scheduler = RePaintScheduler(num_train_timesteps=1000)
    scheduler.set_timesteps(steps, jump_length=length, jump_n_sample=times)
    theirs = (scheduler.timesteps // (1000 // steps)).tolist()
    assert jump_list(steps, length, times) == [*theirs, -1]
