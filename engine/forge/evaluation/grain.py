"""Grain: noise that is left in pictures, in levels of 255, without knowing what they show."""

import math

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

MASK = torch.tensor([[1.0, -2.0, 1.0], [-2.0, 4.0, -2.0], [1.0, -2.0, 1.0]])
"""The difference of two Laplacians: blind to flat ground, to slopes and to straight edges."""


def noise_of(pictures: Tensor) -> Tensor:
    """The spread of white noise in pictures (N,C,H,W) in [-1,1], (N,), in levels (Immerkær 1996).

    Detail counts as noise too: a clean drawing has a level or two.
    """
    levels = pictures.float().clamp(-1, 1) * 127.5
    channels = levels.shape[1]
    found = F.conv2d(levels, MASK.expand(channels, 1, 3, 3), groups=channels)
    return math.sqrt(math.pi / 2) / 6 * found.abs().mean((1, 2, 3))


def ground_noise(pictures: Tensor) -> float:
    """The same of flat ground: the median over the corners, a quarter of the side each.

    A thing that reaches into some corners does not matter to the median.
    """
    rows, columns = (side // 4 for side in pictures.shape[-2:])
    sides = (slice(rows), slice(-rows, None)), (slice(columns), slice(-columns, None))
    corners = [pictures[..., row, column] for row in sides[0] for column in sides[1]]
    return float(noise_of(torch.cat(corners)).median())
