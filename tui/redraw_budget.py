"""How often the screen looks at what the engine did: seldom enough to cost the engine nothing."""

from collections.abc import Callable
from time import monotonic

SHARE, LONGEST = 0.05, 0.25
"""Of one core's time that looking may take; seconds between two looks at the most."""


class RedrawBudget:
    """Looks wait for one another in proportion to what the last ones cost.

    A step that takes longer than the wait is seen at once; of quicker ones some are drawn, and all
    are on the timeline. ``share`` 1 looks at everything.
    """

    def __init__(self, share: float = SHARE, now: Callable[[], float] = monotonic) -> None:
        self._share, self._now = share, now
        self._begun = self._ended = self._cost = 0.0

    @property
    def wait(self) -> float:
        """Seconds until the next look may begin; not above 0 when it may now."""
        gap = min(self._cost * (1 / self._share - 1), LONGEST)
        return self._ended + gap - self._now()

    def begin(self) -> None:
        """A look begins."""
        self._begun = self._now()

    def end(self) -> None:
        """What it changed is on the screen."""
        self._ended = self._now()
        self._cost = (self._cost + self._ended - self._begun) / 2
