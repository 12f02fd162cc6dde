"""What travels between the screens and the program around them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.message import Message
from textual.widget import Widget

from engine.specs import Branched, Spec


def send(widget: Widget, message: Message) -> None:
    """Post a message as the widget's own: it bubbles to the program.

    Textual lets a message bubble no further than to the widget whose handler is at work, and that
    may be an ancestor which called a method of this one.
    """
    widget.post_message(message.set_sender(widget))


class SubmitRun(Message):
    """A form or a command asks for work; ``folder`` is where the run goes (a fresh one otherwise).

    It bubbles from there to the program, past the screen, which may see to it first.
    """

    def __init__(self, spec: Spec, folder: Path | None = None) -> None:
        super().__init__()
        self.spec, self.folder = spec, folder


class Detach(SubmitRun):
    """A screen asks for work in a process of its own, which outlives the program."""


class Branch(Message):
    """Let its place ask for ``spec``, from ``start`` of a run that has ``last`` steps."""

    def __init__(self, spec: Branched, start: dict[str, Any], last: int) -> None:
        super().__init__()
        self.spec, self.start, self.last = spec, start, last


class RunMessage(Message):
    """An order about the run of this name."""

    def __init__(self, run: str) -> None:
        super().__init__()
        self.run = run


class Cancel(RunMessage):
    """Stop the run after the step in progress, or ``now``, inside it."""

    def __init__(self, run: str, now: bool = False) -> None:
        super().__init__(run)
        self.now = now


class Pause(RunMessage):
    """Hold the run before its next step."""


class Resume(RunMessage):
    """Let the held run go on."""


class StepOnce(RunMessage):
    """Let the held run take one step."""


class RequestCheckpoint(RunMessage):
    """Let the training write a checkpoint after the step in progress."""


class OpenRun(Message):
    """Open the run (a name or a folder) in its own place."""

    def __init__(self, run: str) -> None:
        super().__init__()
        self.run = run


class SaveUiState(Message):
    """Something typed or folded changed: keep its ``values`` for the next start."""

    def __init__(self, **values: Any) -> None:
        super().__init__()
        self.values = values


class EngineEvents(Message):
    """Events wait in the session's inbox. Any number of these waiting are handled as one."""

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, EngineEvents)


@dataclass(frozen=True)
class EngineLine:
    """What the top line says about the engine: the model, the device, what it does."""

    model: str
    device: str
    doing: str
    alive: bool = False
    wrong: bool = False

    def __str__(self) -> str:
        return self.shorter()[0]

    def shorter(self) -> tuple[str, ...]:
        """Everything, and ever less of it: what it does is said last of all."""
        parts = [part for part in (self.model, self.device, self.doing) if part]
        return tuple(" · ".join(parts[i:]) for i in range(len(parts))) or ("",)
