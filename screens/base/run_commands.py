"""The commands on one run: hold, cancel, branch, compare, export, replay, enlarge."""

import asyncio
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.widget import Widget
from textual.worker import Worker

from engine import events
from engine.errors import BadInput
from engine.events import Event, Frame
from engine.runs.ranking import best_first
from engine.runs.replay import request
from engine.runs.run_state import RunState
from engine.specs import Branched, Edit, Generate, Noised
from screens import keys
from screens.messages import Branch, Cancel, Pause, Resume, StepOnce, SubmitRun, send
from screens.session import Session, branchable

ONLY = "only a step of stage I can be branched from"
EARLY = "it has not begun here: go on to where it has"
NOISE = {"timesteps": None, "start_from": None, "start_sample": None}
"""Fields of :class:`Branched` that let it begin with noise."""

Start = dict[str, Any]
"""``start_from`` and ``start_sample`` of :class:`Branched`."""


@dataclass(frozen=True)
class Selection:
    """What commands are about: a run, its step under the cursor, one of its samples.

    ``branched`` is the sample that a branch begins with, None for all of them.
    """

    run: RunState | None
    frame: Frame | None = None
    sample: int = 0
    branched: int | None = None


class RunCommands(Widget):
    """Has no looks. ``selection`` says what is meant now, ``only`` which actions there are.

    ``stage2`` is the stage II that enlarges a run that had none.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings(
            *("run.cancel", "run.pause", "run.one_step", "run.branch", "run.compare"),
            *("run.export", "run.replay", "run.upscale"),
        )
    ]
    DEFAULT_CSS = """
    RunCommands { display: none; }
    """

    def __init__(
        self,
        session: Session,
        selection: Callable[[], Selection],
        only: Container[str] | None = None,
    ) -> None:
        super().__init__()
        self.session = session
        self.selection, self.only = selection, only
        self.stage2 = "auto"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        selection = self.selection()
        offered = self.only is None or action in self.only
        run = selection.run
        return offered and run is not None and available(action, run, selection.branched)

    def action_cancel(self) -> None:
        if run := self.selection().run:
            send(self, Cancel(run.name, now=self.session.is_cancelling(run)))

    def action_pause(self) -> None:
        if run := self.selection().run:
            send(self, (Resume if self.session.is_paused(run) else Pause)(run.name))

    def action_step_once(self) -> None:
        if run := self.selection().run:
            send(self, StepOnce(run.name))

    def action_compare(self) -> None:
        from screens.base.compare import choose_other

        if run := self.selection().run:
            choose_other(self.screen, run)

    def action_export(self) -> None:
        from screens.base.export import choose_export

        selection = self.selection()
        if selection.run is not None:
            choose_export(self.screen, selection.run, selection.sample)

    def action_replay(self) -> None:
        if run := self.selection().run:
            _: Worker[None] = self.run_worker(replay(self, run), group="replay")

    def action_branch(self) -> None:
        """From the step under the cursor; Generate has the form for it, or the run's own screen."""
        selection = self.selection()
        run, step = selection.run, branch_step(selection)
        if run is None or step is None:
            self.notify(no_branch(selection), severity="warning")
        elif branching := begun(self, run, step, selection.branched):
            start, spec = branching
            send(self, Branch(spec, start, len(run.steps)))

    def action_upscale(self) -> None:
        selection = self.selection()
        run = selection.run
        if run and (branching := begun(self, run, len(run.steps), selection.branched)):
            start, spec = branching
            every = unranked(spec) if isinstance(spec, Branched) else {}
            update = start | every | {"stage2": self.stage2}
            send(self, SubmitRun(spec.model_copy(update=update)))


async def replay(widget: Widget, run: RunState) -> None:
    """Ask for a run once more; its picture is opened off the event loop."""
    lines: list[str] = []
    try:
        spec = await asyncio.to_thread(request, run.spec, run.folder, lines.append)
    except BadInput as error:
        widget.notify(str(error), severity="error", timeout=10)
        return
    for line in lines:
        widget.notify(line, severity="warning")
    send(widget, SubmitRun(spec))


