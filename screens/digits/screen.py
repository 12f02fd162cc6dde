"""Digits: train the models of MNIST, watch them learn, and let them draw."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from textual import events
from textual.containers import Container
from textual.widget import Widget
from textual.worker import Worker

from engine import runs
from engine.errors import BadInput
from engine.events import Event, Queued
from engine.runs.run_state import RunState
from engine.specs import DigitSample, Train
from screens.base.mode_screen import ModeScreen
from screens.digits.commands import DetachCommand, EvaluationCommands
from screens.digits.forms import DigitForms
from screens.digits.pictures import DigitPictures
from screens.messages import SubmitRun
from screens.session import Session
from screens.training.curve_selection import CurveSelection
from screens.training.samples_pane import SamplesPane
from screens.training.screen import TrainingView
from screens.widgets.training.plot_settings import PlotSettings

WAITS = "it waits for the training; D, at the epochs, lets that go on in a process of its own"
UNSEEN = "no training yet: t asks for one"
WIDE, MIDDLING, TALL = 150, 100, 29
"""Columns from which the figures stay beside the forms, and beside the samples alone; lines from
which the curves stay above the forms."""
SMOOTHING = 0.95
"""Until another was chosen: every batch is a point here, and they scatter."""


class DigitsView(Container):
    """A :class:`TrainingView` with the forms of Digits and, in its samples' place, a timeline."""

    DEFAULT_CSS = """
    DigitsView.-slim #facts { display: none; }
    DigitsView.-short #below { height: 1.5fr; }
    """

    def __init__(self, session: Session, memory: dict[str, Any], device: str) -> None:
        samples = SamplesPane(CurveSelection())
        self.followed = samples.selection.runs
        self.pictures = DigitPictures(session, samples)
        self.pictures.run_view.panes.channel = memory.get("channel", "x0")
        typed = memory.get("ask", {})
        self.forms = DigitForms(typed, device, self.followed, lambda: self.pictures.shown)
        settings = PlotSettings.restored(memory.get("training", {}), SMOOTHING)
        self.training = TrainingView(session, samples, settings, (self.forms, self.pictures))
        self.evaluation = EvaluationCommands(samples)
        self.training.yields = lambda action: action == "cancel" and self.evaluation.running
        self.detaching = DetachCommand(self.forms, self.training)
        super().__init__(self.training, self.evaluation, self.detaching)

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width < WIDE, "-narrow")
        self.set_class(event.size.width < MIDDLING, "-slim")
        self.set_class(event.size.height < TALL, "-short")
        self.training.slim = event.size.width < MIDDLING
        self.training.refresh_run([], changed=False)

    def command_widgets(self) -> tuple[Widget, ...]:
        """Those whose keys count now, the first ones before the last."""
        pictures, training = self.pictures.command_widgets(), self.training
        own = self.detaching, self.forms, self.forms.active
        return (self.evaluation, *pictures, training.panes, training, *own)


class DigitsScreen(ModeScreen):
    """The curves of one training and of those drawn over it; its samples, or a timeline."""

    NAME = "digits"
    HELP = """
    ## Digits

    The loss of a training as it falls, and under it what the model draws after each epoch, always
    from the same noise: **←** and **→** walk the epochs, **=** keeps one beside the others, **f**
    flips between two, **Enter** opens how their samples came about on a timeline. **t** asks for a
    training, **d** lets the model draw; **o** draws other runs' curves over these.
    """

    DEFAULT_CSS = """
    DigitsScreen.-timeline #facts, DigitsScreen.-asking .-narrow #facts { display: none; }
    DigitsScreen.-asking .-short LossPlot { display: none; }
    DigitsScreen.-asking #below { display: block; }
    DigitsScreen.-asking DigitPictures { padding-left: 1; }
    """

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.view = DigitsView(self.session, self.memory, self.cascade["device"])
        self.command_widgets = self.view.command_widgets

    def body(self) -> Iterable[Widget]:
        yield self.view

    def on_mount(self) -> None:
        self.view.training.status.update(UNSEEN)
        self.view.pictures.shown.focus()
        _: Worker[None] = self.run_worker(self._newest())

    def show_run(self, run: RunState) -> None:
        """A training is watched; digits that were drawn are put on the timeline."""
        self.view.forms.fold(True)
        if isinstance(run.spec, DigitSample):
            self.view.forms.take(run.spec)
            _: Worker[None] = self.run_worker(self._of(run.spec), group="training")
        self._see(run)

    def take_events(self, batch: list[Event]) -> None:
        for part in (self.view.training, self.view.pictures, self.view.evaluation):
            part.take_events(batch)
        self.view.detaching.take_events()
        for event in batch:
            run = self.session.states.get(event.run)
            if isinstance(event, Queued) and run is not None:
                self._queued(run)

    def on_submit_run(self, message: SubmitRun) -> None:
        """On its way to the program: what a form asks for is looked at here."""
        if isinstance(message.spec, Train | DigitSample):
            self.view.forms.fold(True)

    async def _newest(self) -> None:
        """Watch the newest training there is; with none, the form has the focus."""
        trainings = await asyncio.to_thread(_trainings)
        if self.view.followed.spec is not None:
            return
        if trainings:
            self.view.training.show_training(*trainings[0])
        elif self.is_current:
            self.view.forms.action_train()

    async def _of(self, spec: DigitSample) -> None:
        """Watch the training whose model drew, where it is still there."""
        training = await asyncio.to_thread(_training, spec)
        if training is not None and training[1] != self.view.followed.watched.folder:
            self.view.training.show_training(*training)

    def _queued(self, run: RunState) -> None:
        """A run of this screen was handed to the engine: it is looked at, whoever asked."""
        if not isinstance(run.spec, Train | DigitSample):
            return
        self.view.forms.fold(True)
        self._see(run)
        running = self.session.running
        if isinstance(run.spec, DigitSample) and running and isinstance(running.spec, Train):
            self.notify(WAITS, severity="warning", timeout=8)

    def _see(self, run: RunState) -> None:
        if isinstance(run.spec, Train):
            self.view.training.show_training(run.spec, run.folder)
            self.view.pictures.show_samples()
        elif isinstance(run.spec, DigitSample):
            self.view.pictures.show_run(run)


def _trainings() -> list[tuple[Train, Path]]:
    """Trainings of digits, live ones first, then the newest."""
    return [(run.spec, run.folder) for run in runs.list_runs() if _is_training(run)]  # type: ignore[misc]


def _is_training(run: Any) -> bool:
    try:
        return isinstance(run.spec, Train)
    except BadInput:
        return False


def _training(spec: DigitSample) -> tuple[Train, Path] | None:
    run = runs.Run(runs.find(spec.training))
    return (run.spec, run.folder) if _is_training(run) else None  # type: ignore[return-value]
