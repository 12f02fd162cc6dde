"""One part of a forge run: begun or resumed, trained, its progress told to its event file."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import torch
from torch import nn

from engine.errors import BadInput
from engine.forge.run import ForgeRun
from engine.specs.forge import Forge
from engine.training import parallel, trainer
from engine.training.journal import Journal
from engine.training.placement import CPU
from engine.training.trainer import Objective, Progress, Settings, Training, warmup_stable_decay


class Resumed(Protocol):
    """Of a spec: whether a part goes on from its newest checkpoint, or must be new."""

    @property
    def resume(self) -> bool: ...


Report = Callable[[str, Progress], None]
Stop = Callable[[], bool]
Drawn = tuple[Path, Sequence[str]]
"""A sample sheet and the prompts of its pictures."""
Look = Callable[[Training], Drawn | None]


@dataclass(frozen=True)
class Watch:
    """Who looks on: hears of progress, may stop the training, may ask for a checkpoint."""

    report: Report
    stop: Stop
    keep: Stop = trainer.never


def settings(spec: Forge, steps: int, rate: float, device: torch.device = CPU) -> Settings:
    """How the trainer is to train `steps` steps at the peak rate `rate`.

    One kernel for the optimizer's step pays on CUDA, where a launch for every tensor would cost
    more than the sums.
    """
    return Settings(
        steps=steps,
        learning_rate=warmup_stable_decay(rate, steps, tail=spec.tail),
        seed=spec.seed,
        ema_decay=spec.ema_decay,
        fused=device.type == "cuda",
        checkpoint_every=spec.checkpoint_every,
        minutes=spec.minutes or math.inf,
    )


def fit(
    part: str, model: nn.Module, objective: Objective, how: Settings, spec: Resumed,
    run: ForgeRun, watch: Watch, look: Look = lambda training: None,
    note: Callable[[], object] = lambda: None,
) -> tuple[Training, bool]:  # fmt: skip
    """Begin or resume a part and train it; whether all its steps are done.

    `note` writes down what is trained, once it is sure that it can be.

    Raises BadInput where the part has checkpoints that the spec does not want resumed, or where
    another process trains it.
    """
    training = trainer.begin(model.to(memory_format=torch.channels_last), how)
    folder = run.checkpoints(part)
    folder.mkdir(parents=True, exist_ok=True)
    if not spec.resume and any(folder.iterdir()):
        raise BadInput(f"{folder} holds checkpoints; resume them or name another out folder")
    with Journal(run.folder, part) as journal:

        def emit(progress: Progress) -> None:
            journal.progress(progress)
            if parallel.rank() == 0:
                watch.report(part, progress)

        def after_step(training: Training) -> None:
            drawn = look(training) if parallel.rank() == 0 else None
            if drawn is not None:
                journal.drawn(training.step, *drawn)

        for warning in trainer.resume(training, folder):
            journal.notice(warning)
        parallel.first_alone(note)
        journal.begin(training.step, how.steps)
        journal.done = trainer.train(
            training, objective, how, folder, emit, watch.stop, after_step, watch.keep,
            journal.saved,
        )  # fmt: skip
    return training, journal.done
