"""How the classifier learns: the project's trainer, on digits that are varied at random."""

import math
from collections.abc import Callable
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from engine.digits.classifier.network import Classifier
from engine.digits.data import Digits, to_unit
from engine.training import trainer
from engine.training.trainer import Objective, Progress, Settings, warmup_stable_decay

BATCH, RATE, SMOOTHING = 128, 3e-3, 0.05
TURN, SHEAR, SCALE, SHIFT = 14.0, 0.2, 0.12, 2.5
"""Most degrees, shear, share of the size, and pixels."""
NOISE, DIM = 0.25, 0.3
"""Most σ of added noise, and share of the brightness that is taken away."""


def objective_on(digits: Digits) -> Objective:
    """Cross-entropy with label smoothing (Szegedy et al. 2016); `hit` is the share told right."""

    def objective(model: nn.Module, step: int, generator: torch.Generator) -> dict[str, Tensor]:
        chosen = torch.randint(len(digits), (BATCH,), generator=generator)
        logits = model(varied(to_unit(digits.images[chosen]), generator))
        loss = F.cross_entropy(logits, digits.labels[chosen], label_smoothing=SMOOTHING)
        return {"loss": loss, "hit": (logits.argmax(1) == digits.labels[chosen]).float().mean()}

    return objective


def settings(steps: int, seed: int) -> Settings:
    """A rise, a plateau, and a fall over the last two thirds."""
    rate = warmup_stable_decay(RATE, steps, warmup=min(100, 1 + steps // 10), tail=0.7)
    return Settings(
        steps=steps, learning_rate=rate, seed=seed, ema_decay=0.99, weight_decay=0.02,
        clip_norm=10.0, checkpoint_every=500,
    )  # fmt: skip


def taught(
    digits: Digits, steps: int, seed: int, folder: Path,
    report: Callable[[Progress], None] = lambda progress: None,
) -> Classifier:  # fmt: skip
    """A classifier that learned from digits, its averaged weights, for inference.

    Goes on from the newest checkpoint in `folder`, if there is one.
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = Classifier()
    how = settings(steps, seed)
    training = trainer.begin(model, how)
    trainer.resume(training, folder)
    trainer.train(training, objective_on(digits), how, folder, report)
    classifier = training.ema.module
    assert isinstance(classifier, Classifier)
    return settled(classifier, digits)


@torch.no_grad()
def settled(classifier: Classifier, digits: Digits) -> Classifier:
    """The same classifier in eval(), normalising by statistics of its own weights.

    Those that were copied belong to the weights of which these are the average (Izmailov et al.
    2018, arXiv 1803.05407).
    """
    norms = [module for module in classifier.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    classifier.train()
    generator = torch.Generator().manual_seed(0)
    order = torch.randperm(len(digits), generator=generator)
    for part in torch.split(digits.images[order], 500):
        classifier(varied(to_unit(part), generator))
    return classifier.eval().requires_grad_(False)


def varied(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Pictures (B, 1, 28, 28) in [0, 1], each changed in its own way; a third stay free of noise.

    Samples of a diffusion model keep a little noise and are not all as bright as scans: a
    classifier that has never seen either would measure that instead of the digit.
    """
    moved = _moved(pictures, generator)
    count = (len(pictures), 1, 1, 1)
    dim = 1 - DIM * torch.rand(count, generator=generator)
    spread = (NOISE * (1.5 * torch.rand(count, generator=generator) - 0.5)).clamp(min=0)
    return dim * moved + spread * torch.randn(moved.shape, generator=generator)


def _moved(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Resampled through one affine map for each picture."""
    side = pictures.shape[-1]
    turn, shear, wide, high, right, down = 2 * torch.rand(6, len(pictures), generator=generator) - 1
    angle = turn * math.radians(TURN)
    wide, high = 1 + SCALE * wide, 1 + SCALE * high
    rows = [
        torch.stack([wide * angle.cos(), SHEAR * shear - angle.sin(), 2 * SHIFT / side * right], 1),
        torch.stack([angle.sin(), high * angle.cos(), 2 * SHIFT / side * down], 1),
    ]
    grid = F.affine_grid(torch.stack(rows, 1), list(pictures.shape), align_corners=False)
    return F.grid_sample(pictures, grid, align_corners=False)
