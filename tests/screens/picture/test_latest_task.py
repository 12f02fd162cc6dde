"""Room for one: what was not begun gives way, and errors come out as they are."""

from queue import SimpleQueue
from threading import Event
from typing import Any

from screens.picture.scheduler import LatestTaskWorker


def test_the_newest_work_is_done_and_what_waited_is_not() -> None:
    worker, begun, go_on = LatestTaskWorker(), Event(), Event()
    done: SimpleQueue[Any] = SimpleQueue()

    def first() -> int:
        begun.set()
        go_on.wait(10)
        return 1

    worker.put(first, done.put)
    assert begun.wait(10)
    worker.put(lambda: 2, done.put)
    worker.put(lambda: 3, done.put)
    go_on.set()
    assert [done.get(timeout=10), done.get(timeout=10)] == [1, 3]
    assert done.empty()


def test_an_error_is_handed_over() -> None:
    worker = LatestTaskWorker()
    done: SimpleQueue[Any] = SimpleQueue()
    worker.put(lambda: 1 // 0, done.put)
    assert isinstance(done.get(timeout=10), ZeroDivisionError)
    worker.put(lambda: 1, done.put)
    assert done.get(timeout=10) == 1
