"""A request without the app: the same engine thread, progress on stderr, signals that cancel."""

import queue
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine import events
from engine.control import Control
from engine.errors import BadInput, Stopped, Unavailable
from engine.events import ENDINGS, Event
from engine.specs import Spec
from engine.worker import Worker

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
Show = Callable[[Event], None]


@dataclass
class Outcome:
    """What a finished request left: its folder, its pictures, what it ran on, how long it took."""

    folder: Path | None = None
    files: list[Path] = field(default_factory=list)
    model: str = ""
    device: str = ""
    fingerprint: str = ""
    seconds: float = 0.0
    reports: list[events.Report] = field(default_factory=list)

    def note(self, event: Event) -> None:
        """Keep what an event says about the outcome."""
        self.seconds = event.seconds
        match event:
            case events.Started() if event.folder:
                self.folder = Path(event.folder)
            case events.Ready():
                self.model, self.device = event.model, event.device
                self.fingerprint = event.fingerprint
            case events.Result() if self.folder:
                self.files = [self.folder / name for name in event.files]
            case events.Report():
                self.reports.append(event)

    def record(self) -> dict[str, Any]:
        """The outcome as plain JSON values."""
        said = {n: getattr(self, n) for n in ("model", "device", "fingerprint", "seconds")}
        return {"run": str(self.folder), "files": [str(f) for f in self.files], **said}


def serve(spec: Spec, folder: Path | None, show: Show) -> Outcome:
    """Serve one request on the engine thread and wait for its end.

    Raises what ended it early: BadInput, Unavailable, or Stopped when a signal cancelled it.
    """
    seen: queue.SimpleQueue[Event] = queue.SimpleQueue()
    worker = Worker(seen.put)
    name = worker.submit(spec, folder)
    control = worker.control(name)
    assert control is not None
    outcome = Outcome()
    with _cancelled_by_signals(control):
        worker.start()
        ending = _follow(seen, outcome, show)
    worker.close()
    _raise(ending)
    return outcome


def _follow(seen: "queue.SimpleQueue[Event]", outcome: Outcome, show: Show) -> Event:
    while True:
        event = seen.get()
        outcome.note(event)
        show(event)
        if isinstance(event, ENDINGS):
            return event


def _raise(ending: Event) -> None:
    if isinstance(ending, events.Cancelled):
        raise Stopped
    if isinstance(ending, events.Failed):
        kinds = {2: BadInput, 3: Unavailable}
        raise kinds.get(ending.code, RuntimeError)(ending.message)


@contextmanager
def _cancelled_by_signals(control: Control) -> Iterator[None]:
    """The first signal lets the step in progress finish; a second one does not."""

    def cancel(*_: object) -> None:
        control.cancel(now=control.cancelled)

    before = {number: signal.signal(number, cancel) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def say(text: str) -> None:
    """One line on stderr, with no terminal codes from a prompt or a path."""
    clean = "".join(c if c.isprintable() else " " for c in text)
    sys.stderr.write(clean + "\n")
    sys.stderr.flush()
