"""The small judge's network: what a trunk sees as one row of numbers, and a head that reads it."""

from collections.abc import Callable

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from engine.judge.efficientnet import STAGES, Trunk, at_side

DEPTH = 5
"""Stages of the small judge: half of the network's blocks, 0.7 of its 4.7 M parameters."""
HIDDEN, GRID = 112, 4
WIDTH = (2 + GRID**2) * STAGES[DEPTH - 1][1]
Drop = Callable[[Tensor], Tensor]


def statistics(maps: Tensor) -> Tensor:
    """Mean and spread of each channel of (B,C,h,w): (B,2C)."""
    return torch.cat([maps.mean((2, 3)), maps.std((2, 3), correction=0)], 1)


def places(maps: Tensor) -> Tensor:
    """Mean of each channel of (B,C,h,w) in each of 4 × 4 places of the picture: (B,16C)."""
    return F.adaptive_avg_pool2d(maps, GRID).flatten(1)


class Head(nn.Module):
    """Logits from a row of numbers: normalised, then by one layer or, with `hidden`, by two."""

    mean: Tensor
    spread: Tensor

    def __init__(self, inputs: int, outputs: int, hidden: int = 0) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(inputs))
        self.register_buffer("spread", torch.ones(inputs))
        self.first = nn.Linear(inputs, hidden) if hidden else None
        self.last = nn.Linear(hidden or inputs, outputs)

    def normalise_by(self, rows: Tensor) -> None:
        """Take mean and spread from rows (N,inputs)."""
        exact = rows.float()
        self.mean.copy_(exact.mean(0))
        self.spread.copy_(exact.std(0, correction=0) + 1e-3)

    def forward(self, rows: Tensor, drop: Drop = lambda x: x) -> Tensor:
        """(B,inputs) to logits (B,outputs); `drop` is asked before every layer, in training."""
        x = (rows.float() - self.mean) / self.spread
        if self.first is not None:
            x = F.gelu(self.first(drop(x)))
        logits: Tensor = self.last(drop(x))
        return logits


def dropout(share: float, generator: torch.Generator) -> Drop:
    """Drops a share of the numbers at random (Srivastava et al. 2014)."""

    def drop(x: Tensor) -> Tensor:
        kept = torch.rand(x.shape, generator=generator) >= share
        return x * kept / (1 - share)

    return drop


class Network(nn.Module):
    """1.0 M parameters: the trunk as ImageNet taught it, and a head that learned from drawings."""

    def __init__(self, concepts: int) -> None:
        super().__init__()
        self.trunk = Trunk(DEPTH)
        self.head = Head(WIDTH, concepts, HIDDEN)

    def forward(self, pictures: Tensor) -> Tensor:
        """Logits (B,K) of pictures (B,3,h,w) in [-1,1], of any size."""
        *_, last = self.trunk.maps(at_side(pictures))
        logits: Tensor = self.head(torch.cat([statistics(last), places(last)], 1))
        return logits
