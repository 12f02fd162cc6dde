"""Orders to a run from outside its process: lines appended to a file in its folder. Torch-free."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

from engine import files
from engine.errors import BadInput
from engine.runs.log import Tail
from engine.runs.reader import Run

FILE = "orders.jsonl"
PERIOD = 0.2
"""Seconds from one look at the file to the next."""


class Orders:
    """What is ordered from now on: names of methods of ``engine.control.Control``.

    Orders from before are of an earlier attempt and no longer count.
    """

    def __init__(self, folder: Path, now: Callable[[], float] = time.monotonic) -> None:
        self._tail, self._now, self._next = Tail(folder / FILE), now, 0.0
        self._tail.lines()

    def fresh(self) -> list[str]:
        """What came since the last call, the oldest first; looks at most every ``PERIOD``."""
        if self._now() < self._next:
            return []
        self._next = self._now() + PERIOD
        return [order for line in self._tail.lines() if (order := _order(line))]


class RemoteControl:
    """Moves a run of any process of this machine as a ``Control`` moves one of this process.

    Obeyed before the run's next step. Raises BadInput where the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def cancel(self, now: bool = False) -> None:
        """Write a checkpoint and end; nothing from outside can end it ``now``, in the step."""
        self._give("cancel")

    def pause(self) -> None:
        """Wait before the next step."""
        self._give("pause")

    def resume(self) -> None:
        """Go on."""
        self._give("resume")

    def step(self) -> None:
        """Let one step through, then wait."""
        self._give("step")

    def keep(self) -> None:
        """Write a checkpoint after the step in progress."""
        self._give("keep")

    def _give(self, order: str) -> None:
        line = json.dumps({"order": order, "time": time.time(), "pid": os.getpid()})
        try:
            with self._path.open("ab", buffering=0) as file:
                file.write(line.encode() + b"\n")
        except OSError as error:
            raise files.unwritable(self._path, error) from None


def control_of(run: Run) -> RemoteControl:
    """The control of a run that a process is at; BadInput where none is."""
    if not run.live:
        raise BadInput(f"{run.name} is not running: no process is at it")
    return RemoteControl(run.folder)


def _order(line: str) -> str:
    try:
        record = json.loads(line)
    except ValueError:
        return ""
    return str(record.get("order", "")) if isinstance(record, dict) else ""
