"""How a training goes."""

from dataclasses import dataclass, field
from typing import ClassVar

from engine.events.base import LATER, Event


@dataclass(frozen=True)
class Begun(Event):
    """A part of a training begins, or goes on from a checkpoint, after ``step`` of ``steps``.

    Process ``pid`` trains it; what is told of later steps before this no longer counts. ``time`` is
    the clock's, in seconds since 1970; the events after it count ``seconds`` from there.
    """

    WIRE: ClassVar[str] = "Begun"
    part: str
    step: int
    steps: int
    pid: int
    time: float


@dataclass(frozen=True)
class Progress(Event):
    """Averages over a part's steps since its last report; ``metrics`` holds at least ``loss``.

    ``epoch`` among them is the mean of the loss over the epoch that ends with ``step``. ``losses``
    are those of the steps one by one, the last of them that of ``step``; empty in old runs.
    """

    WIRE: ClassVar[str] = "Progress"
    part: str
    step: int
    steps: int
    metrics: dict[str, float]
    learning_rate: float
    steps_per_second: float
    losses: tuple[float, ...] = ()


@dataclass(frozen=True)
class Samples(Event):
    """What a part's averaged weights draw after ``step`` is in ``file`` of the run's folder.

    ``prompts`` go with its pictures row by row; empty where they are not drawn from prompts.
    ``metrics`` are what else was measured of the weights then, such as a held-out error.
    """

    WIRE: ClassVar[str] = "Samples"
    part: str
    step: int
    file: str
    prompts: tuple[str, ...] = ()
    metrics: dict[str, float] = field(default_factory=dict, metadata=LATER)


@dataclass(frozen=True)
class Saved(Event):
    """A part's checkpoint after ``step`` is on the disk."""

    WIRE: ClassVar[str] = "Saved"
    part: str
    step: int
