"""One part of a forge run: begun or resumed, trained, its progress kept as JSON lines."""

import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Protocol

import torch
from torch import nn

from engine.errors import BadInput
from engine.forge.run import ForgeRun
from engine.specs.forge import Forge
from engine.training import parallel, trainer
from engine.training.trainer import Objective, Progress, Settings, Training, warmup_stable_decay


class Resumed(Protocol):
    """Of a spec: whether a part goes on from its newest checkpoint, or must be new."""

    @property
    def resume(self) -> bool: ...


Report = Callable[[str, Progress], None]
Stop = Callable[[], bool]
Look = Callable[[Training], None]


def settings(spec: Forge, steps: int, rate: float) -> Settings:
    """How the trainer is to train `steps` steps at the peak rate `rate`."""
    return Settings(
        steps=steps,
        learning_rate=warmup_stable_decay(rate, steps, tail=spec.tail),
        seed=spec.seed,
        checkpoint_every=spec.checkpoint_every,
        minutes=spec.minutes or math.inf,
    )


def fit(
    part: str, model: nn.Module, objective: Objective, how: Settings, spec: Resumed,
    run: ForgeRun, report: Report, stop: Stop, look: Look = lambda training: None,
) -> tuple[Training, bool]:  # fmt: skip
    """Begin or resume a part and train it; whether all its steps are done.

    Raises BadInput where the part has checkpoints that the spec does not want resumed.
    """
    training = trainer.begin(model.to(memory_format=torch.channels_last), how)
    folder = run.checkpoints(part)
    folder.mkdir(parents=True, exist_ok=True)
    if not spec.resume and any(folder.iterdir()):
        raise BadInput(f"{folder} holds checkpoints; resume them or name another out folder")
    with run.events(part).open("a", encoding="utf-8") as log:

        def write(kind: str, fields: dict[str, Any]) -> None:
            if parallel.rank() == 0:
                log.write(json.dumps({"event": kind, "time": time.time(), **fields}) + "\n")
                log.flush()

        def emit(progress: Progress) -> None:
            write("progress", asdict(progress))
            if parallel.rank() == 0:
                report(part, progress)

        for warning in trainer.resume(training, folder):
            write("warning", {"text": warning})
        write("begin", {"step": training.step, "steps": how.steps})
        watched = look if parallel.rank() == 0 else lambda training: None
        return training, trainer.train(training, objective, how, folder, emit, stop, watched)
