"""What the engine does before a run, and what was found on the machine."""

from dataclasses import dataclass
from typing import ClassVar

from engine.events.base import Event


@dataclass(frozen=True)
class Status(Event):
    """What the engine is doing now, in a few words ("loading text encoder")."""

    WIRE: ClassVar[str] = "Status"
    text: str


@dataclass(frozen=True)
class Fetching(Event):
    """A model comes from the hub: bytes that are here, and those that will be.

    ``text`` is that in a few words: what shows a Status shows it too.
    """

    WIRE: ClassVar[str] = "Fetching"
    text: str
    done: int
    total: int


@dataclass(frozen=True)
class Ready(Event):
    """A cascade is loaded: what it is, where it lies, and the sides of its pictures in pixels.

    ``vocabulary`` is the folder of a cascade that says which words it knows, '' otherwise.
    """

    WIRE: ClassVar[str] = "Ready"
    model: str
    device: str
    dtype: str
    fingerprint: str
    sizes: tuple[int, ...]
    vocabulary: str = ""


@dataclass(frozen=True)
class Report(Event):
    """One finding of the doctor or a judge: ``ok`` or not, what was found, and what to do."""

    WIRE: ClassVar[str] = "Report"
    topic: str
    ok: bool
    found: str
    advice: str = ""
