"""SDEdit: where it equals sampling, where it equals its original, and IFImg2ImgPipeline between."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from engine.diffusion.denoiser import Denoiser, guided
from engine.diffusion.noise import NoiseSource, forward
from engine.diffusion.per_sample_starts import Start, stagger
from engine.diffusion.sampler import Step, loop
from engine.diffusion.update_rules import make_rule, timesteps_for
from engine.specs.from_image import strided
from tests.oracle.helpers import IF_CONFIG, SAMPLERS, SHAPE, sample, wavy, widest_gap
from tests.support.noise_schedule import squaredcos_alphas_cumprod

BARS = squaredcos_alphas_cumprod()
COURSE = strided(30)
SEED = 2718


def picture() -> Tensor:
    """Something smooth between -1 and 1, (1, 3, 16, 16)."""
    rows = torch.linspace(-1, 1, 16)
    return torch.stack([rows.expand(16, 16), rows[:, None].expand(16, 16), 0.5 * rows.diag()])[None]


def edits(
    denoiser: Denoiser,
    chains: Sequence[Sequence[int]],
    *,
    sampler: str = "ddpm",
    original: Tensor | None = None,
    config: dict[str, Any] = IF_CONFIG,
    seed: int = SEED,
) -> tuple[list[Step], Tensor, NoiseSource]:
    """A batch with these chains: its steps, its last state, and its noise when it ended."""
    noise = NoiseSource.for_seeds(seed, len(chains))
    eps = noise.draw(SHAPE)
    start = Start((picture() if original is None else original).expand_as(eps), eps, chains, BARS)
    rules = [make_rule(sampler, config, chain) for chain in chains]
    batch = stagger(denoiser, rules, start, noise)
    steps = list(loop(batch.denoiser, batch.rule, batch.x, batch.chain, noise))
    return steps, steps[-1].x if steps else batch.x, noise


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_index_0_is_sampling_from_the_same_noise(sampler: str) -> None:
    """At t = 999 a picture has 2.4e-9 of its power left: what comes out is a sample."""
    chain = [999, 990, 700, 400, 100, 0]
    _, edited, _ = edits(wavy, [chain], sampler=sampler)
    sampled = sample(wavy, sampler, chain)[-1].x
    assert widest_gap([edited], [sampled]) <= 2e-3 * float(sampled.abs().max())


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_index_0_of_the_course_is_sampling_from_the_noised_picture(sampler: str) -> None:
    _, edited, _ = edits(wavy, [COURSE], sampler=sampler)
    noise = NoiseSource.for_seeds(SEED, 1)
    x = forward(picture(), 990, noise.draw(SHAPE), BARS)
    rule = make_rule(sampler, IF_CONFIG, COURSE)
    assert torch.equal(edited, list(loop(wavy, rule, x, COURSE, noise))[-1].x)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_the_last_index_is_the_original_within_the_noise_left(sampler: str) -> None:
    _, edited, _ = edits(wavy, [[0]], sampler=sampler)
    left = float((1 - BARS[0]) ** 0.5)
    assert left < 0.01
    assert widest_gap([edited], [picture()]) <= 8 * left


def test_the_last_index_of_the_course_takes_no_step() -> None:
    steps, edited, noise = edits(wavy, [[0]], sampler="course")
    assert steps == []
    assert noise.drawn == (1,)
    eps = NoiseSource.for_seeds(SEED, 1).draw(SHAPE)
    assert torch.equal(edited, forward(picture(), 0, eps, BARS))


@pytest.fixture(scope="module")
def img2img(tiny_cascade: Path) -> Any:
    from diffusers import IFImg2ImgPipeline
    from diffusers.utils import logging

    logging.disable_progress_bar()
    pipe = IFImg2ImgPipeline.from_pretrained(tiny_cascade / "stage-1")
    pipe.set_progress_bar_config(disable=True)
    return pipe


@pytest.mark.parametrize("guidance", [1.0, 7.0])
@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize(
    ("asked", "chain"),
    [
        ({"timesteps": [690, 660, 400, 30, 0], "strength": 1.0}, [690, 660, 400, 30, 0]),
        ({"timesteps": [990, 690, 400, 30, 0], "strength": 0.6}, [400, 30, 0]),
        ({"num_inference_steps": 10, "strength": 0.7}, [600, 500, 400, 300, 200, 100, 0]),
    ],
)
def test_a_level_equals_ifimg2imgpipeline(
    img2img: Any, asked: dict[str, Any], chain: list[int], count: int, guidance: float
) -> None:
    cond, uncond = img2img.encode_prompt("an oil painting of a rocket", negative_prompt="a cat")
    theirs: list[Tensor] = []
    img2img(
        image=picture().expand(count, -1, -1, -1),
        prompt_embeds=cond.repeat(count, 1, 1),
        negative_prompt_embeds=uncond.repeat(count, 1, 1) if guidance > 1 else None,
        guidance_scale=guidance,
        generator=[torch.Generator().manual_seed(SEED + i) for i in range(count)],
        output_type="pt",
        callback=lambda _i, _t, x: theirs.append(x.clone()),
        **asked,
    )
    config = dict(img2img.scheduler.config)
    denoiser = guided(img2img.unet, cond, uncond, guidance)
    steps, _, _ = edits(denoiser, [chain] * count, config=config)
    assert [s.timestep for s in steps] == chain
    assert widest_gap([s.x for s in steps], theirs) == 0.0


def test_a_strength_is_diffusers_strength(img2img: Any) -> None:
    from engine.specs.from_image import chain_from

    img2img.scheduler.set_timesteps(30)
    whole = timesteps_for("ddpm", 30, dict(img2img.scheduler.config))
    for percent in (3, 10, 29, 50, 70, 99, 100):
        img2img.scheduler.set_timesteps(30)
        times, _ = img2img.get_timesteps(30, percent / 100)
        if len(times):
            assert list(chain_from(f"{percent}%", whole, 30)) == times.tolist()
        else:
            assert chain_from(f"{percent}%", whole, 30) == (0,)


STRIP = [COURSE[i:] for i in (1, 3, 5, 7, 10, 20)]
APART = [(750, *COURSE[9:]), (250, *COURSE[25:]), (500, *COURSE[17:]), (0,)]


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("chains", [STRIP, APART], ids=["indices", "timesteps of their own"])
def test_a_sample_of_a_strip_is_its_single_run(chains: list[tuple[int, ...]], sampler: str) -> None:
    _, together, shared = edits(wavy, chains, sampler=sampler)
    for i, chain in enumerate(chains):
        steps, alone, noise = edits(wavy, [chain], sampler=sampler, seed=SEED + i)
        assert widest_gap([together[i]], [alone[0]]) <= 1e-5
        assert shared.drawn[i] == noise.drawn[0]
        assert [s.timestep for s in steps] == [t for t in chain if sampler != "course" or t]


def test_a_strip_on_the_network_is_its_single_runs(img2img: Any) -> None:
    cond, uncond = img2img.encode_prompt("a rocket", negative_prompt="")
    denoiser = guided(img2img.unet, cond, uncond, 7.0)
    chains = [[900, 600, 300, 0], [600, 300, 0], [450, 300, 0]]
    _, together, _ = edits(denoiser, chains)
    for i, chain in enumerate(chains):
        _, alone, _ = edits(denoiser, [chain], seed=SEED + i)
        assert widest_gap([together[i]], [alone[0]]) <= 1e-4
