"""Tells the event file of a part what happens in its training; of several processes, the first."""

import os
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self

from engine import events
from engine.errors import BadInput, Stopped
from engine.events import Event, Progress
from engine.runs.log import Log
from engine.training import distributed
from engine.training.trainer import Diverged


class EventLog:
    """``with EventLog(folder, "stage1") as journal:`` the part begins, goes on, and ends.

    ``folder`` is the run's, the file ``<folder>/<part>/events.jsonl``; what is there already stays.
    Leaving the block writes the ending: done where :attr:`done` was set, failed where it raised.
    While the disk is full, what is told waits for room. Raises BadInput where another process
    trains the part, and where nothing can be written when it begins or ends.
    """

    def __init__(self, folder: Path, part: str) -> None:
        self.folder, self.part, self.done = folder, part, False
        self._log = Log(folder / part / "events.jsonl") if distributed.rank() == 0 else None
        self._waiting: deque[Event] = deque()
        self._begun = time.monotonic()

    def begin(self, step: int, steps: int) -> None:
        """The part is taken up after ``step`` of ``steps``."""
        self._say(events.Begun, self.part, step, steps, os.getpid(), time.time())
        self._write()

    def progress(self, now: Progress) -> None:
        """The trainer's report."""
        own = lambda run, at: replace(now, run=run, seconds=at, part=self.part)  # noqa: E731
        self._say(own, seconds=now.seconds)

    def drawn(
        self,
        step: int,
        file: Path,
        prompts: Sequence[str] = (),
        metrics: Mapping[str, float] = MappingProxyType({}),
    ) -> None:
        """A sample sheet was written to ``file``, which lies in the run's folder."""
        name = file.relative_to(self.folder).as_posix()
        self._say(events.Samples, self.part, step, name, tuple(prompts), dict(metrics))

    def saved(self, step: int) -> None:
        """A checkpoint is on the disk."""
        self._say(events.Saved, self.part, step)

    def notice(self, text: str) -> None:
        """Something that a person should know."""
        self._say(events.Notice, text)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        _: TracebackType | None,
    ) -> None:
        if isinstance(error, Exception) and not isinstance(error, Stopped):
            expected = isinstance(error, BadInput | Diverged)
            self._say(events.Failed, _line(error), 2 if expected else 1)
        else:
            self._say(events.Done if self.done and error is None else events.Cancelled)
        try:
            self._write()
        except BadInput:
            if error is None:
                raise
        finally:
            if self._log is not None:
                self._log.close()

    def _say(self, kind: Callable[..., Event], *values: Any, seconds: float | None = None) -> None:
        if self._log is not None:
            at = time.monotonic() - self._begun if seconds is None else seconds
            self._waiting.append(kind(self.folder.name, round(at, 3), *values))
            with suppress(BadInput):  # tried again with the next event; the last one must be
                self._write()

    def _write(self) -> None:
        while self._log is not None and self._waiting:
            self._log.write(self._waiting[0])
            self._waiting.popleft()


def _line(error: Exception) -> str:
    known = isinstance(error, BadInput | Diverged)
    return (str(error) if known else f"{type(error).__name__}: {error}").splitlines()[0]
