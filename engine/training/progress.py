"""How far a training is: its epochs, the examples of a step, its losses since the last report.

Examples and means are functions of the step, so that a training that is taken up anywhere goes on
exactly.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
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


ProgressCallback = Callable[[Progress], None]


@dataclass
class ProgressMeter:
    """Gathers the losses of steps until they are reported.

    It knows of no run and no part: who has these fills them in.
    """

    steps: int
    emit: ProgressCallback
    began: float = field(default_factory=lambda: time.monotonic())
    reported: float = field(default_factory=lambda: time.monotonic())
    gathered: list[dict[str, float]] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """Time since the training began or went on."""
        return time.monotonic() - self.began

    def add(self, losses: dict[str, float]) -> None:
        """The losses of one more step."""
        self.gathered.append(losses)

    @contextmanager
    def held(self) -> Iterator[None]:
        """What passes inside is no time of training: it may be paused."""
        before = time.monotonic()
        yield
        passed = time.monotonic() - before
        self.began, self.reported = self.began + passed, self.reported + passed

    def waited(self, seconds: float) -> bool:
        """Whether the last report is at least so old."""
        return time.monotonic() - self.reported >= seconds

    def report(self, step: int, rate: float) -> None:
        """Report the steps up to `step` that were not reported yet, if there are any."""
        if not self.gathered:
            return
        now, count = time.monotonic(), len(self.gathered)
        means = {
            name: sum(losses[name] for losses in self.gathered) / count for name in self.gathered[0]
        }
        pace = count / max(now - self.reported, 1e-9)
        single = tuple(losses["loss"] for losses in self.gathered)
        self.gathered, self.reported = [], now
        self.emit(Progress("", now - self.began, "", step, self.steps, means, rate, pace, single))
