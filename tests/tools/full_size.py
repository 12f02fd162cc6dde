"""`python -m tests.tools.full_size [M|L|XL]`: a random stage I of IF's own size, as a check.

It is written to a temporary folder in the hub's layout (M takes 2.5 GB), opened as the program
opens it, run two steps at 64 pixels, and held against IFPipeline on the same files.
"""

# ruff: noqa: T201

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from diffusers import DDPMScheduler, IFPipeline, UNet2DConditionModel
from torch import Tensor

from engine.checkpoints import open_cascade
from engine.diffusion.denoiser import guided
from engine.diffusion.noise import NoiseSource
from engine.diffusion.sampler import loop
from engine.diffusion.update_rules import make_rule, timesteps_for
from tests.support.if_repository import if_stage1_repo
from tests.tools.if_sizes import WIDTHS, if_unet

STEPS, SEED, GUIDANCE, WITHIN = 2, 2718, 7.0, 1e-4


def main() -> None:
    """Print what was opened, how long it took, and the gap; exit 1 where that is too wide."""
    size = sys.argv[1] if len(sys.argv) > 1 else "M"
    with TemporaryDirectory() as folder:
        root = made(Path(folder), size)
        ours, embeds = _ours(root)
        theirs = _theirs(root, embeds)
    gap = float((ours - theirs).abs().max())
    print(f"{STEPS} steps at {ours.shape[-1]} px: largest gap to IFPipeline {gap:.1e}")
    sys.exit(gap > WITHIN)


def made(folder: Path, size: str) -> Path:
    """A stage I of that size in `folder`, as the hub has it."""
    root = folder / f"IF-I-{size}-v1.0"
    unet = UNet2DConditionModel.from_config(if_unet(WIDTHS[size])).eval()
    return if_stage1_repo(root, checker="safetensors", unet=unet)


def _ours(root: Path) -> tuple[Tensor, Tensor]:
    begun = time.perf_counter()
    cascade = open_cascade(str(root), "none", "cpu", emit=print)
    print(f"opened in {time.perf_counter() - begun:.0f} s")
    embeds = cascade.embed(["a red rocket", ""])
    part = cascade.stage1
    chain = timesteps_for("ddpm", STEPS, part.scheduler)
    noise = NoiseSource.for_seeds(SEED, 1)
    denoiser = guided(part.unet, embeds[:1], embeds[1:], GUIDANCE)
    start = noise.draw((3, 64, 64))
    begun = time.perf_counter()
    *_, last = loop(denoiser, make_rule("ddpm", part.scheduler, chain), start, chain, noise)
    print(f"{(time.perf_counter() - begun) / STEPS:.1f} s a step")
    return last.x, embeds


def _theirs(root: Path, embeds: Tensor) -> Tensor:
    unet = UNet2DConditionModel.from_pretrained(root / "unet", use_safetensors=True)
    scheduler = DDPMScheduler.from_pretrained(root / "scheduler")
    parts: list[Any] = [None, None, unet, scheduler, None, None, None]
    pipe = IFPipeline(*parts, requires_safety_checker=False)
    drawn = pipe(
        prompt_embeds=embeds[:1],
        negative_prompt_embeds=embeds[1:],
        guidance_scale=GUIDANCE,
        num_inference_steps=STEPS,
        generator=[torch.Generator().manual_seed(SEED)],
        output_type="pt",
    )
    found: Tensor = drawn.images
    return found


if __name__ == "__main__":
    main()
