"""What once ended the engine thread: shared names, and a disk that was full to the last byte."""

import queue
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine import events, worker
from engine.job import Job, RecordedJob
from engine.specs import Generate, Open
from engine.worker import Worker

WAIT = 20


class Desk:
    """A worker whose endings can be waited for."""

    def __init__(self) -> None:
        self.seen: queue.Queue[events.Event] = queue.Queue()
        self.worker = Worker(self.seen.put)

    def ending(self) -> events.Event:
        while True:
            event = self.seen.get(timeout=WAIT)
            if isinstance(event, events.ENDINGS):
                return event


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Desk]:
    monkeypatch.setenv("DIFFUSCOPE_RUNS", str(tmp_path / "runs"))
    made = Desk()
    yield made
    made.worker.close()


def serve(monkeypatch: pytest.MonkeyPatch, run: Callable[[Job], None]) -> None:
    """Every request is served by ``run`` instead of its activity."""
    monkeypatch.setattr(worker, "_activity", lambda job: run)


def test_two_requests_without_a_folder_may_wait_at_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(monkeypatch, lambda job: None)
    for _ in range(3):
        desk.worker.submit(Open())
    desk.worker.start()
    assert [type(desk.ending()) for _ in range(3)] == [events.Done] * 3


def test_the_same_prompt_twice_in_a_second_gets_two_folders(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(monkeypatch, lambda job: None)
    names = {desk.worker.submit(Generate(prompt="a rocket")) for _ in range(3)}
    desk.worker.start()
    assert len(names) == 3
    assert [type(desk.ending()) for _ in range(3)] == [events.Done] * 3


def test_a_disk_that_cannot_take_the_last_line_leaves_the_thread_alive(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither writing nor closing the file works any more."""

    class Full:
        def write(self, data: bytes) -> int:
            raise OSError(28, "No space left on device")

        def close(self) -> None:
            raise OSError(28, "No space left on device")

    def fill(job: RecordedJob) -> None:
        job.writer._events.close()
        job.writer._events._file = Full()  # type: ignore[assignment]
        job.status("writing")

    serve(monkeypatch, fill)
    desk.worker.start()
    desk.worker.submit(Generate(prompt="a"))
    ending = desk.ending()
    assert isinstance(ending, events.Failed)
    assert ending.code == 2
    assert "no space left" in ending.message
    serve(monkeypatch, lambda job: None)
    desk.worker.submit(Generate(prompt="b"))
    assert isinstance(desk.ending(), events.Done)
