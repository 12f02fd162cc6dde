"""A training, watched: its curves, samples and pace; live, of another process, or years old."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Static

from engine import runs
from engine.errors import BadInput
from engine.events import Event
from engine.specs import Spec
from screens import keys
from screens.base.mode_screen import ModeScreen
from screens.base.run_commands import tell_ending
from screens.dialogs.questions import Picker
from screens.messages import Cancel, Pause, RequestCheckpoint, Resume, SubmitRun, send
from screens.session import Session
from screens.training.curve_selection import CurveSelection
from screens.training.followed_runs import Events, Poller
from screens.training.panes import TrainingPanes
from screens.training.samples_pane import SamplesPane
from screens.training.watched_run import WatchedRun
from screens.widgets.training.part_table import brief, spaced
from screens.widgets.training.plot_settings import PlotSettings

LISTED = 200
"""The newest runs, among which those to draw over this one are looked for."""


class TrainingView(Vertical):
    """A line that says how the training does, over :class:`TrainingPanes`.

    Its keys hold, stop, save and resume it, whichever process of this machine trains it: they
    post messages, which a screen lets pass to the program.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings("run.cancel", "run.pause"),
        *keys.bindings("training.checkpoint", "training.resume", "training.overlay"),
    ]
    DEFAULT_CSS = """
    TrainingView #status {
        height: 1; padding: 0 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def __init__(
        self,
        session: Session,
        samples: SamplesPane,
        settings: PlotSettings,
        row: Sequence[Widget] = (),
    ) -> None:
        """``row`` is what stands before the figures, by default the samples alone."""
        self.status = Static("", id="status", markup=False)
        self.panes = TrainingPanes(samples, row or (samples,))
        self.panes.plot.settings = settings
        super().__init__(self.status, self.panes)
        self.commands = samples, self.panes, self
        """Those whose keys are a training's, the first ones before the last."""
        self.samples, self.selection = samples, samples.selection
        self.run = WatchedRun(session, self.selection.runs)
        self.yields: Callable[[str], bool] = lambda action: False
        """Whether a command's key is something else's of this screen for now."""
        self.slim = False
        """Whether the line has the figures, for which there is no room elsewhere."""
        self.poller = Poller(self, self.selection.runs, self.refresh_run)
        self._awaited: int | None = None
        self._state = False, False

    def show_training(self, spec: Spec, folder: Path) -> None:
        """Show a training from now on."""
        self.selection.watch(spec, folder)
        self.refresh_run([], changed=True)
        self.poller.poll()

    def take_events(self, batch: list[Event]) -> None:
        """Something happened in the engine; what the training wrote is read again."""
        served = self.run.served
        if served is None:
            return
        events = [event for event in batch if event.run == served.name]
        if events:
            tell_ending(self, served, events)
            self.poller.poll()
        self.screen.refresh_bindings()

    def refresh_run(self, events: Events, changed: bool) -> None:
        """``events`` are new of the training, something of it or of another run ``changed``."""
        self.selection.follow(events)
        (self.panes if changed else self.panes.figures).draw()
        if self.selection.runs.spec is not None:
            self.status.update(self.run.line(_figures(self.selection) if self.slim else ""))
        if self._awaited is not None and self.run.saved > self._awaited:
            self.notify(f"a checkpoint of step {spaced(self.run.saved)} is written", timeout=3)
            self._awaited = None
        before, self._state = self._state, (self.run.live, self.run.paused)
        if changed or self._state != before:
            self.screen.refresh_bindings()

    def action_cancel(self) -> None:
        send(self, Cancel(self.run.name, now=self.run.cancelling))

    def action_pause(self) -> None:
        send(self, (Resume if self.run.paused else Pause)(self.run.name))

    def action_checkpoint(self) -> None:
        self._awaited = self.run.saved
        send(self, RequestCheckpoint(self.run.name))

    def action_resume(self) -> None:
        runs = self.run.runs
        if runs.spec is not None:
            send(self, SubmitRun(runs.spec, runs.watched.folder))

    def action_overlay(self) -> None:
        choose_overlay(self)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if not self.samples.display or self.selection.runs.spec is None or self.yields(action):
            return False  # another run's pictures are there, or none
        match action:
            case "cancel" | "pause":
                return self.run.live
            case "checkpoint":
                return self.run.live and not self.run.paused
            case "resume":
                return not self.run.live
        return True


def _figures(selection: CurveSelection) -> str:
    """How the chosen part does, in a line."""
    part = selection.shown
    return brief(part, selection.batches.get(part.name, 0)) if part else ""


def choose_overlay(view: TrainingView) -> None:
    """Let the person choose a run whose curves are drawn too; one that is drawn is taken away."""
    followed = view.run.runs
    drawn = [log.folder for log in followed.others]
    others = [(path, title) for path, title in trainings() if path != followed.watched.folder]
    if not others:
        view.notify("there is no other training to draw over this one", severity="warning")
        return

    def show(chosen: str | None) -> None:
        if chosen is not None:
            path = Path(chosen)
            rest = [folder for folder in drawn if folder != path]
            followed.overlay(rest if path in drawn else [*drawn, path])
            view.panes.draw()
            view.poller.poll()

    options = [(str(p), f"{'✓ ' if p in drawn else '  '}{p.name[:15]} · {t}") for p, t in others]
    note = "enter draws it, or takes it away · q leaves"
    view.app.push_screen(Picker("draw the curves of", options, note), show)


def trainings() -> list[tuple[Path, str]]:
    """Folders and titles of the trainings among the runs, newest first."""
    listed = []
    for run in runs.list_runs()[:LISTED]:
        try:
            if run.spec.resumable:
                listed.append((run.folder, run.spec.title()))
        except BadInput:
            continue
    return listed


class TrainingScreen(ModeScreen):
    """One run, whichever process of this machine trains it: it can be held, stopped and saved."""

    NAME = "runs"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("view.back")]
    HELP = """
    ## A training

    Its loss as it falls, raw and smoothed, and what its averaged weights draw: **←** and **→** walk
    the sample sheets, the upright line marks their step; **=** keeps one beside those to come and
    **f** flips between two. **up** and **down** choose a part, **c** a curve, **o** draws another
    run over this one. It can be held, stopped and told to write a checkpoint, whichever process
    trains it.
    """

    def __init__(self, spec: Spec, folder: Path, *given: Any) -> None:
        super().__init__(*given)
        self.spec, self.folder = spec, folder
        settings = PlotSettings.restored(self.memory.get("training", {}))
        self.view = TrainingView(self.session, SamplesPane(CurveSelection()), settings)
        self.command_widgets = lambda: self.view.commands

    def body(self) -> Iterable[Widget]:
        yield self.view

    def on_mount(self) -> None:
        self.view.show_training(self.spec, self.folder)
        self.view.samples.focus()

    def take_events(self, batch: list[Event]) -> None:
        self.view.take_events(batch)

    def action_back(self) -> None:
        self.dismiss()
