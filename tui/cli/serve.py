"""A request without the app: the same engine thread, progress on stderr, signals that cancel."""

import queue
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine import distributed_env, events
from engine.control import Control
from engine.errors import BadInput, Stopped, Unavailable
from engine.events import ENDINGS, Event
from engine.specs import Spec
from engine.worker import Worker
from tui.cli import tables
from tui.signals import end_now

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
Show = Callable[[Event], None]


class Cancelled(Stopped):
    """A signal ended the request; ``folder`` holds what was done, None where nothing was begun."""

    def __init__(self, folder: Path | None) -> None:
        super().__init__()
        self.folder = folder


@dataclass
class Outcome:
    """What a finished request left: its folder, its pictures, what it ran on, how long it took."""

    folder: Path | None = None
    files: list[Path] = field(default_factory=list)
    model: str = ""
    device: str = ""
    dtype: str = ""
    fingerprint: str = ""
    seconds: float = 0.0
    reports: list[events.Report] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    measured: list[events.Measured] = field(default_factory=list)
    masked: list[events.Masked] = field(default_factory=list)
    differences: list[events.Difference] = field(default_factory=list)
    calls: Counter[int] = field(default_factory=Counter)
    original: str = ""
    starts: tuple[int, ...] = ()

    def note(self, event: Event) -> None:
        """Keep what an event says about the outcome."""
        self.seconds = event.seconds
        match event:
            case events.Started() if event.folder:
                self.folder = Path(event.folder)
            case events.Ready():
                self.model, self.device = event.model, event.device
                self.dtype, self.fingerprint = event.dtype, event.fingerprint
            case events.Result() if self.folder:
                self.files = [self.folder / name for name in event.files]
            case events.Original():
                self.original = event.file
            case events.Planned():
                self.starts = event.starts
            case events.Measured():
                self.measured.append(event)
            case events.Masked():
                self.masked.append(event)
            case events.Difference():
                self.differences.append(event)
            case events.Frame() if not event.goes_up:
                self.calls[event.stage] += 1
            case events.Notice() | events.Blocked():
                self.notices.append(event.text)
            case events.Report():
                self.reports.append(event)

    def record(self) -> dict[str, Any]:
        """The outcome as plain JSON values."""
        said = {n: getattr(self, n) for n in ("model", "device", "dtype", "fingerprint", "seconds")}
        files = [str(f) for f in self.files]
        whole = {"run": str(self.folder), "files": files, **said, "notices": self.notices}
        return whole | self._begun_with()

    def _begun_with(self) -> dict[str, Any]:
        """Of a run that began with a picture: that, where each sample began, what was measured."""
        if not (self.folder and self.original):
            return {}
        whole = {"original": str(self.folder / self.original), "starts": list(self.starts)}
        rows = tables.values(self.measured, self.folder)
        return whole | ({"measured": rows} if rows else {}) | self._masked_with(self.folder)

    def _masked_with(self, folder: Path) -> dict[str, Any]:
        """Of an inpainting: its masks, how often each stage's model was asked, what it changed."""
        if not self.masked:
            return {}
        calls = [self.calls[stage] for stage in sorted(self.calls)]
        said = {"model_calls": calls, "masks": tables.masks(self.masked, folder)}
        return said | {"differences": tables.differences(self.differences)}


def serve(spec: Spec, folder: Path | None, show: Show) -> Outcome:
    """Serve one request on the engine thread and wait for its end.

    Of several processes that a launcher started, the first one shows. What anyone prints on the
    way, such as a person's own view, goes to stderr: stdout is for the answer. Raises what ended
    it early: BadInput, Unavailable, or Cancelled by a signal.
    """
    if distributed_env.count() > 1 and spec.has_run_folder and not (folder or spec.home()):
        raise BadInput("several processes need one run folder: name it with --out")
    seen: queue.SimpleQueue[Event] = queue.SimpleQueue()
    worker = Worker(seen.put)
    name = worker.submit(spec, folder)
    control = worker.control(name)
    assert control is not None
    outcome = Outcome()
    with _cancelled_by_signals(control), redirect_stdout(sys.stderr):
        worker.start()
        ending = _follow(seen, outcome, show)
    worker.close()
    _raise(ending, outcome.folder)
    return outcome


def _follow(seen: "queue.SimpleQueue[Event]", outcome: Outcome, show: Show) -> Event:
    while True:
        event = seen.get()
        outcome.note(event)
        with suppress(OSError):  # a terminal that is gone must not end the run
            if distributed_env.rank() == 0:
                show(event)
        if isinstance(event, ENDINGS):
            return event


def _raise(ending: Event, folder: Path | None) -> None:
    if isinstance(ending, events.Cancelled):
        raise Cancelled(folder)
    if isinstance(ending, events.Failed):
        kinds = {2: BadInput, 3: Unavailable}
        raise kinds.get(ending.code, RuntimeError)(ending.message)


@contextmanager
def _cancelled_by_signals(control: Control) -> Iterator[None]:
    """The first signal lets the step in progress finish, a second does not, a third ends all.

    A hangup that was to be ignored, as with nohup, is.
    """

    def cancel(*_: object) -> None:
        if control.abandoned:  # in the midst of an import or a load, which nothing can stop
            end_now(128 + signal.SIGINT)
        control.cancel(now=control.cancelled)

    spared = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    heard = [number for number in SIGNALS if not (spared and number == signal.SIGHUP)]
    before = {number: signal.signal(number, cancel) for number in heard}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
