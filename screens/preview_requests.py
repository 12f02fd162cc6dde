"""Pictures that the engine was asked to read, in their order, with what it answered."""

from collections import deque
from dataclasses import dataclass, field

from engine.events import ENDINGS, Event, Failed, Prepared
from engine.specs import Pictured, Prepare

KEPT = 8
"""Answers that are remembered; the oldest goes first."""


@dataclass
class PreviewRequests:
    """Answers name no request, but come in the order of the requests."""

    waiting: deque[Prepare] = field(default_factory=deque)
    answers: dict[Prepare, Prepared | Failed] = field(default_factory=dict)

    def ask(self, spec: Prepare) -> None:
        """A request went to the engine; an older answer to the same one is forgotten."""
        self.answers.pop(spec, None)
        self.waiting.append(spec)

    def take(self, event: Event) -> None:
        """Note an answer."""
        if event.run != Prepare.kind or not self.waiting:
            return
        if isinstance(event, Prepared | Failed):
            self.answers[self.waiting[0]] = event
            if len(self.answers) > KEPT:
                del self.answers[next(iter(self.answers))]
        if isinstance(event, ENDINGS):
            self.waiting.popleft()


def preview_request(spec: Pictured) -> Prepare:
    """What to ask for to see the picture, and the noise, that a run of ``spec`` begins with."""
    values = {name: getattr(spec, name) for name in Prepare.model_fields}
    return Prepare(**values | {"stage2": "none"})
