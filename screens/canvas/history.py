"""What was, what is, and what was taken back. Pure."""

from collections import deque
from typing import Generic, TypeVar

State = TypeVar("State")
LIMIT = 200


class History(Generic[State]):
    """States that nothing ever changes, the newest ``limit`` of those before ``now``."""

    def __init__(self, now: State, limit: int = LIMIT) -> None:
        self.now = now
        self._past: deque[State] = deque(maxlen=limit)
        self._future: list[State] = []

    def push(self, state: State) -> None:
        """Go on from here: what was taken back is gone."""
        self._past.append(self.now)
        self._future.clear()
        self.now = state

    def undo(self) -> bool:
        """The state before; False where none is known."""
        if not self._past:
            return False
        self._future.append(self.now)
        self.now = self._past.pop()
        return True

    def redo(self) -> bool:
        """The state that was taken back; False where none was."""
        if not self._future:
            return False
        self._past.append(self.now)
        self.now = self._future.pop()
        return True
