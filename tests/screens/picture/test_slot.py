"""Room for one: what was not begun gives way, and errors come out as they are."""

from queue import SimpleQueue
from threading import Event
from typing import Any

from screens.picture.latest_task import Slot


def test_the_newest_work_is_done_and_what_waited_is_not() -> None:
    slot, begun, go_on = Slot(), Event(), Event()
    done: SimpleQueue[Any] = SimpleQueue()

    def first() -> int:
        begun.set()
        go_on.wait(10)
        return 1

    slot.put(first, done.put)
    assert begun.wait(10)
    slot.put(lambda: 2, done.put)
    slot.put(lambda: 3, done.put)
    go_on.set()
    assert [done.get(timeout=10), done.get(timeout=10)] == [1, 3]
    assert done.empty()
    slot.close()


def test_an_error_is_handed_over() -> None:
    slot = Slot()
    done: SimpleQueue[Any] = SimpleQueue()
    slot.put(lambda: 1 // 0, done.put)
    assert isinstance(done.get(timeout=10), ZeroDivisionError)
    slot.put(lambda: 1, done.put)
    assert done.get(timeout=10) == 1
