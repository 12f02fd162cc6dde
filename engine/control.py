"""The hand on a running activity: cancel, pause, one step. Thread-safe and torch-free."""

import threading


class Control:
    """Looked at by the loop before every model call; moved by any other thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._cancelled = self._now = self._paused = self._keep = False
        self._allowed = 0

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
        with self._changed:
            self._changed.wait_for(lambda: self._cancelled or not self._paused or self._allowed)
            self._allowed = max(0, self._allowed - 1) if self._paused else 0
            return self._cancelled

    def wanted(self) -> bool:
        """Whether a checkpoint was asked for since the last look. For a training, after a step."""
        with self._changed:
            wanted, self._keep = self._keep, False
            return wanted

    def _set(self, paused: bool) -> None:
        with self._changed:
            self._paused, self._allowed = paused, 0
            self._changed.notify_all()
