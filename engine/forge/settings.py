"""One part of a forge run: where it is, and how it is trained."""

import math

import torch

from engine.forge.run_paths import ForgeRun
from engine.specs.forge import Forge
from engine.training.devices import CPU
from engine.training.fit import Part
from engine.training.trainer import Settings, warmup_stable_decay


def part_of(spec: Forge, run: ForgeRun, name: str) -> Part:
    """The part "text", "stage1" or "stage2" of a run, as the spec wants it taken up."""
    return Part(run.folder, name, spec.resume, spec.tensorboard)


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
