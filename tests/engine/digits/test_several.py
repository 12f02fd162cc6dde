"""Digits trained by two processes: one run, told by one of them, and taken up by one alone."""

import os
from pathlib import Path

from torch import multiprocessing

from engine.digits import recipe
from engine.runs.training_log import TrainingLog
from engine.specs import Train
from engine.training import checkpoint, distributed
from engine.training.fit import TrainingCallbacks
from engine.training.trainer import never
from tests.engine.training.test_distributed import free_port

SPEC = Train(
    model="time", data="bundled", limit=32, batch=8, hidden=2, epochs=1, timesteps=4, threads=1,
    device="cpu", precision="fp32",
)  # fmt: skip


def member(rank: int, port: int, run: Path) -> None:
    """What each process does."""
    where = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    os.environ.update(where, RANK=str(rank), WORLD_SIZE="2")
    with distributed.group():
        training, done = recipe.train(SPEC, run, TrainingCallbacks(lambda part, now: None, never))
    assert done
    assert training.step == 4


def test_two_processes_train_one_run(tmp_path: Path) -> None:
    multiprocessing.spawn(member, (free_port(), tmp_path), nprocs=2)
    part = TrainingLog.read(tmp_path).parts["time"]
    assert part.curves["loss"].steps == [1, 2, 3, 4]
    assert [sheet.step for sheet in part.samples] == [4]
    assert (
        checkpoint.read(next(checkpoint.newest(tmp_path / "time" / "checkpoints")))[1]["step"] == 4
    )
    longer = SPEC.model_copy(update={"epochs": 2})
    _, done = recipe.train(longer, tmp_path, TrainingCallbacks(lambda part, now: None, never))
    assert done
    assert TrainingLog.read(tmp_path).parts["time"].step == 8
