"""Digits as other hands might have written them: moved, turned, scaled, sheared, noised."""

import math

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

TURN, SHEAR, SCALE, SHIFT = 14.0, 0.2, 0.12, 2.5
"""Most degrees, shear, share of the size, and pixels."""
NOISE, DIM = 0.25, 0.3
"""Most σ of added noise, and share of the brightness that is taken away."""


def varied(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Pictures (B, 1, 28, 28) in [0, 1], each changed in its own way; a third stay free of noise.

    Samples of a diffusion model keep a little noise and are not all as bright as scans: a judge
    that has never seen either would measure that instead of the digit.
    """
    moved = _moved(pictures, generator)
    count = (len(pictures), 1, 1, 1)
    dim = 1 - DIM * torch.rand(count, generator=generator)
    spread = (NOISE * (1.5 * torch.rand(count, generator=generator) - 0.5)).clamp(min=0)
    return dim * moved + spread * torch.randn(moved.shape, generator=generator)


def _moved(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Resampled through one affine map for each picture."""
    side = pictures.shape[-1]
    turn, shear, wide, high, right, down = 2 * torch.rand(6, len(pictures), generator=generator) - 1
    angle = turn * math.radians(TURN)
    wide, high = 1 + SCALE * wide, 1 + SCALE * high
    rows = [
        torch.stack([wide * angle.cos(), SHEAR * shear - angle.sin(), 2 * SHIFT / side * right], 1),
        torch.stack([angle.sin(), high * angle.cos(), 2 * SHIFT / side * down], 1),
    ]
    grid = F.affine_grid(torch.stack(rows, 1), list(pictures.shape), align_corners=False)
    return F.grid_sample(pictures, grid, align_corners=False)
