"""Pictures of either stage, through the one sampling loop; while it trains, as grids of samples."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from engine.checkpoints import CascadeStage
from engine.diffusion.denoiser import Denoiser, guided, upscale_start
from engine.diffusion.noise import NoiseSource
from engine.diffusion.sampler import loop
from engine.diffusion.update_rules import make_rule, timesteps_for
from engine.forge.networks import noising_scheduler, scheduler
from engine.forge.pictures import Pictures, to_unit
from engine.forge.text import Words
from engine.training.fit import Drawn, DrawSamples
from engine.training.sample_grid import grid
from engine.training.trainer import Training

Text = tuple[Tensor, Tensor]
"""Embeddings of the prompts (1 or B,L,D) and of the empty prompt (1,L,D)."""
Stop = Callable[[], bool]
STEPS = 20


def never() -> bool:
    """Draw to the end."""
    return False


def stage1(
    stage: CascadeStage, text: Text, guidance: float, noise: NoiseSource, steps: int = STEPS,
    sampler: str = "ddpm", stop: Stop = never,
) -> Tensor:  # fmt: skip
    """Pictures (B,3,s,s) fp32 on the CPU, about [-1,1]; B is the noise's number of samples.

    Raises Stopped where `stop` says so before a model call.
    """
    x = noise.draw((stage.channels, stage.sample_size, stage.sample_size))
    denoiser = guided(stage.unet, *text, guidance)
    return _last(stage, denoiser, x, noise, timesteps_for(sampler, steps, stage.scheduler),
                 sampler, stop)  # fmt: skip


def stage2(
    stage: CascadeStage, text: Text, small: Tensor, guidance: float, noise: NoiseSource, level: int,
    steps: int = STEPS, stop: Stop = never,
) -> Tensor:  # fmt: skip
    """Pictures (B,3,l,l) made of stage I's (B,3,s,s), which are noised to `level` first."""
    assert stage.noising is not None
    start = small.to(noise.device)
    x, extra = upscale_start(start, stage.sample_size, noise, stage.noising, level)
    denoiser = guided(stage.unet, *text, guidance, extra)
    chain = timesteps_for("ddpm", steps, stage.scheduler)
    return _last(stage, denoiser, x, noise, chain, "ddpm", stop)


def _last(
    stage: CascadeStage, denoiser: Denoiser, x: Tensor, noise: NoiseSource, chain: list[int],
    sampler: str, stop: Stop,
) -> Tensor:  # fmt: skip
    rule = make_rule(sampler, stage.scheduler, chain)
    for step in loop(denoiser, rule, x, chain, noise, stop=stop):
        x = step.x
    return x.cpu().clone()


SEED = 2718


def spread(captions: list[str], most: int) -> list[str]:
    """At most `most` distinct captions, evenly spaced in order of first appearance."""
    distinct = list(dict.fromkeys(captions))
    return distinct[:: max(1, len(distinct) // most)][:most]


def draw_stage1(unet: Any, words: Words, prompts: list[str], guidance: float) -> Tensor:
    """Pictures (B,3,s,s) in [-1,1] that stage I draws for prompts."""
    text, noise = _begun(unet, words, prompts)
    return stage1(stage_of(unet, 1), text, guidance, noise)


def draw_stage2(
    unet: Any, words: Words, prompts: list[str], small: Tensor, guidance: float, level: int = 100
) -> Tensor:
    """Pictures (B,3,l,l) in [-1,1] that stage II makes of small ones (B,3,s,s)."""
    text, noise = _begun(unet, words, prompts)
    return stage2(stage_of(unet, 2), text, small, guidance, noise, level)


def _begun(unet: Any, words: Words, prompts: list[str]) -> tuple[Text, NoiseSource]:
    """Embeddings and noise, on the network's device."""
    noise = NoiseSource.for_seeds(SEED, len(prompts), unet.device)
    return (words(prompts), words([""])), noise


def stage_of(unet: Any, number: int) -> CascadeStage:
    """A network in training, on its device, with the schedules that it is exported with."""
    config = dict(scheduler(1.5 if number == 1 else 1.0).config)
    noising = dict(noising_scheduler().config) if number == 2 else None
    side = int(unet.config.sample_size)
    return CascadeStage(unet, config, noising, 3, side, unet.dtype, device=unet.device)


Measure = Callable[[Any], dict[str, float]]
"""Figures of a network that trains."""


def watch_stage1(
    words: Words, pictures: Pictures, folder: Path, every: int, prompts: list[str], measure: Measure
) -> DrawSamples:
    """A watcher that draws stage I's grid every `every` steps, and measures it."""
    prompts = prompts or spread(pictures.captions, 24)

    def draw(unet: Any) -> Image.Image:
        return grid(draw_stage1(unet, words, prompts, guidance=5.0), columns=8, side=96)

    return _watcher(draw, prompts, folder, every, measure)


def watch_stage2(
    words: Words, pictures: Pictures, folder: Path, every: int, measure: Measure
) -> DrawSamples:
    """A watcher that enlarges eight small pictures of the data; they are the grid's first row."""
    chosen = torch.arange(0, len(pictures), max(1, len(pictures) // 8))[:8]
    prompts = [pictures.captions[index] for index in chosen.tolist()]
    small = to_unit(pictures.small[chosen])
    side = pictures.large.shape[-1]

    def draw(unet: Any) -> Image.Image:
        large = draw_stage2(unet, words, prompts, small, guidance=2.0)
        before = torch.nn.functional.interpolate(small, (side, side))
        return grid(torch.cat([before, large]), columns=8, side=side)

    return _watcher(draw, prompts, folder, every, measure)


def _watcher(
    draw: Callable[[Any], Image.Image], prompts: list[str], folder: Path, every: int,
    measure: Measure,
) -> DrawSamples:  # fmt: skip
    def look(training: Training) -> Drawn | None:
        if training.step % every:
            return None
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / "latest.part"
        with torch.no_grad():
            draw(training.ema.module).save(temporary, "PNG")
        file = temporary.replace(folder / f"step-{training.step:08d}.png")
        return Drawn(file, prompts, measure(training.ema.module))

    return look
