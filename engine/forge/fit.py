"""One part of a forge run: how it is trained, by the fitting that every training here shares."""

import math
from collections.abc import Callable
from typing import Protocol

import torch
from torch import nn

from engine.forge.run import ForgeRun
from engine.specs.forge import Forge
from engine.training import fit as fitting
from engine.training.fit import Drawn, Look, Part, Report, Stop, Watch
from engine.training.placement import CPU
from engine.training.trainer import Objective, Settings, Training, warmup_stable_decay

__all__ = ["Drawn", "Look", "Report", "Resumed", "Stop", "Watch", "fit", "settings"]


class Resumed(Protocol):
    """Of a spec: whether a part goes on from its newest checkpoint, or must be new."""

    @property
    def resume(self) -> bool: ...


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
    """Begin or resume a part and train it, as :func:`engine.training.fit.fit` does."""
    here, laid_out = (
        Part(run.folder, part, spec.resume, isinstance(spec, Forge) and spec.tensorboard),
        model.to(memory_format=torch.channels_last),
    )
    return fitting.fit(here, laid_out, objective, how, watch, look, note)
