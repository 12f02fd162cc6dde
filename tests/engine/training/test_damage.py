"""What disks and accidents do to checkpoints: a training goes on, and says what happened."""

import errno
import os
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from engine import events
from engine.errors import BadInput
from engine.events import Progress
from engine.runs.training_log import TrainingLog
from engine.training import checkpoint, progress, trainer
from engine.training.event_log import EventLog
from engine.training.fit import Part, TrainingCallbacks, fit
from tests.engine.training.test_trainer import (
    full_disk,
    objective,
    settings,
    small,
    trained,
    weights,
)

SIZE = 2000
"""Bytes of a file: fewer than a checkpoint has."""


@contextmanager
def full(size: int = SIZE) -> Iterator[None]:
    """A disk that takes no file larger than this."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def train(folder: Path, steps: int = 12, **told: object) -> trainer.Training:
    training = trainer.begin(small(), settings(steps))
    trainer.resume(training, folder)
    trainer.train(training, objective, settings(steps), folder, **told)  # type: ignore[arg-type]
    return training


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_full_disk_costs_a_checkpoint_and_not_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    save, calls = checkpoint.save_file, iter([False, True, False])

    def sometimes_full(*given: object) -> None:
        if next(calls, False):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        save(*given)

    monkeypatch.setattr(checkpoint, "save_file", sometimes_full)
    training = train(tmp_path, warn=said.append)
    (line,) = said
    assert "step-00000008.safetensors: no space left on device" in line
    assert line.endswith("; the newest checkpoint is of step 4")
    assert names(tmp_path) == ["step-00000004.safetensors", "step-00000012.safetensors"]
    whole = weights(trained(tmp_path / "undisturbed"))
    assert all(torch.equal(whole[name], value) for name, value in weights(training).items())


def test_the_last_checkpoint_must_be_written(tmp_path: Path) -> None:
    train(tmp_path, steps=4)
    with full(), pytest.raises(BadInput, match=r"file too large.*newest checkpoint is of step 4"):
        train(tmp_path, steps=6)
    assert names(tmp_path) == ["step-00000004.safetensors"]
    assert train(tmp_path, steps=6).step == 6


@pytest.mark.parametrize("damaged", [False, True])
def test_without_room_for_one_more_only_the_newest_good_one_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damaged: bool
) -> None:
    train(tmp_path)
    if damaged:
        (tmp_path / "step-00000012.safetensors").write_bytes(b"rubbish")
    free = shutil.disk_usage(tmp_path)._replace(free=100)
    monkeypatch.setattr(checkpoint.shutil, "disk_usage", lambda path: free)
    monkeypatch.setattr(checkpoint, "save_file", full_disk)
    with pytest.raises(BadInput, match="no space left on device"):
        train(tmp_path, steps=14)
    assert names(tmp_path) == [f"step-{8 if damaged else 12:08d}.safetensors"]


@pytest.mark.parametrize("at", [8, 200, -1])
def test_one_wrong_byte_is_noticed(tmp_path: Path, at: int) -> None:
    train(tmp_path)
    newest = next(checkpoint.newest(tmp_path))
    data = bytearray(newest.read_bytes())
    data[at] ^= 1
    newest.write_bytes(data)
    training = trainer.begin(small(), settings())
    (line,) = trainer.resume(training, tmp_path)
    assert training.step == 8
    assert newest.name in line


def test_one_without_a_checksum_is_read_as_before(tmp_path: Path) -> None:
    train(tmp_path)
    newest = next(checkpoint.newest(tmp_path))
    tensors, state = checkpoint.read(newest)
    old = {"format": checkpoint.FORMAT, "state": '{"step": 12}'}
    checkpoint.atomic_save(tensors, newest, old)
    assert checkpoint.read(newest)[1] == state


def test_damaged_ones_are_set_aside_when_the_training_has_gone_on(tmp_path: Path) -> None:
    train(tmp_path)
    for path in checkpoint.newest(tmp_path):
        path.write_bytes(b"rubbish")
    assert train(tmp_path, steps=4).step == 4
    found = ["step-00000004.safetensors", "step-00000008.damaged", "step-00000012.damaged"]
    assert names(tmp_path) == found
    assert trainer.resume(trainer.begin(small(), settings()), tmp_path) == []


def test_what_a_killed_process_was_writing_is_cleared_away(tmp_path: Path) -> None:
    left = tmp_path / ".step-00000002.safetensors.part"
    left.write_bytes(b"half")
    train(tmp_path, steps=4)
    assert names(tmp_path) == ["step-00000004.safetensors"]


def test_the_time_that_a_training_is_held_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, seen = [0.0], list[Progress]()

    def held() -> bool:
        now[0] += 3600.0
        return False

    def slow(*given: Any) -> dict[str, Tensor]:
        now[0] += 2.0
        return objective(*given)

    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(
        trainer, "ProgressMeter", partial(progress.ProgressMeter, began=0.0, reported=0.0)
    )
    how = settings(steps=3, report_every=1, minutes=1.0)
    training = trainer.begin(small(), how)
    trainer.train(training, slow, how, tmp_path, emit=seen.append, stop=held)
    assert [report.seconds for report in seen] == [2.0, 4.0, 6.0]
    assert [report.steps_per_second for report in seen] == [0.5, 0.5, 0.5]


def test_what_happened_while_the_disk_was_full_is_told_when_there_is_room(tmp_path: Path) -> None:
    with EventLog(tmp_path, "one") as journal:
        journal.begin(0, 100)
        journal.saved(10)
        size = (tmp_path / "one" / "events.jsonl").stat().st_size
        with full(size + 20):
            journal.saved(20)
            journal.saved(30)
        assert TrainingLog.read(tmp_path).parts["one"].saved == 10
        journal.saved(40)
        journal.done = True
    log = TrainingLog(tmp_path)
    told = [event.step for _, event in log.fresh() if isinstance(event, events.Saved)]
    assert told == [10, 20, 30, 40]


def tell(folder: Path, room: int) -> None:
    """A part that begins and ends on a disk with little room."""
    with full(room), EventLog(folder, "one") as journal:
        journal.begin(0, 100)
        journal.notice("x" * 100)
        journal.done = True


@pytest.mark.parametrize("room", [0, 200])
def test_a_beginning_and_an_ending_must_be_written(tmp_path: Path, room: int) -> None:
    with pytest.raises(BadInput, match=r"cannot write .*events\.jsonl: (file too|no space)"):
        tell(tmp_path, room)
    begun = [type(event) for _, event in TrainingLog(tmp_path).fresh()]
    assert begun == ([events.Begun] if room else [])


def test_a_sheet_that_cannot_be_written_costs_a_line_and_not_the_run(tmp_path: Path) -> None:
    said: list[str] = []

    def look(training: trainer.Training) -> None:
        if training.step == 3:
            raise BadInput("cannot write step-3.png: no space left on device")

    watch = TrainingCallbacks(lambda part, now: None, trainer.never, warn=said.append)
    _, done = fit(Part(tmp_path, "one"), small(), objective, settings(), watch, look)
    assert done
    assert said == ["cannot write step-3.png: no space left on device"]
    assert TrainingLog.read(tmp_path).parts["one"].notices == said


def test_falling_back_to_the_checkpoint_before_is_said(tmp_path: Path) -> None:
    said: list[str] = []
    watch = TrainingCallbacks(lambda part, now: None, trainer.never, warn=said.append)
    part = Part(tmp_path, "one")
    fit(part, small(), objective, settings(8), watch)
    newest = next(checkpoint.newest(part.checkpoints))
    newest.write_bytes(newest.read_bytes()[:-1])
    fit(part, small(), objective, settings(12), watch)
    (line,) = said
    assert "step-00000008.safetensors is damaged" in line
    told = TrainingLog.read(tmp_path).parts["one"]
    assert told.notices == said
    assert told.curves["loss"].steps == list(range(1, 13))
