"""Several processes that train together are one process with the whole batch."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, multiprocessing, nn

from engine.forge.pictures import draw_indices
from engine.runs.training_log import TrainingLog
from engine.training import checkpoint, distributed, trainer
from engine.training.fit import Part, TrainingCallbacks, fit
from engine.training.trainer import Diverged, Settings

COUNT = 2


def objective(model: nn.Module, step: int, generator: torch.Generator) -> dict[str, Tensor]:
    """Fit fixed rows: no noise, so that only the way of sharing them is at stake."""
    rows = torch.linspace(-1, 1, 40).view(20, 2)[distributed.share(draw_indices(20, 4, 0, step))]
    return {"loss": (model(rows) - rows.sum(1, keepdim=True)).square().mean()}


def poisoned(model: nn.Module, step: int, generator: torch.Generator) -> dict[str, Tensor]:
    """Process 1 alone meets a NaN, at step 3."""
    factor = float("nan") if (step, distributed.rank()) == (3, 1) else 1.0
    return {"loss": objective(model, step, generator)["loss"] * factor}


def train(folder: Path, learn: trainer.Objective = objective) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 8), nn.GELU(), nn.Linear(8, 1))
    how = Settings(steps=6, learning_rate=lambda step: 1e-2)
    training = trainer.begin(model, how)
    # Only process 0 is told to stop, after step 5: the other must stop with it.
    stop = lambda: distributed.rank() == 0 and training.step >= 5  # noqa: E731
    trainer.train(training, learn, how, folder, stop=stop)
    assert training.step == 5


def member(rank: int, port: int, folder: Path) -> None:
    """What each process does."""
    torch.set_num_threads(1)
    where = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    os.environ.update(where, RANK=str(rank), WORLD_SIZE=str(COUNT))
    with distributed.group():
        train(folder / "together")
        with pytest.raises(Diverged, match="step 3"):
            train(folder / "poisoned", poisoned)
    # A thread left over may abort the process while the interpreter ends.
    assert not [name for name in thread_names() if "gloo" in name]


def thread_names() -> list[str]:
    """The names of this process's threads, those of C++ too (none where there is no /proc)."""
    return [(task / "comm").read_text() for task in Path("/proc/self/task").glob("*")]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_two_processes_take_the_steps_of_one_and_stop_together(tmp_path: Path) -> None:
    multiprocessing.spawn(member, (free_port(), tmp_path), nprocs=COUNT)
    train(tmp_path / "alone")
    together, alone = (
        checkpoint.read(next(checkpoint.newest(tmp_path / name)))[0]
        for name in ("together", "alone")
    )
    assert together.keys() == alone.keys()
    assert all(torch.allclose(together[name], alone[name], atol=1e-6) for name in alone)


def test_that_a_part_has_begun_is_written_before_the_other_processes_read_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = distributed.first_alone

    def then_read(write: Callable[[], object]) -> None:
        alone(write)
        assert "one" in TrainingLog.read(tmp_path).parts

    monkeypatch.setattr(distributed, "first_alone", then_read)
    how, watch = (
        Settings(steps=1, learning_rate=lambda step: 1e-2),
        TrainingCallbacks(print, trainer.never),
    )
    assert fit(Part(tmp_path, "one"), nn.Linear(2, 1), objective, how, watch)[1]
