"""What TensorBoard reads of a training: every loss once, sheets, nothing that was taken back."""

import errno
import sys
from pathlib import Path

import pytest
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from engine.errors import Unavailable
from engine.events import Progress
from engine.training import trainer
from engine.training.fit import Drawn, Part, TrainingCallbacks, fit
from engine.training.tensorboard import TensorBoardWriter
from engine.training.trainer import Training
from tests.engine.training.test_trainer import objective, settings, small

WATCH = TrainingCallbacks(lambda part, now: None, trainer.never)


def train(folder: Path, steps: int, part: Part | None = None) -> EventAccumulator:
    """Train, with a sheet at each fourth step; what TensorBoard finds then."""
    part = part or Part(folder, "one", tensorboard=True)

    def look(training: Training) -> Drawn | None:
        if training.step % 4:
            return None
        file = folder / f"{training.step}.png"
        Image.new("RGB", (4, 4), (training.step, 0, 0)).save(file)
        return Drawn(file, (), {"error": training.step / 8})

    fit(part, small(), objective, settings(steps), WATCH, look)
    return EventAccumulator(str(part.folder / "tensorboard")).Reload()


def test_every_loss_is_there_once_though_it_was_taken_up(tmp_path: Path) -> None:
    train(tmp_path, 6)
    (tmp_path / "one" / "checkpoints" / "step-00000006.safetensors").unlink()
    found = train(tmp_path, 9)
    assert [scalar.step for scalar in found.Scalars("loss")] == list(range(1, 10))
    assert found.Scalars("learning rate")[-1].value == pytest.approx(1e-2 / 9)
    assert [image.step for image in found.Images("samples")] == [4, 8]
    assert [(one.step, one.value) for one in found.Scalars("error")] == [(4, 0.5), (8, 1.0)]


def test_without_being_asked_nothing_is_written(tmp_path: Path) -> None:
    fit(Part(tmp_path, "one"), small(), objective, settings(2), WATCH)
    assert not [*tmp_path.rglob("events.out*")]


def test_where_it_is_not_installed_one_line_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("torch.utils.tensorboard")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    with pytest.raises(Unavailable, match=r"pip install 'diffuscope\[tensorboard\]'"):
        train(tmp_path, 2)


def test_a_full_disk_ends_the_board_and_not_the_training() -> None:
    said: list[str] = []

    class Full:
        def add_scalar(self, *values: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    made = TensorBoardWriter(Full(), said.append)
    for step in (1, 2):
        made.progress(Progress("", 0.0, "", step, 2, {"loss": 1.0}, 1e-3, 1.0, (1.0,)))
    made.close()
    assert said == ["TensorBoard's files are no longer written: No space left on device"]
