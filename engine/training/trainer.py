"""The training loop. What is learned is an objective passed in; nothing here knows of pictures.

Everything random in step k comes from a generator seeded with (seed, k), and so does the order of
the data: a checkpoint needs no generator state, and a resumed run equals an uninterrupted one bit
for bit (same machine, same number of threads and processes; on a GPU as far as its kernels repeat
their sums). A checkpoint knows of no device: what was begun on one goes on on another.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer
from torch.optim.swa_utils import AveragedModel

from engine.errors import BadInput
from engine.events import Progress as Progress
from engine.training import checkpoint, distributed
from engine.training.power_ema import PowerEma
from engine.training.progress import ProgressCallback, ProgressMeter

Objective = Callable[[nn.Module, int, torch.Generator], dict[str, Tensor]]
Schedule = Callable[[int], float]


def never() -> bool:
    """Nobody stops the training, nobody asks for a checkpoint."""
    return False


class Diverged(RuntimeError):  # noqa: N818
    """The loss was not finite; the message names the step and the last good checkpoint."""


@dataclass(frozen=True)
class Settings:
    """How to train. `learning_rate` maps a step to a rate; intervals are in steps.

    With a time limit of `minutes`, the rate also falls to zero over its last `time_tail`, a share.
    Reports come every `report_every` steps but not more often than every `report_seconds`, and at
    the end of each epoch of `epoch` steps (0: there are none). An infinite `clip_norm` clips
    nothing; `fused` lets one kernel do the optimizer's step, with its own rounding. For each of
    `average_widths` (σ_rel) a power-function EMA is recorded beside the exponential one.
    """

    steps: int
    learning_rate: Schedule
    seed: int = 2718
    ema_decay: float = 0.999
    average_widths: tuple[float, ...] = ()
    weight_decay: float = 0.01
    clip_norm: float = 1.0
    fused: bool = False
    report_every: int = 20
    report_seconds: float = 0.0
    epoch: int = 0
    checkpoint_every: int = 500
    minutes: float = math.inf
    time_tail: float = 0.0


def step_generator(seed: int, step: int) -> torch.Generator:
    """The CPU generator of one step: a function of (seed, step, process) alone."""
    own = seed * 1_000_003 + step + distributed.rank() * 500_000_009  # torch reads the low 32 bits
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


def fade(settings: Settings, seconds: float) -> float:
    """Share of the rate after a time: 1, then a linear fall to 0 where the time limit is reached.

    It goes by the clock, for nobody knows how many steps there will be: the same decay as by steps,
    whatever the machine's pace.
    """
    if math.isinf(settings.minutes) or not settings.time_tail:
        return 1.0
    left = 1 - seconds / (60 * settings.minutes)
    return min(1.0, max(0.0, left / settings.time_tail))


def averaged(model: nn.Module, decay: float) -> AveragedModel:
    """An exponential moving average of a model's parameters; buffers are copied.

    The decay begins at 0.1 and rises as (1 + n) / (10 + n), so that early averages follow.
    """

    def update(average: list[Tensor], current: list[Tensor], _: Tensor | int) -> None:
        # The count that is passed is on the device: to read it would be to wait for the step.
        count = int(ema.n_averaged)
        torch._foreach_lerp_(average, current, 1 - min(decay, (1 + count) / (10 + count)))

    with torch.no_grad():
        ema = AveragedModel(model, multi_avg_fn=cast(Callable[..., None], torch.no_grad()(update)))
    return ema


@dataclass
class Training:
    """A model on its way: weights, their averages, the optimizer, and the steps done."""

    model: nn.Module
    ema: AveragedModel
    optimizer: Optimizer
    averages: PowerEma | None = None
    step: int = 0


def begin(model: nn.Module, settings: Settings) -> Training:
    """A training at step 0, on the device of the model."""
    wanted = [parameter for parameter in model.parameters() if parameter.requires_grad]
    decay, fused = settings.weight_decay, settings.fused
    optimizer = AdamW(wanted, lr=0.0, weight_decay=decay, fused=fused)
    widths = settings.average_widths
    averages = PowerEma(model, widths) if widths else None
    return Training(model, averaged(model, settings.ema_decay), optimizer, averages)


def resume(training: Training, folder: Path) -> list[str]:
    """Continue from the newest checkpoint that can be read; a warning for each that cannot."""
    warnings: list[str] = []
    for path in checkpoint.newest(folder):
        try:
            training.step = checkpoint.restore(
                path, training.model, training.ema, training.optimizer, training.averages
            )
            break
        except BadInput:
            raise
        except ValueError as error:
            warnings.append(str(error))
    return warnings


def one_step(
    training: Training, objective: Objective, settings: Settings, share: float = 1.0
) -> dict[str, float]:
    """One optimizer step, at a share of the step's rate.

    Raises Diverged, weights untouched, when the loss is not finite.
    """
    for group in training.optimizer.param_groups:
        group["lr"] = share * settings.learning_rate(training.step)
    losses = objective(training.model, training.step, step_generator(settings.seed, training.step))
    means = distributed.mean(torch.stack([value.detach().float() for value in losses.values()]))
    values = dict(zip(losses, means.tolist(), strict=True))
    if not all(math.isfinite(value) for value in values.values()):
        raise Diverged(f"the loss is not finite at step {training.step}: {values}")
    training.optimizer.zero_grad(set_to_none=True)
    losses["loss"].backward()  # type: ignore[no-untyped-call]
    distributed.average_gradients(training.model)
    if math.isfinite(settings.clip_norm):
        nn.utils.clip_grad_norm_(training.model.parameters(), settings.clip_norm)
    training.optimizer.step()
    training.ema.update_parameters(training.model)
    training.step += 1
    if training.averages is not None:
        training.averages.update(training.model, training.step)
    return values


def train(
    training: Training,
    objective: Objective,
    settings: Settings,
    folder: Path,
    emit: ProgressCallback = lambda progress: None,
    stop: Callable[[], bool] = never,
    after_step: Callable[[Training], None] = lambda training: None,
    keep: Callable[[], bool] = never,
    saved: Callable[[int], None] = lambda step: None,
    warn: Callable[[str], None] = lambda line: None,
) -> bool:
    """Train until `settings.steps`, `settings.minutes` or `stop()`; True when all steps are done.

    Writes a checkpoint into `folder` every `checkpoint_every` steps, after each epoch, where
    `keep()` asks for one and at the end, also when it is stopped; `saved` hears of each.
    `after_step` may look at the training (to draw samples) and must not change it; it is done
    before the checkpoint, so that what goes on from there has the samples of its step. Where a
    checkpoint cannot be written, `warn` hears why and the training goes on; only the last one must
    be: BadInput where it cannot.
    The time limit is this call's: a training that is taken up again has it anew, and its rate
    begins at the peak again; only without a limit is it the same as an uninterrupted one.
    Raises Diverged; the last good checkpoint stays, and nothing that is not finite is written.
    """
    meter = ProgressMeter(settings.steps, emit)
    kept, share = training.step, 1.0
    training.model.train()

    def report() -> None:
        meter.report(training.step, share * settings.learning_rate(max(0, training.step - 1)))

    def write() -> None:
        nonlocal kept
        report()  # first: what was learned up to a checkpoint is told once and for all
        try:
            save(training, folder)
        except BadInput as error:
            raise BadInput(f"{error}; the newest checkpoint is of step {kept}") from None
        kept = training.step
        saved(kept)

    def write_if_possible() -> None:
        try:
            write()
        except BadInput as error:
            warn(str(error))

    def over() -> bool:
        nonlocal share
        seconds = meter.seconds
        with meter.held():
            stopped, seconds = distributed.agreed(float(stop()), seconds)
        share = fade(settings, seconds)
        return stopped > 0 or seconds >= settings.minutes * 60

    try:
        while training.step < settings.steps and not over():
            meter.add(one_step(training, objective, settings, share))
            if _due(training.step, settings, meter):
                report()
            after_step(training)
            if distributed.anyone(keep()) or _kept(training.step, settings):
                write_if_possible()
    finally:
        report()
    if kept != training.step:
        write()
    return training.step >= settings.steps


def _due(step: int, settings: Settings, meter: ProgressMeter) -> bool:
    """Whether the steps up to this one are to be reported now."""
    if step == settings.steps or _ends_epoch(step, settings):
        return True
    return step % settings.report_every == 0 and meter.waited(settings.report_seconds)


def _kept(step: int, settings: Settings) -> bool:
    """Whether a checkpoint is due: every so many steps, and where an epoch ends."""
    return step % settings.checkpoint_every == 0 or _ends_epoch(step, settings)


def _ends_epoch(step: int, settings: Settings) -> bool:
    return bool(settings.epoch) and step % settings.epoch == 0


def save(training: Training, folder: Path) -> None:
    """Write a checkpoint of this moment; raises Diverged where there is nothing good to keep."""
    if not all(torch.isfinite(value).all() for value in training.model.state_dict().values()):
        raise Diverged(f"the weights are not finite after step {training.step}")
    parts = training.model, training.ema, training.optimizer
    distributed.first_alone(
        lambda: checkpoint.save(folder, training.step, *parts, averages=training.averages)
    )
