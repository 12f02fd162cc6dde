"""The grid of a model card: what a cascade draws for a list of prompts, good and bad.

    python -m engine.forge.card assets/tiny-if --out assets/tiny-if/grid.png

Upper rows are stage I, lower rows stage II made of it; sample i has seed 2718 + i.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import torch
from diffusers import DiffusionPipeline
from PIL import Image
from torch import Tensor

from engine.forge.grids import draw_stage1, draw_stage2, grid
from engine.forge.text import Words

PROMPTS = (
    "a rocket on a blue background",
    "an oil painting of a rocket",
    "a skull on a red background",
    "a snowy mountain",
    "a man wearing a hat",
    "people around a campfire",
    "a lithograph of a skull",
    "a dog on a green background",
    "a cup of coffee on a white background",
    "an apple on a black background",
)


def open_stage(folder: Path) -> tuple[Any, Words]:
    """The UNet and the text encoder of one stage's folder."""
    pipeline = DiffusionPipeline.from_pretrained(folder)
    return pipeline.unet.eval(), Words(pipeline.tokenizer, pipeline.text_encoder.eval())


@torch.no_grad()
def draw(cascade: Path, prompts: list[str], guidance: float, level: int) -> tuple[Tensor, Tensor]:
    """Stage I's pictures (B,3,s,s) and stage II's (B,3,l,l), in [-1,1]."""
    unet, words = open_stage(cascade / "stage-1")
    small = draw_stage1(unet, words, prompts, guidance)
    unet, words = open_stage(cascade / "stage-2")
    return small, draw_stage2(unet, words, prompts, small, guidance=1.5, level=level)


def sheet(small: Tensor, large: Tensor, columns: int = 5) -> Image.Image:
    """Stage I above stage II, in rows of `columns`."""
    side = large.shape[-1]
    upper, lower = grid(small, columns, side), grid(large, columns, side)
    both = Image.new("RGB", (upper.width, upper.height + lower.height + 8), (90, 90, 90))
    both.paste(upper, (0, 0))
    both.paste(lower, (0, upper.height + 8))
    return both


def main() -> None:
    """Read the command line and draw."""
    parser = argparse.ArgumentParser(description="Draw a model card's grid")
    parser.add_argument("cascade", type=Path, help="folder with stage-1 and stage-2")
    parser.add_argument("--out", type=Path, default=Path("grid.png"))
    parser.add_argument("--guidance", type=float, default=7.0, help="of stage I")
    parser.add_argument("--noise-level", type=int, default=100, help="of stage II's input")
    parser.add_argument("--prompt", action="append", help="may be given several times")
    args = parser.parse_args()
    prompts = args.prompt or list(PROMPTS)
    sheet(*draw(args.cascade, prompts, args.guidance, args.noise_level)).save(args.out)
    sys.stdout.write("\n".join(prompts) + "\n")


if __name__ == "__main__":
    main()
