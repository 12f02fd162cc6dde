"""The training that is watched and those drawn over it, read from their folders as they grow."""

import asyncio
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from textual.widget import Widget
from textual.worker import Worker

from engine.events import Event
from engine.runs.training_log import TrainingLog
from engine.runs.training_part import Curves, Part, evaluated_curves
from engine.specs import Spec

PERIOD = 0.5
"""Seconds from one reading of the files to the next."""
NOWHERE = Path(os.devnull)
"""A folder in which no run will ever be."""
Events = list[tuple[str, Event]]
"""Events with the part that they are of, '' for the run itself."""


class FollowedRuns:
    """``watched`` is the log of the training that is shown, ``others`` are drawn over it.

    ``spec`` is what it was asked to be, None while none is watched; ``evaluated`` holds the curves
    of an evaluation for the folders of all of them.
    """

    def __init__(self) -> None:
        self.watched, self.others = TrainingLog(NOWHERE), list[TrainingLog]()
        self.spec: Spec | None = None
        self.evaluated: dict[Path, Curves] = {}

    @property
    def parts(self) -> list[Part]:
        """The watched run's parts in the order in which they began."""
        return in_order(self.watched)

    def watch(self, spec: Spec, folder: Path) -> None:
        """Follow another run from now on; runs that were drawn over the last one stay."""
        self.spec = spec
        self.watched = TrainingLog(folder)
        self.others = [log for log in self.others if log.folder != folder]

    def overlay(self, folders: Iterable[Path]) -> None:
        """Draw these runs over it, and no others."""
        self.others = [TrainingLog(folder) for folder in folders]

    async def read(self) -> tuple[Events, bool] | None:
        """What is new of the watched run, and whether anything is of any of them.

        None where another run is watched by the time that the files are read.
        """
        logs = [self.watched, *self.others]
        fresh, evaluated = await asyncio.to_thread(_read, logs)
        changed, self.evaluated = evaluated != self.evaluated, evaluated
        for log, events in zip(logs, fresh, strict=True):
            log.take(events)
        return (fresh[0], changed or any(fresh)) if logs[0] is self.watched else None


class Poller:
    """Reads the runs every :data:`PERIOD` while the screen of ``owner`` is among those shown.

    Off the event loop, one reading at a time; ``read`` is called with what it found.
    """

    def __init__(
        self, owner: Widget, runs: FollowedRuns, read: Callable[[Events, bool], None]
    ) -> None:
        self._owner, self._runs, self._read = owner, runs, read
        self._started = self._reading = False

    def poll(self) -> None:
        """Read what is new now, unless a reading is on its way; go on from then on."""
        if not self._started:
            self._started = True
            self._owner.set_interval(PERIOD, self._poll_if_shown)
        if not self._reading:
            self._reading = True
            _: Worker[None] = self._owner.run_worker(self._poll(), group="poll")

    def _poll_if_shown(self) -> None:
        if self._owner.screen in self._owner.app.screen_stack:
            self.poll()

    async def _poll(self) -> None:
        news = await self._runs.read()
        self._reading = False
        if news is None:
            self.poll()
        else:
            self._read(*news)


def _read(logs: Sequence[TrainingLog]) -> tuple[list[Events], dict[Path, Curves]]:
    """What is new of each run, and the curves of its evaluation."""
    return [log.fresh() for log in logs], {log.folder: evaluated_curves(log.folder) for log in logs}


def in_order(log: TrainingLog) -> list[Part]:
    """A run's parts in the order in which they began."""
    return sorted(log.parts.values(), key=lambda part: part.began)
