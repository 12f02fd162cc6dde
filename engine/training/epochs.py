"""Epochs: which examples a step sees, and the mean of the loss over all of them.

Both are functions of the step, so that a training that is taken up anywhere goes on exactly.
"""

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Self

import torch
from torch import Tensor

from engine.events import Progress
from engine.runs.training_part import MEAN, Part


def steps_per_epoch(count: int, batch: int) -> int:
    """Whole batches in `count` examples."""
    return count // batch


def batch_of(count: int, batch: int, seed: int, step: int) -> Tensor:
    """Indices (batch,) int64 of a step: every epoch is a permutation seeded by (seed, epoch).

    What is left over of an epoch, less than a batch, is other examples each time. A small last
    batch would count as much as the others, and normalise by the statistics of few.
    """
    epoch, part = divmod(step, steps_per_epoch(count, batch))
    return _order(count, seed, epoch)[part * batch : (part + 1) * batch]


@lru_cache(maxsize=4)
def _order(count: int, seed: int, epoch: int) -> Tensor:
    own = (seed + 1) * 2_000_003 + epoch  # apart from the seeds of the steps' noise
    return torch.randperm(count, generator=torch.Generator().manual_seed(own % 2**63))


@dataclass
class Means:
    """Adds to the report that ends an epoch the mean of the losses of all its steps."""

    epoch: int
    losses: list[float]

    @classmethod
    def of(cls, part: Part, epoch: int) -> Self:
        """Those of a part that goes on: what it told of its epoch until then counts."""
        curve, begun = part.curves.get("loss"), part.step - part.step % max(1, epoch)
        reported = zip(curve.steps, curve.values, strict=True) if curve else ()
        return cls(epoch, [loss for step, loss in reported if step > begun])

    def add(self, now: Progress) -> Progress:
        """The same report, with the mean where an epoch ends."""
        self.losses += now.losses
        if not self.epoch or now.step % self.epoch:
            return now
        mean, self.losses = math.fsum(self.losses) / len(self.losses), []
        return replace(now, metrics={**now.metrics, MEAN: mean})
