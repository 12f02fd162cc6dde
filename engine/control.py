"""The hand on a running activity: cancel, pause, one step. Thread-safe and torch-free."""

import threading
from collections.abc import Callable, Iterable

PERIOD = 0.2
"""Seconds between two looks, while paused, at what is ordered from outside."""


class Control:
    """Looked at by the loop before every model call; moved by any other thread."""

    def __init__(self) -> None:
        # Its lock can be taken again by the thread that has it: a signal's handler does that.
        self._changed = threading.Condition()
        self._cancelled = self._now = self._paused = self._keep = False
        self._allowed = 0
        self._orders: Callable[[], Iterable[str]] = tuple
        self._tell: Callable[[bool], object] = bool
        self._told, self._period = False, float("inf")

    def follow(self, orders: Callable[[], Iterable[str]], tell: Callable[[bool], object]) -> None:
        """Obey also what ``orders()`` returns: names of methods of this class, others ignored.

        ``tell`` is called by the thread of the loop when it begins to wait and when it goes on.
        """
        self._orders, self._tell, self._period = orders, tell, PERIOD

    def cancel(self, now: bool = False) -> None:
        """Stop after the step in progress, or, with ``now``, inside the model call."""
        with self._changed:
            self._cancelled, self._now = True, self._now or now
            self._changed.notify_all()

    def pause(self) -> None:
        """Wait before the next model call."""
        self._set(paused=True)

    def resume(self) -> None:
        """Go on."""
        self._set(paused=False)

    def step(self) -> None:
        """Let one model call through, then wait."""
        with self._changed:
            self._paused, self._allowed = True, self._allowed + 1
            self._changed.notify_all()

    def keep(self) -> None:
        """Ask a training for a checkpoint after the step in progress."""
        with self._changed:
            self._keep = True

    @property
    def cancelled(self) -> bool:
        """Whether the run was asked to stop."""
        return self._cancelled

    @property
    def abandoned(self) -> bool:
        """Whether the run was asked to stop at once."""
        return self._now

    @property
    def paused(self) -> bool:
        """Whether the next model call has to wait."""
        return self._paused

    def stop(self) -> bool:
        """Wait while paused; then say whether to end. For the loop, before a model call."""
        while not self._may_go_on():
            pass
        self._say()
        return self._cancelled

    def wanted(self) -> bool:
        """Whether a checkpoint was asked for since the last look. For a training, after a step."""
        with self._changed:
            wanted, self._keep = self._keep, False
            return wanted

    def _may_go_on(self) -> bool:
        """Obey what was ordered, wait a little where paused; whether that is over."""
        self.obey()
        self._say()
        with self._changed:
            if not self._changed.wait_for(self._free, min(self._period, threading.TIMEOUT_MAX)):
                return False
            self._allowed = max(0, self._allowed - 1) if self._paused else 0
            return True

    def _free(self) -> bool:
        return self._cancelled or not self._paused or self._allowed > 0

    def obey(self) -> None:
        """Do what was ordered from outside since the last look."""
        known = (self.cancel, self.pause, self.resume, self.step, self.keep)
        by_name = {method.__name__: method for method in known}
        for name in self._orders():
            if name in by_name:
                by_name[name]()

    def _say(self) -> None:
        if self._paused != self._told and not self._cancelled:
            self._told = self._paused
            self._tell(self._told)

    def _set(self, paused: bool) -> None:
        with self._changed:
            self._paused, self._allowed = paused, 0
            self._changed.notify_all()
