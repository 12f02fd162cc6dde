"""A request without the app: the same engine thread, progress on stderr, signals that cancel."""

import queue
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from pathlib import Path
from typing import Any

from engine import distributed_env, events
from engine.control import Control
from engine.errors import BadInput, Stopped, error_for
from engine.events import Event
from engine.runs import paths
from engine.runs.ranking import best_first
from engine.runs.run_state import NOWHERE, RunState, SheetMemory
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


def record(state: RunState) -> dict[str, Any]:
    """What a finished request left, as plain JSON values."""
    ready = state.ready
    names = ("model", "device", "dtype", "fingerprint")
    opened = {name: getattr(ready, name) if ready else "" for name in names}
    files = [str(state.results[sample]) for sample in best_first(state)]
    values = {"run": str(_begun_in(state)), "files": files, **opened, "seconds": state.seconds}
    return values | {"notices": state.notices} | tables.ranked(state) | _begun_with(state)


def _begun_in(state: RunState) -> Path | None:
    """The run's folder; None where nothing was begun, or none is kept."""
    return state.folder if state.started and state.spec.has_run_folder else None


def _begun_with(state: RunState) -> dict[str, Any]:
    """Of a run that began with a picture: that, where each sample began, what was measured."""
    if state.original is None:
        return {}
    values = {"original": str(state.original), "starts": list(state.starts)}
    rows = tables.values(state.measured, state.folder)
    return values | ({"measured": rows} if rows else {}) | _masked_with(state)


def _masked_with(state: RunState) -> dict[str, Any]:
    """Of an inpainting: its masks, how often each stage's model was asked, what it changed."""
    if not state.masked:
        return {}
    calls = Counter(frame.stage for frame in state.frames if not frame.goes_up)
    return {
        "model_calls": [calls[stage] for stage in sorted(calls)],
        "masks": tables.masks([*state.masked.values()], state.folder),
        "differences": tables.differences([*state.differences.values()]),
    }


def serve(spec: Spec, folder: Path | None, show: Show) -> RunState:
    """Serve one request on the engine thread, wait for its end, and return what came of it.

    Of several processes that a launcher started, the first one shows. What anyone prints on the
    way, such as a person's own view, goes to stderr: stdout is for the answer. Raises what ended
    it early: BadInput, Unavailable, or Cancelled by a signal.
    """
    if distributed_env.count() > 1 and spec.has_run_folder and not (folder or spec.home()):
        raise BadInput("several processes need one run folder: name it with --out")
    emitted: queue.SimpleQueue[Event] = queue.SimpleQueue()
    worker = Worker(emitted.put)
    folder = (folder or paths.folder_for(spec)) if spec.has_run_folder else None
    name = worker.submit(spec, folder)
    control = worker.control(name)
    assert control is not None
    state = RunState(name, spec, folder or NOWHERE)
    with _cancelled_by_signals(control), redirect_stdout(sys.stderr):
        worker.start()
        _follow(emitted, state, show)
    worker.close()
    _raise(state)
    return state


def _follow(emitted: "queue.SimpleQueue[Event]", state: RunState, show: Show) -> None:
    sheets = SheetMemory(state, limit=0)
    while state.live:
        event = emitted.get()
        state.take(event)
        sheets.take(event)
        with suppress(OSError):  # a terminal that is gone must not end the run
            if distributed_env.rank() == 0:
                show(event)


def _raise(state: RunState) -> None:
    if isinstance(state.ending, events.Cancelled):
        raise Cancelled(_begun_in(state))
    if isinstance(state.ending, events.Failed):
        raise error_for(state.ending.code)(state.ending.message)


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
