"""Stopped after any step and resumed: the same weights, losses, order of data, bit for bit."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from engine.digits import objectives, recipe
from engine.digits.objectives import Batches
from engine.runs.training_log import TrainingLog
from engine.specs import Train
from engine.training import checkpoint
from engine.training.fit import TrainingCallbacks
from engine.training.trainer import Training

WAYS = [("denoiser", "ddpm"), ("class", "ddpm"), ("class", "flow")]
Seen = dict[int, Tensor]


def spec(model: str, objective: str) -> Train:
    """Two epochs of three steps, that leave six pictures over each."""
    return Train(
        model=model, objective=objective, data="bundled", limit=30, batch=8, hidden=2, epochs=2,
        timesteps=4, sample_steps=2, sample_every=100, checkpoint_every=3, device="cpu",
        precision="fp32",
    )  # fmt: skip


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    """The pictures of each step, as the training gets them; a step that is taken again counts."""
    found: Seen = {}
    at = Batches.at

    def noted(self: Batches, step: int) -> tuple[Tensor, Tensor]:
        found[step] = at(self, step)[0]
        return at(self, step)

    monkeypatch.setattr(objectives.Batches, "at", noted)
    return found


def run(asked: Train, folder: Path, stop: Callable[[], bool]) -> Training:
    return recipe.train(asked, folder, TrainingCallbacks(lambda part, now: None, stop))[0]


def found(asked: Train, folder: Path) -> tuple[dict[str, Tensor], Any]:
    """What is left of a training: its last checkpoint, and its curve of the loss."""
    newest = next(checkpoint.newest(folder / asked.model / "checkpoints"))
    return checkpoint.read(newest)[0], TrainingLog.read(folder).parts[asked.model].curves["loss"]


@pytest.mark.parametrize(("model", "objective"), WAYS)
def test_a_stop_after_every_single_step_changes_nothing(
    tmp_path: Path, seen: Seen, model: str, objective: str
) -> None:
    asked = spec(model, objective)
    run(asked, tmp_path / "whole", lambda: False)
    order = dict(seen)
    seen.clear()
    for step in range(1, len(order) + 1):
        left = iter([False])
        assert run(asked, tmp_path / "parts", lambda left=left: next(left, True)).step == step
    assert [*seen] == [*order] == list(range(len(order)))
    assert all(torch.equal(seen[step], order[step]) for step in order)
    (weights, losses), (others, curve) = (found(asked, tmp_path / n) for n in ("whole", "parts"))
    assert curve == losses
    assert weights.keys() == others.keys()
    assert all(torch.equal(weights[name], others[name]) for name in weights)
