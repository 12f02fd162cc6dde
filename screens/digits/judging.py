"""A judge asked from the screen: what it does, what it found, how it is stopped."""

from typing import TYPE_CHECKING, Any

from engine import events
from engine.events import Event
from engine.specs import DigitEvaluate, Train
from screens.messages import Cancel, SubmitRun

if TYPE_CHECKING:
    from screens.base.mode_screen import ModeScreen as Base
else:
    Base = object

KIND = DigitEvaluate.kind


class Judging(Base):
    """For a place that watches a training of digits; the curves are there when it has ended."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._found: list[str] | None = None

    @property
    def judging(self) -> bool:
        """Whether an answer is still to come."""
        return self._found is not None

    def judge(self, training: str, spec: Train) -> None:
        """Ask for an evaluation at the training's own guidance."""
        self._found = []
        self.post_message(SubmitRun(DigitEvaluate(training=training, guidances=(spec.guidance,))))
        self.notify("the judge looks at what it draws; x stops it", timeout=5)

    def stop_judging(self) -> None:
        """Not wanted any more."""
        self.post_message(Cancel(KIND))

    def heard(self, batch: list[Event]) -> None:
        super().heard(batch)
        for event in batch:
            if event.run == KIND and self._found is not None:
                self._take(event, self._found)

    def _take(self, event: Event, found: list[str]) -> None:
        match event:
            case events.Report():
                found.append(f"{event.topic}: {event.found}")
            case events.Done():
                said = "\n".join([*found, "c shows its curves"])
                self.notify(said, title="the judge", timeout=15)
            case events.Failed():
                self.notify(event.message, title="not judged", severity="error", timeout=10)
        if isinstance(event, events.ENDINGS):
            self._found = None
            self.refresh_bindings()
