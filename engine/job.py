"""One request on its way: what an activity sees of its surroundings. Importing it imports no torch.

An activity of a kind that leaves no run folder takes a :class:`Job`, any other a
:class:`RecordedJob`.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine import events, runs
from engine.control import Control
from engine.events import Event
from engine.runs.remote_control import Orders
from engine.specs import Spec

Emit = Callable[[Event], None]


@dataclass
class Job:
    """A request, and the way to tell what becomes of it.

    ``folder`` is where the run is recorded, None for requests that leave none; in all but the first
    of several processes that a launcher started it is written by another. ``memory`` is kept from
    job to job by the engine thread (the loaded cascade lives there).
    """

    name: str
    spec: Spec
    folder: Path | None
    emit: Emit
    control: Control = field(default_factory=Control)
    begun: float = field(default_factory=time.monotonic)
    memory: dict[str, Any] = field(default_factory=dict)

    def say(self, kind: Callable[..., Event], *values: Any, **named: Any) -> None:
        """Emit an event of this run, appended to its folder first where it has one."""
        self.deliver(kind(self.name, self.seconds, *values, **named))

    def deliver(self, event: Event) -> None:
        """Hand an event to who listens."""
        self.emit(event)

    def status(self, text: str) -> None:
        """Say in a few words what is being done."""
        self.say(events.Status, text)

    @property
    def seconds(self) -> float:
        """Time since it was begun."""
        return round(time.monotonic() - self.begun, 4)


@dataclass(kw_only=True)
class RecordedJob(Job):
    """A request whose run folder is open in this process: ``writer`` writes it."""

    folder: Path
    writer: runs.RunWriter

    @classmethod
    def of(cls, job: Job, writer: runs.RunWriter) -> "RecordedJob":
        """The same request, which from now on also obeys what other processes order."""
        recorded = cls(**{**vars(job), "folder": writer.folder}, writer=writer)
        recorded.control.follow(Orders(writer.folder).fresh, recorded._tell_pause)
        return recorded

    def deliver(self, event: Event) -> None:
        self.writer.event(event)
        self.emit(event)

    def _tell_pause(self, waits: bool) -> None:
        self.say(events.Paused if waits else events.Resumed)
