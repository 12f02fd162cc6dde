"""The error of ε̂ on art that is never trained on, while a stage trains."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.diffusion.denoiser import LowRes, upscale_start
from engine.diffusion.noise import NoiseSource
from engine.forge.evaluation import fineness
from engine.forge.evaluation.fineness import TIMESTEPS, HeldOut
from engine.forge.sampling import SEED, Measure, stage_of
from engine.forge.text import Words
from engine.specs.forge import Forge

COUNT = 16
"""Pictures that are looked at each time."""


def held_out_error(spec: Forge, number: int, words: Words) -> Measure:
    """Measures stage `number` at `TIMESTEPS` on the renderings that the spec holds out, if any.

    Raises BadInput for a folder without plain renderings.
    """
    if not spec.held_out:
        return lambda unet: {}
    art = fineness.held_out(Path(spec.held_out).expanduser(), spec.small, spec.large, COUNT)
    text = words(art.captions)

    def measure(unet: Any) -> dict[str, float]:
        found = _errors(unet, number, text, art)
        return {f"ε̂ error, t = {t}": float(e) for t, e in zip(TIMESTEPS, found, strict=True)}

    return measure


def _errors(unet: Any, number: int, text: Tensor, art: HeldOut) -> Tensor:
    stage = stage_of(unet, number)
    if stage.noising is None:
        return fineness.errors(stage, text, art.small, SEED)
    return fineness.errors(stage, text, art.large, SEED, _low(art, stage.noising, unet.device))


def _low(art: HeldOut, noising: Any, device: torch.device) -> LowRes:
    """What stage II sees of the art, noised as when it enlarges what stage I drew."""
    noise = NoiseSource.for_seeds(SEED, len(art.small), device)
    return upscale_start(art.small.to(device), art.large.shape[-1], noise, noising)[1]