def tell_ending(widget: Widget, run: RunState, batch: Iterable[Event]) -> None:
    """Say what was written and where, or why it ended."""
    for event in batch:
        if isinstance(event, events.Failed):
            widget.notify(event.message, title="the run failed", severity="error", timeout=10)
        elif isinstance(event, events.Cancelled):
            widget.notify(f"what was done is in {run.folder}", title="cancelled")
        elif isinstance(event, events.Done):
            best = run.results[best_first(run)[0]] if run.results else run.folder
            widget.notify(str(best), title="done")
        elif isinstance(event, events.Ranked):
            widget.notify(event.text, title="ranked")


def begun(
    widget: Widget, run: RunState, step: int, sample: int | None
) -> tuple[Start, Branched] | None:
    """:func:`branch`; None, and a word about it, where the run's request cannot be made again."""
    try:
        return branch(run, step, sample)
    except BadInput as error:
        widget.notify(str(error), severity="error", timeout=10)
        return None


def branch(run: RunState, step: int, sample: int | None = None) -> tuple[Start, Branched]:
    """Begin at ``step`` of all samples or of one; the request is what the run itself would do next.

    A sample alone draws the noise that it drew among others. An edit's sample needs to be chosen:
    they begin apart. BadInput where the run's request cannot be made again.
    """
    start: Start = {"start_from": f"{run.reference}:{step}"}
    if sample is not None:
        start["start_sample"] = sample
    spec = run.spec
    if isinstance(spec, Branched):
        spec = request(spec, run.folder)
        assert isinstance(spec, Branched)
        alone = spec.alone(sample) if sample is not None else {}
        return start, spec.model_copy(update=NOISE | alone)
    assert isinstance(spec, Noised)
    return start, _generation(spec, sample or 0)


def _generation(spec: Noised, sample: int) -> Generate:
    """What draws on where a noised picture stands: the same model, rule and guidance."""
    shared = Generate.model_fields.keys() & type(spec).model_fields.keys()
    values = {n: getattr(spec, n) for n in shared - {"timesteps", "steps"}}
    if not spec.prompt.strip():
        values["guidance"] = 0.0
    drawn = Generate(**values)
    return (
        drawn.model_copy(update={"seed": spec.seed + sample}) if isinstance(spec, Edit) else drawn
    )


def branch_step(selection: Selection) -> int | None:
    """The STEP of ``start_from`` for the step under the cursor; None where no branch begins."""
    if selection.run is None or selection.frame is None:
        return None
    return branchable(selection.run, selection.frame, selection.branched)


def no_branch(selection: Selection) -> str:
    """Why no branch begins at the step under the cursor."""
    run, frame, sample = selection.run, selection.frame, selection.branched
    early = run and frame and sample is not None and not run.begun(frame, sample)
    return EARLY if early else ONLY


def unranked(spec: Branched) -> Start:
    """The fields with which as many samples are drawn, and none of them is chosen."""
    return {"count": spec.best_of, "best_of": 1} if spec.best_of > 1 else {}


def enlarged(run: RunState, sample: int | None) -> bool:
    """Whether stage II drew a sample; with None, all of them."""
    last = run.frames[-1]
    return last.stage > 1 and (not last.sheet.samples or sample in last.sheet.samples)


def available(action: str, run: RunState, sample: int | None = None) -> bool:
    """Whether a command on a run makes sense now, on one of its samples or with None on all."""
    match action:
        case "cancel" | "pause" | "step_once":
            return run.live
        case "branch":
            return bool(run.steps) and branchable(run, run.steps[0]) is not None
        case "compare":
            return bool(run.frames)
        case "export":
            return bool(run.frames) and not run.live
        case "upscale":
            ended = not run.live and bool(run.steps)
            kind = isinstance(run.spec, Branched | Edit)
            return ended and kind and not enlarged(run, sample)
        case _:
            return True
