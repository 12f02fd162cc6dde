"""Inpainting as hooks on the one loop: pixels that are known are put back, three ways.

The mask m is 1 where the picture is replaced, 0 where it is known, and blends in between. The noise
on the known pixels comes from generators of its own, so that a mask of ones is plain sampling.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from engine.diffusion.noise import NoiseSource, forward
from engine.diffusion.sampler import Hook
from engine.diffusion.schedule import SchedulerConfig

_ASIDE = 0x5BD1E995
"""Turns a sample's seed into another; torch's CPU generators look at its lower 32 bits alone."""


@dataclass(frozen=True)
class KnownPixels:
    """A picture (1 or B, C, H, W) in [-1, 1] and the mask (1, 1, H, W) in [0, 1] over it.

    `noise` is drawn from each time that the picture is noised.
    """

    original: Tensor
    mask: Tensor
    alphas_cumprod: Tensor
    noise: NoiseSource

    def at(self, t: int | None) -> Tensor:
        """The picture (B, C, H, W) under fresh noise of t; itself where t is None."""
        if t is None:
            return self.original
        eps = self.noise.draw(self.original.shape[1:])
        return forward(self.original, t, eps, self.alphas_cumprod)

    def composite(self, x: Tensor, known: Tensor) -> Tensor:
        """m x + (1−m) known."""
        return self.mask * x + (1 - self.mask) * known


@dataclass
class AfterEachStep(Hook):
    """The course's: after each step the known pixels are the picture, noised to t'."""

    known: KnownPixels

    def after(self, x: Tensor, t_next: int | None) -> Tensor:
        return self.known.composite(x, self.known.at(t_next))


@dataclass
class BeforeEachStep(Hook):
    """RePaint's (Lugmayr et al. 2022, algorithm 1): before each step but the first, noised to t."""

    known: KnownPixels
    _begun: bool = field(default=False, init=False)

    def before(self, x: Tensor, t: int) -> Tensor:
        first, self._begun = not self._begun, True
        return x if first else self.known.composite(x, self.known.at(t))


@dataclass
class AlwaysClean(Hook):
    """IF's: the known pixels are the picture without noise at every t (IFInpaintingPipeline)."""

    known: KnownPixels

    def after(self, x: Tensor, t_next: int | None) -> Tensor:
        return self.known.composite(x, self.known.original)


HOOKS: dict[str, Callable[[KnownPixels], Hook]] = {
    "course": AfterEachStep,
    "repaint": BeforeEachStep,
    "if": AlwaysClean,
}


def known_noise(seed: int, count: int, device: torch.device | str = "cpu") -> NoiseSource:
    """Noise for the known pixels of `count` samples, apart from what `seed` + i draws."""
    seeds = [(seed + i) ^ _ASIDE for i in range(count)]
    return NoiseSource([torch.Generator().manual_seed(s) for s in seeds], device)


def begin(method: str, known: KnownPixels, eps: Tensor, t: int) -> Tensor:
    """The state (B, C, H, W) at t that a run starts from: the noise ε, or IF's noised picture."""
    if method != "if":
        return eps
    noised = forward(known.original, t, eps, known.alphas_cumprod)
    return known.composite(noised, known.original)


def limits(method: str, config: SchedulerConfig) -> SchedulerConfig:
    """A scheduler config whose x̂0 is clipped as the method has it: RePaint's plainly to [-1, 1]."""
    if method != "repaint":
        return config
    clip: dict[str, Any] = {"thresholding": False, "clip_sample": True, "clip_sample_range": 1.0}
    return {**config, **clip}
