"""What Digits asks of the engine beside its forms: an evaluation, a process of its own."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from engine import events
from engine.events import Event
from engine.runs.run_state import RunState
from engine.specs import DigitEvaluate, Spec, Train
from screens import keys
from screens.dialogs.questions import Picker
from screens.digits.forms import DigitForms, reference
from screens.messages import Cancel, Detach, SaveUiState, SubmitRun, send
from screens.training.samples_pane import SamplesPane
from screens.training.screen import TrainingView

EVALUATION = DigitEvaluate.kind
"""What the engine's events call an evaluation, which leaves no run of its own."""


class EvaluationCommands(Widget):
    """Has no looks. Asks how good the samples of the watched training are, and stops it.

    The training's curves know when it has ended.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("digits.judge", "run.cancel")]
    DEFAULT_CSS = """
    EvaluationCommands { display: none; }
    """

    def __init__(self, samples: SamplesPane) -> None:
        super().__init__()
        self.samples = samples
        self._reports: list[str] | None = None

    @property
    def running(self) -> bool:
        """Whether an answer is still to come."""
        return self._reports is not None

    def action_evaluate(self) -> None:
        """Ask for an evaluation at the training's own guidance."""
        followed = self.samples.selection.runs
        if isinstance(followed.spec, Train):
            self._reports = []
            training, guidances = reference(followed), (followed.spec.guidance,)
            send(self, SubmitRun(DigitEvaluate(training=training, guidances=guidances)))
            self.notify("the judge looks at what it draws; x stops it", timeout=5)

    def action_cancel(self) -> None:
        send(self, Cancel(EVALUATION))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "cancel":
            return self.running
        seen = self.samples.display and self.samples.selection.runs.spec is not None
        return seen and not self.running

    def take_events(self, batch: Iterable[Event]) -> None:
        """Note what an evaluation found, and say it when it ends."""
        for event in batch:
            if event.run == EVALUATION and self._reports is not None:
                self._take(event, self._reports)

    def _take(self, event: Event, reports: list[str]) -> None:
        match event:
            case events.Report():
                reports.append(f"{event.topic}: {event.found}")
            case events.Done():
                lines = "\n".join([*reports, "c shows its curves"])
                self.notify(lines, title="the judge", timeout=15)
            case events.Failed():
                self.notify(event.message, title="not judged", severity="error", timeout=10)
        if isinstance(event, events.ENDINGS):
            self._reports = None
            self.screen.refresh_bindings()


class DetachCommand(Widget):
    """Has no looks. Lets a training go on, or begin, in a process that outlives this one."""

    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("digits.detached")]
    DEFAULT_CSS = """
    DetachCommand { display: none; }
    """

    def __init__(self, forms: DigitForms, training: TrainingView) -> None:
        super().__init__()
        self.forms, self.training = forms, training
        self._leaving: RunState | None = None

    def action_detached(self) -> None:
        """Let this program's training go on in a process of its own; or start one there."""
        served = self.training.run.served
        if served is not None and served.live:
            self._leaving = served
            self.training.action_cancel()
            self.notify("it goes on in a process of its own after this step", timeout=3)
        elif spec := self.forms.train.form.ready():
            self._offer(spec)
        else:
            self.forms.action_train()

    def take_events(self) -> None:
        """Once this program has left a training, start the process that goes on with it."""
        left = self._leaving
        if left is not None and not left.live:
            self._leaving = None
            send(self, Detach(left.spec, left.folder))

    def _offer(self, spec: Spec) -> None:
        """Start what the form asks once the person has seen what that is."""

        def start(chosen: str | None) -> None:
            if chosen == "start":
                send(self, SaveUiState(ask=self.forms.values()))
                send(self, Detach(spec))
                self.forms.fold(True)
            elif chosen == "form":
                self.forms.action_train()

        options = [("start", f"train {spec.title()}"), ("form", "change what is asked for first")]
        title = "in a process of its own, which outlives this one"
        self.app.push_screen(Picker(title, options), start)
