"""The commands of Digits: on its sheets, on its timeline, and on what is asked for."""

from collections.abc import Sequence
from typing import Any

from engine import runs
from engine.events import Done, Event
from engine.runs.run_state import RunState
from engine.specs import Train
from screens.base.run_commands import RunCommands
from screens.base.run_view import TimelineActions
from screens.dialogs.picker import Picker
from screens.digits.forms import DigitForms
from screens.digits.judging import Judging
from screens.digits.panes import DigitRunView
from screens.digits.view import DigitsView
from screens.messages import Detach
from screens.training.base import Watching

STEPS = ("go", "home", "end")
"""Commands that walk the epochs, or the steps of the timeline in their place."""
OF_TIMELINE = ("play", "slower", "faster", "channel", "sample", "step_once", "export")
OF_SHEETS = ("beside", "flip", "page", "part", "metric", "overlay", "resume", "checkpoint")


class DigitsKeys(Judging, TimelineActions, Watching):
    """Two states: the sheets of a training, or a timeline in their place."""

    view: DigitsView
    ask: DigitForms

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._leaving = False

    @property
    def scope(self) -> DigitRunView:  # type: ignore[override]
        return self.view.scope

    @property
    def trace(self) -> RunState | None:
        """The run on the timeline; the training where none is there."""
        return self.scope.trace if self.view.scoping else self.training

    @property
    def sample(self) -> int:
        return self.scope.panes.sample

    def to_timeline(self, trace: RunState, titles: Sequence[str] | None = None) -> None:
        """Put a run, or an epoch's samples, on the timeline in the place of the sheets."""
        self.view.scoped(True)
        self.scope.open(trace, titles)
        self.refresh_bindings()

    def to_sheets(self) -> None:
        """Back to what was drawn after each epoch."""
        self.view.scoped(False)
        self.scope.trace = None
        self.refresh_bindings()

    def fold(self, away: bool) -> None:
        """Fold the ask away, or unfold it; folded, the keys are the place's own."""
        self.view.asked(not away)
        if away:
            self.set_focus(None)
        self.refresh_bindings()

    def action_run(self) -> None:
        if self.ask.active.form.problems():
            self.fold(False)
        self.ask.active.run()

    def action_prompt(self) -> None:
        self.action_draw() if self.ask.active is self.ask.draw else self.action_train()

    def action_train(self) -> None:
        self.fold(False)
        self.ask.turn_to(self.ask.train, "model")

    def action_draw(self) -> None:
        if self.folder is not None:
            self.ask.draw.form.set_values({"training": self._reference})
        self.fold(False)
        self.ask.turn_to(self.ask.draw, "digits")

    @property
    def _reference(self) -> str:
        """What a request calls the training: its name, or its folder where that is elsewhere."""
        assert self.folder is not None
        return self.folder.name if self.folder.parent == runs.root() else str(self.folder)

    def action_leave(self) -> None:
        self.fold(True)

    def action_fold_ask(self) -> None:
        self.fold(not self.ask.folded)

    def action_denoising(self) -> None:
        """How the samples of this epoch came about, state by state."""
        here, sheet = self.view.gallery.here, self.view.film.sheet
        if here.looks is None or sheet is None or self.spec is None or self.folder is None:
            return
        trace = RunState(here.label, self.spec, self.folder, frames=here.looks.frames(here.label))
        trace.take(Done(here.label, 0.0))
        self.to_timeline(trace, here.looks.captions)

    def action_back(self) -> None:
        self.to_sheets()

    def action_detached(self) -> None:
        """Let this program's training go on in a process of its own; or start one there."""
        if self.mine:
            self._leaving = True
            super().action_cancel()
            self.notify("it goes on in a process of its own after this step", timeout=3)
            return
        spec = self.ask.train.form.ready()
        if spec is None:
            self.action_train()
            return

        def start(said: str | None) -> None:
            if said == "start":
                self.remember(ask=self.ask.values())
                self.post_message(Detach(spec))
                self.fold(True)
            elif said == "form":
                self.action_train()

        options = [("start", f"train {spec.title()}"), ("form", "change what is asked for first")]
        self.app.push_screen(
            Picker("in a process of its own, which outlives this one", options), start
        )

    def heard(self, batch: list[Event]) -> None:
        super().heard(batch)
        if self._leaving and not self.mine and self.spec is not None:
            self._leaving = False
            self.post_message(Detach(self.spec, self.folder))

    def action_go(self, delta: int) -> None:
        self._walker.go(delta)

    def action_home(self) -> None:
        self._walker.go(-(10**6))

    def action_end(self) -> None:
        self._walker.go(10**6)

    @property
    def _walker(self) -> Any:
        return self.scope.timeline if self.view.scoping else self.view.film

    def action_fold_view(self) -> None:
        self.view.fold()

    def action_channel(self) -> None:
        super().action_channel()
        self.remember(channel=self.scope.panes.channel)

    def action_judge(self) -> None:
        if isinstance(self.spec, Train):
            self.judge(self._reference, self.spec)

    def action_cancel(self) -> None:
        if self.judging:
            self.stop_judging()
            return
        (RunCommands if self.view.scoping else Watching).action_cancel(self)

    def action_pause(self) -> None:
        (RunCommands if self.view.scoping else Watching).action_pause(self)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        scoping = self.view.scoping
        if action == "cancel" and self.judging:
            return True
        if action == "judge":
            return self.folder is not None and not (scoping or self.judging)
        if action == "denoising":
            return not scoping and _scrubs(self.view)
        if action == "back":
            return scoping
        if action in (*OF_SHEETS, *OF_TIMELINE) and (action in OF_TIMELINE) is not scoping:
            return False
        if not scoping:
            return super().check_action(action, parameters)
        known = self.session.states.get(self.trace.name) if self.trace else None
        if action in ("cancel", "pause", "step_once", "export") and known is not self.trace:
            return False
        return self.can_run(action) and self.can(action) is not False


def _scrubs(view: DigitsView) -> bool:
    looks = view.gallery.here.looks
    return looks is not None and "x" in looks.tensors
