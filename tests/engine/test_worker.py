"""The engine thread: takes requests in turn, survives their errors, ends each exactly once."""

import queue
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import ClassVar

import pytest

from engine import events
from engine.errors import BadInput, Unavailable
from engine.events import ENDINGS, Event
from engine.job import Job
from engine.runs import Run
from engine.runs.remote_control import RemoteControl
from engine.specs import Spec, param
from engine.worker import Worker


class Chore(Spec):
    """A request that does what the test says."""

    kind: ClassVar[str] = "chore"
    do: str = param("nothing", "what to do")


class Bench:
    """A worker, the events it emitted, and a gate that a chore can wait at."""

    def __init__(self) -> None:
        self.seen: queue.Queue[Event] = queue.Queue()
        self.worker = Worker(self.seen.put)
        self.gate = threading.Event()

    def until_end(self, run: str) -> list[Event]:
        got: list[Event] = []
        while not (got and isinstance(got[-1], ENDINGS)):
            event = self.seen.get(timeout=5)
            got += [event] if event.run == run else []
        return got

    def serve(self, job: Job, _: Spec) -> None:
        match job.spec.do:  # type: ignore[attr-defined]
            case "refuse":
                raise BadInput("no such thing: ask for another")
            case "miss":
                raise Unavailable("log in first")
            case "crash":
                raise ZeroDivisionError("division by zero\nsecond line")
            case "wait":
                self.gate.wait(5)
            case "loop":
                while not job.control.stop():
                    self.gate.wait(0.001)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Bench]:
    monkeypatch.setenv("DIFFUSCOPE_RUNS", str(tmp_path / "runs"))
    made = Bench()
    module = ModuleType("engine.activities.chore")
    module.run = made.serve  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "engine.activities.chore", module)
    made.worker.start()
    yield made
    made.gate.set()
    assert made.worker.close(5)


@pytest.mark.parametrize(
    ("do", "code", "said"),
    [
        ("refuse", 2, "no such thing: ask for another"),
        ("miss", 3, "log in first"),
        ("crash", 1, "ZeroDivisionError: division by zero"),
    ],
)
def test_an_error_ends_its_run_in_one_line_and_leaves_the_thread_alive(
    bench: Bench, do: str, code: int, said: str
) -> None:
    ending = bench.until_end(bench.worker.submit(Chore(do=do)))[-1]
    assert isinstance(ending, events.Failed)
    assert (ending.message, ending.code) == (said, code)
    assert isinstance(bench.until_end(bench.worker.submit(Chore()))[-1], events.Done)


def test_a_run_is_queued_started_and_done_and_its_folder_says_so(
    bench: Bench, tmp_path: Path
) -> None:
    folder = tmp_path / "here"
    seen = bench.until_end(bench.worker.submit(Chore(), folder))
    assert [type(e) for e in seen] == [events.Queued, events.Started, events.Done]
    assert isinstance(Run(folder).ending, events.Done)


def test_requests_are_served_in_turn(bench: Bench) -> None:
    first = bench.worker.submit(Chore(do="wait"))
    second = bench.worker.submit(Chore())
    bench.gate.set()
    bench.until_end(first)
    assert isinstance(bench.until_end(second)[-1], events.Done)


def test_a_cancelled_run_ends_cancelled(bench: Bench) -> None:
    run = bench.worker.submit(Chore(do="loop"))
    control = bench.worker.control(run)
    assert control is not None
    control.cancel()
    assert isinstance(bench.until_end(run)[-1], events.Cancelled)
    assert bench.worker.control(run) is None


def test_a_request_cancelled_while_it_waits_is_never_begun(bench: Bench) -> None:
    first = bench.worker.submit(Chore(do="wait"))
    second = bench.worker.submit(Chore(do="crash"))
    control = bench.worker.control(second)
    assert control is not None
    control.cancel()
    bench.gate.set()
    bench.until_end(first)
    assert isinstance(bench.until_end(second)[-1], events.Cancelled)


def test_a_folder_that_holds_a_run_is_refused(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "here"
    bench.until_end(bench.worker.submit(Chore(), folder))
    ending = bench.until_end(bench.worker.submit(Chore(), folder))[-1]
    assert isinstance(ending, events.Failed)
    assert "already holds a run" in ending.message


def test_closing_cancels_what_runs(bench: Bench) -> None:
    run = bench.worker.submit(Chore(do="loop"))
    assert bench.worker.close(5)
    assert isinstance(bench.until_end(run)[-1], events.Cancelled)
    bench.worker = Worker(bench.seen.put)
    bench.worker.start()


def test_importing_the_worker_imports_no_torch() -> None:
    import subprocess

    code = "import sys, engine.worker; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_another_process_holds_and_stops_it_through_its_folder(
    bench: Bench, tmp_path: Path
) -> None:
    bench.worker.submit(Chore(do="loop"), tmp_path / "here")
    hand = RemoteControl(tmp_path / "here")
    after = {events.Started: hand.pause, events.Paused: hand.resume, events.Resumed: hand.cancel}
    seen: list[Event] = []
    while not (seen and isinstance(seen[-1], ENDINGS)):
        seen.append(bench.seen.get(timeout=5))
        after.get(type(seen[-1]), bool)()
    assert [type(event) for event in seen[1:]] == [*after, events.Cancelled]
