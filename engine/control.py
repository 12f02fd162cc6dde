"""The control of a running activity: cancel, pause, one step. Thread-safe and torch-free."""

import threading
from collections.abc import Callable, Iterable

POLL_SECONDS = 0.2
"""Seconds between two looks, while paused, at what is ordered from outside."""


class Control:
    """Looked at by the loop before every model call; moved by any other thread.

    ``cancelled``: the run was asked to stop; ``abandoned``: to stop at once; ``paused``: the next
    model call has to wait. They are changed by the methods alone.
    """

    def __init__(self) -> None:
        # Its lock can be taken again by the thread that has it: a signal's handler does that.
        self._changed = threading.Condition()
        self.cancelled = self.abandoned = self.paused = False
        self._keep, self._allowed = False, 0
        self._orders: Callable[[], Iterable[str]] = tuple
        self._announce: Callable[[bool], object] = bool
        self._period = float("inf")

    def follow(self, orders: Callable[[], Iterable[str]], tell: Callable[[bool], object]) -> None:
        """Obey also what ``orders()`` returns: names of methods of this class, others ignored.

        ``tell`` is called by the thread of the loop when it begins to wait and when it goes on.
        """
        self._orders, self._announce, self._period = orders, _on_change(tell), POLL_SECONDS

    def cancel(self, now: bool = False) -> None:
        """Stop after the step in progress, or, with ``now``, inside the model call."""
        with self._changed:
            self.cancelled, self.abandoned = True, self.abandoned or now
            self._changed.notify_all()

    def pause(self) -> None:
        """Wait before the next model call."""
        with self._changed:
            self.paused, self._allowed = True, 0
            self._changed.notify_all()

    def resume(self) -> None:
        """Go on."""
        with self._changed:
            self.paused, self._allowed = False, 0
            self._changed.notify_all()

    def step(self) -> None:
        """Let one model call through, then wait."""
        with self._changed:
            self.paused, self._allowed = True, self._allowed + 1
            self._changed.notify_all()

    def keep(self) -> None:
        """Ask a training for a checkpoint after the step in progress."""
        with self._changed:
            self._keep = True

    def stop(self) -> bool:
        """Wait while paused; then say whether to end. For the loop, before a model call."""
        timeout, passed = min(self._period, threading.TIMEOUT_MAX), False
        while not passed:
            self.obey()
            if not self.cancelled:
                self._announce(self.paused)
            with self._changed:
                passed = self._changed.wait_for(
                    lambda: self.cancelled or not self.paused or self._allowed > 0, timeout
                )
                if passed:
                    self._allowed = max(0, self._allowed - 1) if self.paused else 0
        if not self.cancelled:
            self._announce(self.paused)
        return self.cancelled

    def wanted(self) -> bool:
        """Whether a checkpoint was asked for since the last look. For a training, after a step."""
        with self._changed:
            wanted, self._keep = self._keep, False
            return wanted

    def obey(self) -> None:
        """Do what was ordered from outside since the last look."""
        known = (self.cancel, self.pause, self.resume, self.step, self.keep)
        by_name = {method.__name__: method for method in known}
        for name in self._orders():
            if name in by_name:
                by_name[name]()


def _on_change(tell: Callable[[bool], object]) -> Callable[[bool], object]:
    """Tells of a value only where it is another than the last, which was False at first."""
    last = False

    def tell_changed(value: bool) -> None:
        nonlocal last
        if value != last:
            last = value
            tell(value)

    return tell_changed
