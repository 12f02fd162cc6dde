"""Sample grids while training: what the averaged weights draw for a few captions."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from diffusers import IFPipeline, IFSuperResolutionPipeline
from PIL import Image
from torch import Tensor

from engine.forge.networks import noising_scheduler, scheduler
from engine.forge.pictures import Pictures, to_unit
from engine.forge.text import Words
from engine.training.trainer import Training

STEPS = 20
SEED = 2718
Look = Callable[[Training], None]


def spread(captions: list[str], most: int) -> list[str]:
    """At most `most` distinct captions, evenly spaced in order of first appearance."""
    distinct = list(dict.fromkeys(captions))
    return distinct[:: max(1, len(distinct) // most)][:most]


def generators(count: int, seed: int = SEED) -> list[torch.Generator]:
    """One CPU generator a sample, seeded seed + index."""
    return [torch.Generator().manual_seed(seed + index) for index in range(count)]


def draw_stage1(unet: Any, words: Words, prompts: list[str], guidance: float) -> Tensor:
    """Pictures (B,3,s,s) in [-1,1] that stage I draws for prompts."""
    pipe = IFPipeline(
        None, None, unet, scheduler(1.5), None, None, None, requires_safety_checker=False
    )
    pipe.set_progress_bar_config(disable=True)
    out: Tensor = pipe(
        prompt_embeds=words(prompts), negative_prompt_embeds=words([""] * len(prompts)),
        num_inference_steps=STEPS, guidance_scale=guidance, generator=generators(len(prompts)),
        output_type="pt",
    ).images  # fmt: skip
    return out


def draw_stage2(
    unet: Any, words: Words, prompts: list[str], small: Tensor, guidance: float, level: int = 100
) -> Tensor:
    """Pictures (B,3,l,l) in [-1,1] that stage II makes of small ones (B,3,s,s)."""
    pipe = IFSuperResolutionPipeline(
        None, None, unet, scheduler(1.0), noising_scheduler(), None, None, None,
        requires_safety_checker=False,
    )  # fmt: skip
    pipe.set_progress_bar_config(disable=True)
    out: Tensor = pipe(
        image=small, prompt_embeds=words(prompts),
        negative_prompt_embeds=words([""] * len(prompts)), num_inference_steps=STEPS,
        guidance_scale=guidance, generator=generators(len(prompts)), noise_level=level,
        output_type="pt",
    ).images  # fmt: skip
    return out


def grid(pictures: Tensor, columns: int, side: int) -> Image.Image:
    """Pictures (B,3,h,w) in [-1,1] in rows of `columns`, each `side` wide, two pixels apart."""
    step = side + 2
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * step - 2, rows * step - 2))
    levels = ((pictures.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)
    for index, picture in enumerate(levels.permute(0, 2, 3, 1).contiguous().numpy()):
        cell = Image.fromarray(picture).resize((side, side), Image.Resampling.NEAREST)
        sheet.paste(cell, (index % columns * step, index // columns * step))
    return sheet


def stage1(words: Words, pictures: Pictures, folder: Path, every: int, prompts: list[str]) -> Look:
    """A watcher that draws stage I's grid every `every` steps."""
    prompts = prompts or spread(pictures.captions, 24)

    def draw(unet: Any) -> Image.Image:
        return grid(draw_stage1(unet, words, prompts, guidance=5.0), columns=8, side=96)

    return _watcher(draw, prompts, folder, every)


def stage2(words: Words, pictures: Pictures, folder: Path, every: int) -> Look:
    """A watcher that enlarges eight small pictures of the data; they are the grid's first row."""
    chosen = torch.arange(0, len(pictures), max(1, len(pictures) // 8))[:8]
    prompts = [pictures.captions[index] for index in chosen.tolist()]
    small = to_unit(pictures.small[chosen])
    side = pictures.large.shape[-1]

    def draw(unet: Any) -> Image.Image:
        large = draw_stage2(unet, words, prompts, small, guidance=2.0)
        before = torch.nn.functional.interpolate(small, (side, side))
        return grid(torch.cat([before, large]), columns=8, side=side)

    return _watcher(draw, prompts, folder, every)


def _watcher(
    draw: Callable[[Any], Image.Image], prompts: list[str], folder: Path, every: int
) -> Look:
    def look(training: Training) -> None:
        if training.step % every:
            return
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / "latest.part"
        with torch.no_grad():
            draw(training.ema.module).save(temporary, "PNG")
        temporary.replace(folder / f"step-{training.step:08d}.png")
        (folder / "prompts.txt").write_text("\n".join(prompts) + "\n", "utf-8")

    return look
