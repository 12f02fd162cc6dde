"""Who works on a run: the process that took it up last, and how that ended."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from engine.events import ENDINGS, Begun, Event, Paused, Resumed, Started


@dataclass
class Attempt:
    """The newest attempt at a run or at a part; ``pid`` 0 where no process is known.

    ``waits`` says that it was paused, by the run's own events: a part has none of that.
    """

    pid: int = 0
    ending: Event | None = None
    waits: bool = False

    @classmethod
    def of(cls, events: Iterable[Event]) -> Self:
        """The newest attempt that the events of one file tell of."""
        attempt = cls()
        for event in events:
            attempt.take(event)
        return attempt

    def take(self, event: Event) -> None:
        """Note a beginning or an ending."""
        if isinstance(event, Started | Begun):
            self.pid, self.ending, self.waits = event.pid, None, False
        elif isinstance(event, Paused | Resumed):
            self.waits = isinstance(event, Paused)
        elif isinstance(event, ENDINGS):
            self.ending = event

    @property
    def live(self) -> bool:
        """Whether a process on this machine is at it."""
        return self.ending is None and self.pid > 0 and alive(self.pid)

    @property
    def paused(self) -> bool:
        """Whether that process waits to be told to go on."""
        return self.waits and self.live


def alive(pid: int) -> bool:
    """Whether a process of this number is there, and is more than an entry nobody collected."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _zombie(pid)


def _zombie(pid: int) -> bool:
    """Where process 1 of a container collects none, the killed stay listed; Linux says which."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[:1] == ["Z"]
