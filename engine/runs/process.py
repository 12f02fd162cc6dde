"""Who works on a run: the process that took it up last, and how that ended."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from engine.events import ENDINGS, Begun, Event, Started


@dataclass
class Attempt:
    """The newest attempt at a run or at a part; ``pid`` 0 where no process is known."""

    pid: int = 0
    ending: Event | None = None

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
            self.pid, self.ending = event.pid, None
        elif isinstance(event, ENDINGS):
            self.ending = event

    @property
    def live(self) -> bool:
        """Whether a process on this machine is at it."""
        return self.ending is None and self.pid > 0 and alive(self.pid)


def alive(pid: int) -> bool:
    """Whether a process of this number is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
