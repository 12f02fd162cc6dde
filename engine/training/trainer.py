"""The training loop. What is learned is an objective passed in; nothing here knows of pictures.

Everything random in step k comes from a generator seeded with (seed, k), and so does the order of
the data: a checkpoint needs no generator state, and a resumed run equals an uninterrupted one bit
for bit (same machine, same number of threads and processes).
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer
from torch.optim.swa_utils import AveragedModel

from engine.errors import BadInput
from engine.training import checkpoint, parallel

Objective = Callable[[nn.Module, int, torch.Generator], dict[str, Tensor]]
Schedule = Callable[[int], float]
Emit = Callable[["Progress"], None]


def never() -> bool:
    """Nobody stops the training, nobody asks for a checkpoint."""
    return False


class Diverged(RuntimeError):  # noqa: N818
    """The loss was not finite; the message names the step and the last good checkpoint."""


@dataclass(frozen=True)
class Progress:
    """Averages over the steps since the last report. `metrics` holds `loss` and its parts."""

    step: int
    steps: int
    metrics: dict[str, float]
    learning_rate: float
    seconds: float
    steps_per_second: float


@dataclass(frozen=True)
class Settings:
    """How to train. `learning_rate` maps a step to a rate; intervals are in steps."""

    steps: int
    learning_rate: Schedule
    seed: int = 2718
    ema_decay: float = 0.999
    weight_decay: float = 0.01
    clip_norm: float = 1.0
    report_every: int = 20
    checkpoint_every: int = 500
    minutes: float = math.inf


def step_generator(seed: int, step: int) -> torch.Generator:
    """The CPU generator of one step: a function of (seed, step, process) alone."""
    own = seed * 1_000_003 + step + parallel.rank() * 500_000_009  # torch reads the low 32 bits
    return torch.Generator().manual_seed(own % 2**63)


def warmup_stable_decay(peak: float, steps: int, warmup: int = 100, tail: float = 0.25) -> Schedule:
    """Rate: linear rise, flat, then a linear fall to zero over the last `tail` of `steps`.

    The flat part does not depend on `steps`, so a run can be made longer or shorter until its
    fall begins (Hu et al. 2024, MiniCPM).
    """

    def rate(step: int) -> float:
        left = (steps - step) / max(1.0, tail * steps)
        return peak * min(1.0, (step + 1) / warmup, max(0.0, left))

    return rate


def averaged(model: nn.Module, decay: float) -> AveragedModel:
    """An exponential moving average of a model's parameters; buffers are copied.

    The decay begins at 0.1 and rises as (1 + n) / (10 + n), so that early averages follow.
    """

    def update(average: list[Tensor], current: list[Tensor], count: Tensor | int) -> None:
        share = 1 - min(decay, (1 + int(count)) / (10 + int(count)))
        torch._foreach_lerp_(average, current, share)

    with torch.no_grad():
        return AveragedModel(model, multi_avg_fn=cast(Callable[..., None], torch.no_grad()(update)))


@dataclass
class Training:
    """A model on its way: weights, their average, the optimizer, and the steps done."""

    model: nn.Module
    ema: AveragedModel
    optimizer: Optimizer
    step: int = 0


def begin(model: nn.Module, settings: Settings) -> Training:
    """A training at step 0."""
    wanted = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = AdamW(wanted, lr=0.0, weight_decay=settings.weight_decay)
    return Training(model, averaged(model, settings.ema_decay), optimizer)


def resume(training: Training, folder: Path) -> list[str]:
    """Continue from the newest checkpoint that can be read; a warning for each that cannot."""
    warnings: list[str] = []
    for path in checkpoint.newest(folder):
        try:
            training.step = checkpoint.restore(
                path, training.model, training.ema, training.optimizer
            )
            break
        except BadInput:
            raise
        except ValueError as error:
            warnings.append(str(error))
    return warnings


def one_step(training: Training, objective: Objective, settings: Settings) -> dict[str, float]:
    """One optimizer step; raises Diverged, weights untouched, when the loss is not finite."""
    for group in training.optimizer.param_groups:
        group["lr"] = settings.learning_rate(training.step)
    losses = objective(training.model, training.step, step_generator(settings.seed, training.step))
    means = parallel.mean(torch.stack([value.detach().float() for value in losses.values()]))
    values = dict(zip(losses, means.tolist(), strict=True))
    if not all(math.isfinite(value) for value in values.values()):
        raise Diverged(f"the loss is not finite at step {training.step}: {values}")
    training.optimizer.zero_grad(set_to_none=True)
    losses["loss"].backward()  # type: ignore[no-untyped-call]
    parallel.average_gradients(training.model)
    nn.utils.clip_grad_norm_(training.model.parameters(), settings.clip_norm)
    training.optimizer.step()
    training.ema.update_parameters(training.model)
    training.step += 1
    return values


def train(
    training: Training,
    objective: Objective,
    settings: Settings,
    folder: Path,
    emit: Emit = lambda progress: None,
    stop: Callable[[], bool] = never,
    after_step: Callable[[Training], None] = lambda training: None,
    keep: Callable[[], bool] = never,
    saved: Callable[[int], None] = lambda step: None,
) -> bool:
    """Train until `settings.steps`, `settings.minutes` or `stop()`; True when all steps are done.

    Writes a checkpoint into `folder` every `checkpoint_every` steps, where `keep()` asks for one
    and at the end, also when it is stopped; `saved` hears of each. `after_step` may look at the
    training (to draw samples) and must not change it.
    Raises Diverged; the last good checkpoint stays.
    """
    started = reported = time.monotonic()
    sums: dict[str, float] = {}
    count = 0
    kept = training.step
    training.model.train()

    def write() -> int:
        save(training, folder)
        saved(training.step)
        return training.step

    def over() -> bool:
        return stop() or time.monotonic() - started > settings.minutes * 60

    while training.step < settings.steps and not parallel.anyone(over()):
        for name, value in one_step(training, objective, settings).items():
            sums[name] = sums.get(name, 0.0) + value
        count += 1
        now = time.monotonic()
        if training.step % settings.report_every == 0 or training.step == settings.steps:
            means = {name: value / count for name, value in sums.items()}
            rate = settings.learning_rate(training.step - 1)
            speed = count / max(now - reported, 1e-9)
            emit(Progress(training.step, settings.steps, means, rate, now - started, speed))
            sums, count, reported = {}, 0, now
        if parallel.anyone(keep()) or training.step % settings.checkpoint_every == 0:
            kept = write()
        after_step(training)
    if kept != training.step:
        write()
    return training.step >= settings.steps


def save(training: Training, folder: Path) -> None:
    """Write a checkpoint of this moment."""
    parts = training.model, training.ema, training.optimizer
    parallel.first_alone(lambda: checkpoint.save(folder, training.step, *parts))
