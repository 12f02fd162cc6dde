"""TensorBoard event files of a part, for those who watch their trainings there."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from engine.errors import Unavailable
from engine.events import Progress

FOLDER = "tensorboard"
"""In a part's folder."""
WarningCallback = Callable[[str], object]


class TensorBoardWriter:
    """Writes scalars and sample sheets; ``writer`` is a SummaryWriter, None writes nothing.

    A disk that is full ends the writing, not the training; ``warn`` hears of it.
    """

    def __init__(self, writer: Any, warn: WarningCallback) -> None:
        self._writer, self._warn = writer, warn

    def progress(self, now: Progress) -> None:
        """The loss of every step, and of the last one everything else."""
        first = now.step - len(now.losses) + 1
        for step, loss in enumerate(now.losses, first):
            self._write("add_scalar", "loss", loss, step)
        others = {name: value for name, value in now.metrics.items() if name != "loss"}
        paces = {"learning rate": now.learning_rate, "steps per second": now.steps_per_second}
        for name, value in (others | paces).items():
            self._write("add_scalar", name, value, now.step)

    def drawn(self, step: int, file: Path, metrics: Mapping[str, float]) -> None:
        """A sample sheet, and what was measured beside it."""
        for name, value in metrics.items():
            self._write("add_scalar", name, value, step)
        if self._writer is not None:
            with Image.open(file) as image:
                pixels = np.asarray(image.convert("RGB"))
            self._write("add_image", "samples", pixels, step, dataformats="HWC")

    def close(self) -> None:
        """Write what waits."""
        self._write("close")

    def _write(self, name: str, *values: Any, **how: Any) -> None:
        if self._writer is None:
            return
        try:
            getattr(self._writer, name)(*values, **how)
        except OSError as error:
            self._writer = None
            self._warn(f"TensorBoard's files are no longer written: {error.strerror or error}")


@contextmanager
def board(folder: Path | None, step: int, warn: WarningCallback) -> Iterator[TensorBoardWriter]:
    """A board in ``folder`` that takes back what was written of steps after ``step``.

    None makes one that writes nothing. Raises Unavailable where tensorboard is not installed.
    """
    made = TensorBoardWriter(_writer(folder, step) if folder else None, warn)
    try:
        yield made
    finally:
        made.close()


def _writer(folder: Path, step: int) -> Any:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise Unavailable(
            "--tensorboard needs the package tensorboard: pip install 'diffuscope[tensorboard]'"
        ) from None
    return SummaryWriter(str(folder), purge_step=step + 1)
