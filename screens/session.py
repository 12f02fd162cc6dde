"""What this program knows of its runs: a model without widgets, filled from the engine's events.

The engine's thread only appends to ``inbox`` (a deque's append is atomic); everything else is
touched by the event loop alone. So no step is lost however seldom the screen is drawn.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from engine import events, vocabulary
from engine.events import ENDINGS, Event, Failed, Frame, Prepared
from engine.runs.run_state import RunState, SheetMemory
from engine.specs import Branched, Noised, Pictured, Prepare, Spec
from engine.vocabulary import Vocabulary
from screens.messages import EngineLine

PREVIEWS_KEPT = 8
"""Answers about previews that are remembered; the oldest goes first."""


@dataclass
class Marks:
    """What a person asked of runs, until the engine says the same."""

    cancelling: set[str] = field(default_factory=set)
    paused: dict[str, bool] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        """The engine's word on it replaces the person's."""
        if isinstance(event, events.Paused | events.Resumed):
            self.paused.pop(event.run, None)

    def drop(self, run: str) -> None:
        """A run of this name begins, or begins again."""
        self.cancelling.discard(run)
        self.paused.pop(run, None)


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
            if len(self.answers) > PREVIEWS_KEPT:
                del self.answers[next(iter(self.answers))]
        if isinstance(event, ENDINGS):
            self.waiting.popleft()


@dataclass
class Session:
    """The runs asked for since the start, and the engine's state; made once by the program.

    ``states`` has the runs by name; :meth:`is_paused` and :meth:`is_cancelling` know also what a
    person asked of one that the engine has not said yet.
    """

    model: str = ""
    inbox: deque[Event] = field(default_factory=deque)
    states: dict[str, RunState] = field(default_factory=dict)
    device: str = ""
    doing: str = "starting"
    vocabulary: Vocabulary | None = None
    wrong: bool = False
    ready: bool = False
    preview_requests: PreviewRequests = field(default_factory=PreviewRequests)
    listeners: list[Callable[[list[Event]], None]] = field(default_factory=list)
    marks: Marks = field(default_factory=Marks)
    sheets: dict[str, SheetMemory] = field(default_factory=dict)

    def begin(self, name: str, spec: Spec, folder: Path) -> RunState:
        """A run was handed to the engine."""
        state = self.states[name] = RunState(name, spec, folder)
        self.sheets[name] = SheetMemory(state)
        self.marks.drop(name)
        return state

    def absorb(self) -> list[Event]:
        """Take everything that waits in the inbox, oldest first, and tell the listeners."""
        batch: list[Event] = []
        while self.inbox:
            batch.append(event := self.inbox.popleft())
            self._engine(event)
            self.preview_requests.take(event)
            self.marks.take(event)
            if state := self.states.get(event.run):
                state.take(event)
                self.sheets[event.run].take(event)
        for listener in tuple(self.listeners):
            listener(batch)
        return batch

    def mark(self, run: str, paused: bool | None = None, cancelling: bool = False) -> None:
        """The person paused a run or asked it to stop; the listeners look again."""
        self.absorb()  # what the engine said until now is older
        if run in self.states:
            if paused is not None:
                self.marks.paused[run] = paused
            if cancelling:
                self.marks.cancelling.add(run)
        self.absorb()

    def is_paused(self, state: RunState) -> bool:
        """Whether a run waits, or will before its next step."""
        return self.marks.paused.get(state.name, state.paused)

    def is_cancelling(self, state: RunState) -> bool:
        """Whether a run was asked to stop."""
        return state.name in self.marks.cancelling

    @property
    def running(self) -> RunState | None:
        """The run that the engine works on."""
        return next((s for s in self.states.values() if s.started and s.live), None)

    @property
    def queued(self) -> list[RunState]:
        """The runs that wait for it."""
        return [s for s in self.states.values() if s.live and not s.started]

    def line(self) -> EngineLine:
        """What the top line says."""
        waits = f" · {len(self.queued)} queued" if self.queued else ""
        run = self.running
        doing = self.doing if run is None else self._doing(run)
        alive = run is not None or not (self.ready or self.wrong)
        return EngineLine(self.model, self.device, doing + waits, alive, self.wrong)

    def _doing(self, run: RunState) -> str:
        if self.is_cancelling(run):
            return "cancelling"
        return f"{run.doing} · paused" if self.is_paused(run) else run.doing

    def _engine(self, event: Event) -> None:
        match event:
            case events.Ready():
                self.model, self.device = Path(event.model).name or event.model, event.device
                self.doing, self.ready, self.wrong = "ready", True, False
                folder = event.vocabulary
                self.vocabulary = vocabulary.read(Path(folder)) if folder else None
            case events.Failed() if event.run not in (Prepare.kind, *self.states):
                self.doing, self.wrong = event.message, True
            case events.Status() | events.Fetching():
                self.doing = event.text
            case _ if isinstance(event, ENDINGS) and self.ready:
                self.doing = "ready"


def branchable(state: RunState, frame: Frame, sample: int | None = None) -> int | None:
    """The STEP of ``start_from`` for the state that ``frame`` shows; None where none is kept.

    None also where ``sample`` has not begun there, if its run's samples begin apart. A branch's own
    frames go on counting where its parent stopped, but its trajectory begins at 0: so the position
    counts, not the frame's index.
    """
    if not isinstance(state.spec, Branched | Noised) or frame.stage != 1:
        return None
    if sample is not None and state.starts and frame.next_timestep > state.starts[sample]:
        return None
    positions = (i for i, step in enumerate(state.steps, 1) if step.index == frame.index)
    return next(positions, None)


def preview_request(spec: Pictured) -> Prepare:
    """What to ask for to see the picture, and the noise, that a run of ``spec`` begins with."""
    values = {name: getattr(spec, name) for name in Prepare.model_fields}
    return Prepare(**values | {"stage2": "none"})
