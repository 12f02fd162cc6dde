"""The nearest training picture: whether a cascade draws, or remembers."""

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.forge.classifier.opinion import at_judges_side

CHUNK = 4000


@dataclass(frozen=True)
class Nearest:
    """For each of N pictures the nearest of a pool: distances (N,), in levels of 255, and indices.

    The distance is the root of the mean squared difference over pixels and channels.
    """

    distances: Tensor
    indices: Tensor


def nearest(pictures: Tensor, pool: Tensor) -> Nearest:
    """Of pictures (N,3,s,s) in [-1,1], among pool (M,3,32,32) uint8, mirrored or not."""
    wanted = levels(pictures)
    ways = [_search(wanted, pool), _search(wanted.flip(-1), pool)]
    distances = torch.stack([way.distances for way in ways])
    best = distances.argmin(0, keepdim=True)
    indices = torch.stack([way.indices for way in ways]).gather(0, best)[0]
    return Nearest(distances.gather(0, best)[0], indices)


def levels(pictures: Tensor) -> Tensor:
    """Pictures in [-1,1] at the judge's side, as float levels 0 to 255."""
    return ((at_judges_side(pictures.clamp(-1, 1)) + 1) * 127.5).round()


def _search(wanted: Tensor, pool: Tensor) -> Nearest:
    flat = wanted.flatten(1)
    found = [_closest(flat, part) for part in torch.split(pool, CHUNK)]
    chunk = torch.stack([distances for distances, _ in found]).argmin(0)
    inside = torch.stack([indices for _, indices in found]).gather(0, chunk.unsqueeze(0))[0]
    indices = chunk * CHUNK + inside
    # Products in single precision blur small distances: the one that is reported is taken anew.
    apart = flat - pool[indices].flatten(1).float()
    return Nearest(apart.square().mean(1).sqrt(), indices)


def _closest(flat: Tensor, part: Tensor) -> tuple[Tensor, Tensor]:
    distances, indices = torch.cdist(flat, part.flatten(1).float()).min(dim=1)
    return distances, indices
