"""A worker without an engine: a test says what happens, and when."""

from collections.abc import Iterator
from pathlib import Path

from engine import events, runs
from engine.control import Control
from engine.events import Event
from engine.job import Emit
from engine.specs import DigitSample, Generate, Illusion, Inpaint, Noised, Prepare, Spec, Train
from tests.support.fake_runs import digits, from_image, generate, inpaint

Recorded = Generate | Illusion | Noised | Inpaint | Train | DigitSample


class FakeWorker:
    """Keeps what was asked; :meth:`play` lets the oldest request happen, event by event."""

    def __init__(self, emit: Emit) -> None:
        self.emit = emit
        self.asked: list[Spec] = []
        self.controls: dict[str, Control] = {}
        self.closed: list[float] = []
        self.refused: dict[str, str] = {}
        """Pictures that cannot be opened, with the line that says why."""
        self._stories: list[Iterator[Event]] = []

    def start(self) -> None:
        """The model is there at once."""
        self.emit(events.Ready("open", 0.0, "tiny-if", "cpu", "float32", "fa4e" * 16, (32, 64)))

    def submit(self, spec: Spec, folder: Path | None = None) -> str:
        """Take a request."""
        self.asked.append(spec)
        name = folder.name if folder else spec.kind
        if isinstance(spec, Prepare):
            for event in from_image.answer(spec, self.refused.get(spec.image, "")):
                self.emit(event)
        if isinstance(spec, Recorded) and folder is not None:
            self.controls[name] = Control()
            self.emit(events.Queued(name, 0.0))
            self._stories.append(_recorded(spec, folder))
        return name

    def play(self, count: int = 10_000) -> None:
        """Let ``count`` events of the oldest request happen; all of them by default."""
        for _ in range(count):
            event = next(self._stories[0], None)
            if event is None:
                self._stories.pop(0)
                return
            self.emit(event)

    def control(self, run: str) -> Control | None:
        """The hand on a run."""
        return self.controls.get(run)

    def close(self, timeout: float = 0.5) -> bool:
        """Note that the program ends."""
        self.closed.append(timeout)
        return True


def _recorded(spec: Recorded, folder: Path) -> Iterator[Event]:
    """The story of a run, its folder written as the engine would."""
    if isinstance(spec, Train):
        yield events.Started(folder.name, 0.0, str(folder), 1)
        return
    with runs.RunWriter(folder, spec) as writer:
        if not isinstance(spec, Generate | Illusion):
            for event in _told(spec, folder.name, writer):
                writer.event(event)
                yield event
            return
        for event in generate.story(spec, folder.name, str(folder)):
            if isinstance(event, events.Queued):
                continue
            if isinstance(event, events.Result):
                generate.write_results(writer, event)
            writer.event(event)
            yield event


def _told(
    spec: Noised | Inpaint | DigitSample, run: str, writer: runs.RunWriter
) -> Iterator[Event]:
    if isinstance(spec, Inpaint):
        return inpaint.story(spec, run, writer)
    if isinstance(spec, Noised):
        return from_image.story(spec, run, writer)
    return digits.story(spec, run, writer)
