"""What this program knows of its runs: a model without widgets, filled from the engine's events.

The engine's thread only appends to ``inbox`` (a deque's append is atomic); everything else is
touched by the event loop alone. So no step is lost however seldom the screen is drawn.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine import events, vocabulary
from engine.events import ENDINGS, Event, Frame, Sheet
from engine.specs import Branched, Noised, Prepare, Spec
from engine.vocabulary import Vocabulary
from screens.messages import EngineLine
from screens.preview_requests import PreviewRequests

if TYPE_CHECKING:
    from engine.runs import Run

SHEETS_IN_MEMORY = 128 << 20
"""Bytes of raw step pictures kept per run; older steps are read from the run folder again."""


@dataclass
class RunState:
    """One run as a timeline shows it, live or read from its folder."""

    name: str
    spec: Spec
    folder: Path
    frames: list[Frame] = field(default_factory=list)
    doing: str = "queued"
    started: bool = False
    paused: bool = False
    cancelling: bool = False
    ending: Event | None = None
    totals: tuple[int, ...] = ()
    starts: tuple[int, ...] = ()
    sides: tuple[int, ...] = ()
    original: Path | None = None
    measured: list[events.Measured] = field(default_factory=list)
    chains: tuple[tuple[int, ...], ...] = ()
    masked: dict[int, events.Masked] = field(default_factory=dict)
    differences: dict[int, events.Difference] = field(default_factory=dict)
    results: tuple[Path, ...] = ()
    blocked: set[tuple[int, int]] = field(default_factory=set)
    kept: int = 0

    @classmethod
    def of(cls, run: "Run") -> "RunState":
        """A run read from its folder."""
        trace = cls(run.name, run.spec, run.folder)
        for event in run.events:
            trace.take(event)
        if not run.live and trace.ending is None:
            trace.ending, trace.doing = events.Cancelled(run.name, 0.0), "its process is gone"
        return trace

    @property
    def live(self) -> bool:
        """Whether more is to come."""
        return self.ending is None

    @property
    def reference(self) -> str:
        """What ``start_from`` calls it: its name, or its folder where that is elsewhere."""
        from engine import runs

        return self.name if runs.root() / self.name == self.folder else str(self.folder)

    @property
    def steps(self) -> list[Frame]:
        """The frames of stage I: those that a branch can start from."""
        return [frame for frame in self.frames if frame.stage == 1]

    def begun(self, frame: Frame, sample: int) -> bool:
        """Whether a step shows more of ``sample`` than its original, noised."""
        apart = frame.stage == 1 and bool(self.starts)
        return not apart or frame.timestep <= self.starts[sample]

    def take(self, event: Event) -> None:
        """Note what happened."""
        match event:
            case Frame():
                self._add(event)
            case events.Status():
                self.doing = event.text
            case events.Blocked():
                self._block(event)
            case events.Progress():
                self.doing = f"{event.part} · step {event.step}/{event.steps}"
            case events.Started():
                self.started, self.doing = True, "starting"
            case events.Ready():
                self.sides = event.sizes
            case events.Planned():
                self.totals = tuple(len(chain) for chain in event.timesteps if chain)
                self.starts, self.chains = event.starts, event.timesteps
            case events.Original():
                self.original = self.folder / event.file
            case events.Measured():
                self.measured.append(event)
            case events.Masked():
                self.masked[event.stage] = event
            case events.Difference():
                self.differences[event.stage] = event
            case events.Paused() | events.Resumed():
                self.paused = isinstance(event, events.Paused)
            case events.Result():
                self.results = tuple(self.folder / file for file in event.files)
            case events.Done() | events.Cancelled():
                self.ending, self.doing = event, type(event).__name__.lower()
            case events.Failed():
                self.ending, self.doing = event, event.message

    def _block(self, event: events.Blocked) -> None:
        """The step pictures of a blocked sample are covered in the folder: read them from there."""
        self.blocked.add((event.stage, event.sample))
        for at, frame in enumerate(self.frames):
            if frame.stage == event.stage:
                self.kept -= _size(frame.sheet)
                self.frames[at] = _on_disk(frame, self.folder, again=True)

    def _add(self, frame: Frame) -> None:
        self.frames.append(frame)
        self.doing = f"stage {'I' * frame.stage} · step {frame.index + 1}/{frame.total}"
        self.kept += _size(frame.sheet)
        oldest = 0
        while self.kept > SHEETS_IN_MEMORY and oldest < len(self.frames) - 1:
            self.kept -= _size(self.frames[oldest].sheet)
            self.frames[oldest] = _on_disk(self.frames[oldest], self.folder)
            oldest += 1


@dataclass
class Session:
    """The runs asked for since the start, and the engine's state; made once by the program."""

    model: str = ""
    inbox: deque[Event] = field(default_factory=deque)
    traces: dict[str, RunState] = field(default_factory=dict)
    device: str = ""
    doing: str = "starting"
    vocabulary: Vocabulary | None = None
    wrong: bool = False
    ready: bool = False
    preview_requests: PreviewRequests = field(default_factory=PreviewRequests)
    listeners: list[Callable[[list[Event]], None]] = field(default_factory=list)

    def begin(self, name: str, spec: Spec, folder: Path) -> RunState:
        """A run was handed to the engine."""
        self.traces[name] = RunState(name, spec, folder)
        return self.traces[name]

    def absorb(self) -> list[Event]:
        """Take everything that waits in the inbox, oldest first, and tell the listeners."""
        batch = list(self._waiting())
        for event in batch:
            self._engine(event)
            self.preview_requests.take(event)
            if trace := self.traces.get(event.run):
                trace.take(event)
        for listener in tuple(self.listeners):
            listener(batch)
        return batch

    def mark(self, run: str, **changed: bool) -> None:
        """The person paused a run or asked it to stop; the listeners look again."""
        if trace := self.traces.get(run):
            for name, value in changed.items():
                setattr(trace, name, value)
        self.absorb()

    @property
    def running(self) -> RunState | None:
        """The run that the engine works on."""
        return next((t for t in self.traces.values() if t.started and t.live), None)

    @property
    def queued(self) -> list[RunState]:
        """The runs that wait for it."""
        return [t for t in self.traces.values() if t.live and not t.started]

    def line(self) -> EngineLine:
        """What the top line says."""
        waits = f" · {len(self.queued)} queued" if self.queued else ""
        run = self.running
        doing = self.doing if run is None else _doing(run)
        alive = run is not None or not (self.ready or self.wrong)
        return EngineLine(self.model, self.device, doing + waits, alive, self.wrong)

    def _waiting(self) -> Iterator[Event]:
        while self.inbox:
            yield self.inbox.popleft()

    def _engine(self, event: Event) -> None:
        match event:
            case events.Ready():
                self.model, self.device = Path(event.model).name or event.model, event.device
                self.doing, self.ready, self.wrong = "ready", True, False
                said = event.vocabulary
                self.vocabulary = vocabulary.read(Path(said)) if said else None
            case events.Failed() if event.run not in (Prepare.kind, *self.traces):
                self.doing, self.wrong = event.message, True
            case events.Status():
                self.doing = event.text
            case _ if isinstance(event, ENDINGS) and self.ready:
                self.doing = "ready"


def _doing(run: RunState) -> str:
    if run.cancelling:
        return "cancelling"
    return f"{run.doing} · paused" if run.paused else run.doing


def _size(sheet: Sheet) -> int:
    return len(sheet.source) if isinstance(sheet.source, bytes) else 0


def _on_disk(frame: Frame, folder: Path, again: bool = False) -> Frame:
    if _size(frame.sheet) == 0 and not again:
        return frame
    file = folder / "frames" / f"{frame.stage}-{frame.index:04d}.png"
    return replace(frame, sheet=replace(frame.sheet, source=file))


def branchable(trace: RunState, frame: Frame, sample: int | None = None) -> int | None:
    """The STEP of ``start_from`` for the state that ``frame`` shows; None where none is kept.

    None also where ``sample`` has not begun there, if its run's samples begin apart. A branch's own
    frames go on counting where its parent stopped, but its trajectory begins at 0: so the position
    counts, not the frame's index.
    """
    if not isinstance(trace.spec, Branched | Noised) or frame.stage != 1:
        return None
    if sample is not None and trace.starts and frame.next_timestep > trace.starts[sample]:
        return None
    found = [i for i, step in enumerate(trace.steps) if step.index == frame.index]
    return found[0] + 1 if found else None
