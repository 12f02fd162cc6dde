"""What a step looks like: tensors to 8-bit RGB, with gains that stay the same from run to run."""

from collections.abc import Mapping

import torch
from PIL import Image
from torch import Tensor

from engine.diffusion.sampler import Step

EPS_GAIN, DELTA_GAIN, CHANGE_GAIN = 1 / 3, 2.0, 2.0
"""Unit noise shows up to 3 σ; differences are small, so they are shown doubled around grey."""


def channels(step: Step, x0_before: Tensor | None) -> dict[str, Tensor]:
    """The pictures of one step (B, C, H, W): x_t, x̂0, ε̂, guidance delta, change of x̂0."""
    shown = {"x": step.x, "x0": step.x0, "eps": step.eps * EPS_GAIN}
    if step.eps_cond is not None and step.eps_uncond is not None:
        shown["delta"] = (step.eps_cond - step.eps_uncond) * DELTA_GAIN
    change = torch.zeros_like(step.x0) if x0_before is None else step.x0 - x0_before
    return shown | {"change": change * CHANGE_GAIN}


def levels(shown: Mapping[str, Tensor]) -> Tensor:
    """Pictures (B, C, H, W) as one sheet (B, H, n W, 3) uint8, side by side, on their device."""
    return _rgb(torch.cat(list(shown.values()), dim=3))


def images(x: Tensor) -> list[Image.Image]:
    """Pictures (B, C, H, W) in [-1, 1], C = 1 or 3, as RGB images, rounded as diffusers does."""
    _, _, height, width = x.shape
    raw = (picture.cpu().numpy().tobytes() for picture in _rgb(x))
    return [Image.frombytes("RGB", (width, height), picture) for picture in raw]


def rms(x: Tensor) -> Tensor:
    """Root mean square of each sample (B,)."""
    return x.square().mean(dim=(1, 2, 3)).sqrt()


def _rgb(x: Tensor) -> Tensor:
    levels = ((x / 2 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8)
    return levels.expand(-1, 3, -1, -1).permute(0, 2, 3, 1).contiguous()
