"""How the judge learns: the project's trainer, on digits that are varied at random."""

from collections.abc import Callable
from pathlib import Path

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from engine.digits.classifier.handwriting import varied
from engine.digits.classifier.network import Classifier
from engine.digits.data import Digits, to_unit
from engine.training import trainer
from engine.training.trainer import Objective, Progress, Settings, warmup_stable_decay

BATCH, RATE, SMOOTHING = 128, 3e-3, 0.05


def objective_on(digits: Digits) -> Objective:
    """Cross-entropy with label smoothing (Szegedy et al. 2016); `hit` is the share told right."""

    def objective(model: nn.Module, step: int, generator: torch.Generator) -> dict[str, Tensor]:
        chosen = torch.randint(len(digits), (BATCH,), generator=generator)
        said = model(varied(to_unit(digits.images[chosen]), generator))
        loss = F.cross_entropy(said, digits.labels[chosen], label_smoothing=SMOOTHING)
        return {"loss": loss, "hit": (said.argmax(1) == digits.labels[chosen]).float().mean()}

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
    """A judge that learned from digits, its averaged weights, for inference.

    Goes on from the newest checkpoint in `folder`, if there is one.
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = Classifier()
    how = settings(steps, seed)
    training = trainer.begin(model, how)
    trainer.resume(training, folder)
    trainer.train(training, objective_on(digits), how, folder, report)
    judge = training.ema.module
    assert isinstance(judge, Classifier)
    return settled(judge, digits)


@torch.no_grad()
def settled(judge: Classifier, digits: Digits) -> Classifier:
    """The same judge in eval(), normalising by statistics of its own weights.

    Those that were copied belong to the weights of which these are the average (Izmailov et al.
    2018, arXiv 1803.05407).
    """
    norms = [module for module in judge.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    judge.train()
    generator = torch.Generator().manual_seed(0)
    order = torch.randperm(len(digits), generator=generator)
    for part in torch.split(digits.images[order], 500):
        judge(varied(to_unit(part), generator))
    return judge.eval().requires_grad_(False)
