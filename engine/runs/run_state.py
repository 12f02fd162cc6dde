"""A run as its events tell it: the one reducer, for the app, the command line and the reader."""

import os
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine import events
from engine.events import Event, Frame, Sheet
from engine.runs import paths
from engine.runs.liveness import Attempt
from engine.specs import Spec

NOWHERE = Path(os.devnull)
"""The folder of a request that leaves none: no run will ever be in it."""
SHEETS_IN_MEMORY = 128 << 20
"""Bytes of raw step pictures kept per run; older steps are read from the run folder again."""


@dataclass
class RunState:
    """One run, live or read from its folder; :meth:`take` notes what happened.

    ``frames`` are the steps of all stages in their order, ``results`` the finished pictures, one a
    sample: of each the last stage's that drew it. ``ranked`` says which is best, None where nobody
    ranked them. ``doing`` what it does in a few words. ``totals`` are the steps of each stage,
    ``chains`` their timesteps, ``starts`` where each sample begins in them (empty where all begin
    with the first), ``sides`` the sides of the stages' pictures. ``masked`` and ``differences`` are
    an inpainting's, by stage; ``blocked`` the (stage, sample) that a safety checker blocked,
    ``too_expensive`` why it was refused where it was for its cost.
    """

    name: str
    spec: Spec
    folder: Path = NOWHERE
    attempt: Attempt = field(default_factory=Attempt)
    started: bool = False
    doing: str = "queued"
    seconds: float = 0.0
    ready: events.Ready | None = None
    frames: list[Frame] = field(default_factory=list)
    totals: tuple[int, ...] = ()
    starts: tuple[int, ...] = ()
    chains: tuple[tuple[int, ...], ...] = ()
    sides: tuple[int, ...] = ()
    original: Path | None = None
    measured: list[events.Measured] = field(default_factory=list)
    masked: dict[int, events.Masked] = field(default_factory=dict)
    differences: dict[int, events.Difference] = field(default_factory=dict)
    results: tuple[Path, ...] = ()
    ranked: events.Ranked | None = None
    blocked: set[tuple[int, int]] = field(default_factory=set)
    too_expensive: events.TooExpensive | None = None
    notices: list[str] = field(default_factory=list)
    reports: list[events.Report] = field(default_factory=list)

    @property
    def ending(self) -> Event | None:
        """Done, Cancelled or Failed; None where more is to come."""
        return self.attempt.ending

    @property
    def live(self) -> bool:
        """Whether more is to come."""
        return self.ending is None

    @property
    def paused(self) -> bool:
        """Whether it said that it waits before its next step."""
        return self.attempt.waits

    @property
    def reference(self) -> str:
        """What ``start_from`` calls it: its name, or its folder where that is elsewhere."""
        return self.name if paths.root() / self.name == self.folder else str(self.folder)

    @property
    def steps(self) -> list[Frame]:
        """The frames of stage I: those that a branch can start from."""
        return [frame for frame in self.frames if frame.stage == 1]

    def begun(self, frame: Frame, sample: int) -> bool:
        """Whether a step shows more of ``sample`` than its original, noised."""
        apart = frame.stage == 1 and bool(self.starts)
        return not apart or frame.timestep <= self.starts[sample]

    def abandon(self) -> None:
        """Its process is gone, and wrote no ending."""
        if self.ending is None:
            self.attempt.take(events.Cancelled(self.name, 0.0))
            self.doing = "its process is gone"

    def take(self, event: Event) -> None:
        """Note what happened."""
        self.seconds = event.seconds
        self.doing = _doing(event) or self.doing
        self.attempt.take(event)
        self._begin(event)
        match event:
            case Frame():
                self.frames.append(event)
            case events.Measured():
                self.measured.append(event)
            case events.Masked():
                self.masked[event.stage] = event
            case events.Difference():
                self.differences[event.stage] = event
            case events.Result():
                self.results = _results(self, event)
            case events.Ranked():
                self.ranked = event
                self.notices.append(event.text)
            case events.TooExpensive():
                self.too_expensive = event
            case events.Report():
                self.reports.append(event)
            case events.Notice() | events.Blocked():
                self.notices.append(event.text)
                if isinstance(event, events.Blocked):
                    self.blocked.add((event.stage, event.sample))

    def _begin(self, event: Event) -> None:
        match event:
            case events.Started():
                self.started = True
            case events.Ready():
                self.ready, self.sides = event, event.sizes
            case events.Planned():
                self.totals = tuple(len(chain) for chain in event.timesteps if chain)
                self.starts, self.chains = event.starts, event.timesteps
            case events.Original():
                self.original = self.folder / event.file


def showing(state: RunState, frame: Frame, sample: int) -> Frame:
    """A step, or where it draws only other samples, the last before it that shows this one."""
    if sample in frame.sheet.rows:
        return frame
    before = (f for f in reversed(state.steps) if sample in f.sheet.rows)
    return next(before, frame)


def _results(state: RunState, event: events.Result) -> tuple[Path, ...]:
    """With the pictures of a stage, which may have drawn only some of the samples."""
    files = [state.folder / file for file in event.files]
    last = state.frames[-1] if state.frames else None
    drawn = last.sheet.samples if last and last.stage == event.stage else ()
    finished = dict(enumerate(state.results)) if drawn else {}
    finished |= zip(drawn or range(len(files)), files, strict=True)
    return tuple(finished[sample] for sample in sorted(finished))


class SheetMemory:
    """Bounds what the step pictures of a live run take: ``limit`` bytes, but for the newest one.

    Told of an event after the run's state was. ``size`` is what they take now.
    """

    def __init__(self, state: RunState, limit: int = SHEETS_IN_MEMORY) -> None:
        self.size, self.limit = 0, limit
        self._state, self._oldest = state, 0

    def take(self, event: Event) -> None:
        """Let older sheets go, and those that are covered in the folder by now."""
        match event:
            case Frame():
                self.size += _size(event.sheet)
                self._let_go()
            case events.Blocked():
                for at, frame in enumerate(self._state.frames):
                    if frame.stage == event.stage:
                        self._read_again(at)

    def _let_go(self) -> None:
        while self.size > self.limit and self._oldest < len(self._state.frames) - 1:
            if _size(self._state.frames[self._oldest].sheet):
                self._read_again(self._oldest)
            self._oldest += 1

    def _read_again(self, at: int) -> None:
        frame = self._state.frames[at]
        self.size -= _size(frame.sheet)
        file = self._state.folder / paths.frame_name(frame.stage, frame.index)
        self._state.frames[at] = replace(frame, sheet=replace(frame.sheet, source=file))


def _size(sheet: Sheet) -> int:
    return len(sheet.source) if isinstance(sheet.source, bytes) else 0


def _doing(event: Event) -> str:
    """What a run does, by an event that tells of it; '' by any other."""
    match event:
        case Frame():
            return f"stage {'I' * event.stage} · step {event.index + 1}/{event.total}"
        case events.Progress():
            return f"{event.part} · step {event.step}/{event.steps}"
        case events.Status() | events.Fetching() | events.Ranked():
            return event.text
        case events.Started():
            return "starting"
        case events.Failed():
            return event.message
        case events.Done() | events.Cancelled():
            return event.WIRE.lower()
    return ""
