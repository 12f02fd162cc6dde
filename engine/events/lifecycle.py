"""What is done before a run, how it begins, what is said of it, how it ends."""

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


@dataclass(frozen=True)
class Queued(Event):
    """The request was taken; it runs when those before it are done."""

    WIRE: ClassVar[str] = "Queued"


@dataclass(frozen=True)
class Started(Event):
    """The engine took the run up: its folder ('' where none is kept) and its process."""

    WIRE: ClassVar[str] = "Started"
    folder: str
    pid: int


@dataclass(frozen=True)
class Planned(Event):
    """The model is open and the timesteps are known, a tuple per stage.

    ``starts`` is the timestep at which each sample begins, where stage I's samples begin apart: at
    a step before, a sample is only its original, noised. Empty where all begin with the first.
    """

    WIRE: ClassVar[str] = "Planned"
    timesteps: tuple[tuple[int, ...], ...]
    starts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Notice(Event):
    """Something that the person should know; the run goes on."""

    WIRE: ClassVar[str] = "Notice"
    text: str


@dataclass(frozen=True)
class RetrySuggested(Event):
    """The run fails as it was asked for, and may not with other values in these fields."""

    WIRE: ClassVar[str] = "Offered"
    text: str
    changes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TooExpensive(Event):
    """The run fails because of what it would cost, and would not with these values.

    ``text`` says what that is; ``changes`` are fields, and the values that say it is wanted.
    """

    WIRE: ClassVar[str] = "TooExpensive"
    text: str
    changes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Blocked(Event):
    """The model's safety checker blocked the finished picture of ``sample`` (from 0) of a stage.

    ``text`` is that as a line for the person: what shows a Notice shows it too. A plain picture
    that says so is in its place among the results.
    """

    WIRE: ClassVar[str] = "Blocked"
    text: str
    stage: int
    sample: int


@dataclass(frozen=True)
class Result(Event):
    """Pictures of a finished stage were written, of the samples that it drew; paths are relative
    to the run folder.
    """

    WIRE: ClassVar[str] = "Result"
    stage: int
    files: tuple[str, ...]


@dataclass(frozen=True)
class Paused(Event):
    """The run waits before its next model call."""

    WIRE: ClassVar[str] = "Paused"


@dataclass(frozen=True)
class Resumed(Event):
    """The run goes on."""

    WIRE: ClassVar[str] = "Resumed"


@dataclass(frozen=True)
class Done(Event):
    """The run ended as asked."""

    WIRE: ClassVar[str] = "Done"


@dataclass(frozen=True)
class Cancelled(Event):
    """The run was stopped; what it had done until then is in its folder."""

    WIRE: ClassVar[str] = "Cancelled"


@dataclass(frozen=True)
class Failed(Event):
    """The run ended with an error: one line, and the exit code of the command line (2, 3 or 1)."""

    WIRE: ClassVar[str] = "Failed"
    message: str
    code: int


ENDINGS = (Done, Cancelled, Failed)
