"""What a training reports of itself: its losses since the last report, and its pace."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from engine.events import Progress

ProgressCallback = Callable[[Progress], None]


@dataclass
class ProgressMeter:
    """Gathers the losses of steps until they are reported.

    It knows of no run and no part: who has these fills them in.
    """

    steps: int
    emit: ProgressCallback
    began: float = field(default_factory=time.monotonic)
    reported: float = field(default_factory=time.monotonic)
    gathered: list[dict[str, float]] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """Time since the training began or went on."""
        return time.monotonic() - self.began

    def add(self, losses: dict[str, float]) -> None:
        """The losses of one more step."""
        self.gathered.append(losses)

    @contextmanager
    def held(self) -> Iterator[None]:
        """What passes inside is no time of training: it may be paused."""
        before = time.monotonic()
        yield
        passed = time.monotonic() - before
        self.began, self.reported = self.began + passed, self.reported + passed

    def waited(self, seconds: float) -> bool:
        """Whether the last report is at least so old."""
        return time.monotonic() - self.reported >= seconds

    def report(self, step: int, rate: float) -> None:
        """Report the steps up to `step` that were not reported yet, if there are any."""
        if not self.gathered:
            return
        now, count = time.monotonic(), len(self.gathered)
        means = {
            name: sum(losses[name] for losses in self.gathered) / count for name in self.gathered[0]
        }
        pace = count / max(now - self.reported, 1e-9)
        single = tuple(losses["loss"] for losses in self.gathered)
        self.gathered, self.reported = [], now
        self.emit(Progress("", now - self.began, "", step, self.steps, means, rate, pace, single))
