"""Room for one piece of work, the newest, and the thread that does it beside the event loop."""

from collections.abc import Callable
from threading import Condition, Thread
from typing import Any

Work = Callable[[], Any]
Done = Callable[[Any], None]


class LatestTaskWorker:
    """Never a queue: work that was not begun gives way to newer work.

    ``done`` of a piece of work is called in the worker's thread with what came out of it, or with
    the exception that it raised. The thread is a daemon: the program does not wait for it.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._next: tuple[Work, Done] | None = None
        self._thread: Thread | None = None

    def put(self, work: Work, done: Done) -> None:
        """Do ``work`` next, instead of what waits here."""
        with self._changed:
            self._next = work, done
            self._changed.notify()
        if self._thread is None:
            self._thread = Thread(target=self._run, name="pictures", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            work, done = self._take()
            try:
                result = work()
            except Exception as error:  # handed over: the event loop ends the program with it
                result = error
            done(result)

    def _take(self) -> tuple[Work, Done]:
        with self._changed:
            while self._next is None:
                self._changed.wait()
            task, self._next = self._next, None
            return task
