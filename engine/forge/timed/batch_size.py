"""How many pictures a step are best on a device: it is tried, for a short time, at the start."""

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn

from engine.training import trainer
from engine.training.trainer import Objective, Settings

GAIN = 1.5
"""A doubled batch must learn from so many times as many pictures a second. On a GPU that waits for
small kernels it is nearly 2; where the sums take the time it is 1, and more steps are better."""
LEAST_SECONDS = 0.5
"""For which a batch is tried, once it is warm."""


@dataclass(frozen=True)
class Pace:
    """A batch, and how long a step of it takes."""

    batch: int
    seconds: float

    @property
    def pictures(self) -> float:
        """A second."""
        return self.batch / self.seconds


def best(
    model: nn.Module, objective: Callable[[int], Objective], first: int, most: int, seconds: float
) -> Pace:
    """`first`, doubled up to `most` while that pays, fits into the memory, and leaves time.

    `objective` makes that of a batch. The model stays as it is: a copy is trained, and forgotten.
    What does not fit into about `seconds` is not tried; `first` always is.
    """
    begun = time.monotonic()
    found = _tried(model, objective(first), first)
    while 2 * found.batch <= most:
        left = seconds - (time.monotonic() - begun)
        if 2 * found.seconds + LEAST_SECONDS > left:
            break
        try:
            larger = _tried(model, objective(2 * found.batch), 2 * found.batch)
        except torch.OutOfMemoryError:
            break
        if larger.pictures < GAIN * found.pictures:
            break
        found = larger
    _release(next(model.parameters()).device)
    return found


def _tried(model: nn.Module, objective: Objective, batch: int) -> Pace:
    device = next(model.parameters()).device
    how = Settings(1, lambda step: 0.0, fused=device.type == "cuda")
    training = trainer.begin(copy.deepcopy(model), how)
    trainer.one_step(training, objective, how)  # chooses kernels, takes memory
    _wait(device)
    begun, steps = time.monotonic(), 0
    while not steps or time.monotonic() - begun < LEAST_SECONDS:
        trainer.one_step(training, objective, how)
        _wait(device)
        steps += 1
    return Pace(batch, (time.monotonic() - begun) / steps)


def _wait(device: torch.device) -> None:
    """What was asked of an accelerator is done later."""
    if device.type in ("cuda", "mps"):
        getattr(torch, device.type).synchronize()


def _release(device: torch.device) -> None:
    if device.type in ("cuda", "mps"):
        getattr(torch, device.type).empty_cache()
