"""What every place that watches a training shares: its state in words, and the hand on it."""

from pathlib import Path
from typing import Any

from engine.events import Event
from engine.runs.run_state import RunState
from engine.specs import Spec
from screens.base.mode_screen import ModeScreen
from screens.base.run_commands import RunCommands
from screens.messages import Cancel, Pause, RequestCheckpoint, Resume, RunMessage, SubmitRun
from screens.training.actions import TrainingActions
from screens.training.view import TrainingView
from screens.widgets.training.loss_plot import LossPlot
from screens.widgets.training.part_table import spaced, state

WORK = ("cancel", "pause", "checkpoint")
"""Commands on a training that a process of this machine is at, whichever it is."""


class Watching(TrainingActions, RunCommands, ModeScreen):
    """``spec`` and ``folder`` are the training that is watched; None where there is none."""

    spec: Spec | None = None
    folder: Path | None = None

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._awaited: int | None = None
        self._live = self._paused = False

    def make_view(self, view: TrainingView) -> TrainingView:
        """The view, its curves drawn as they were last."""
        known = self.memory.get("training", {})
        view.plot.logarithmic = bool(known.get("log", True))
        view.plot.smooth_by(float(known.get("weight", view.plot.weight)))
        return view

    @property
    def training(self) -> RunState | None:
        """The training as this program serves it; None for one of another process or an old one."""
        trace = self.session.states.get(self.folder.name) if self.folder else None
        return trace if trace and trace.folder == self.folder else None

    @property
    def mine(self) -> bool:
        """Whether this program trains it now."""
        return self.training is not None and self.training.live

    @property
    def held(self) -> bool:
        """Whether it waits before its next step."""
        trace = self.training
        return self.session.is_paused(trace) if trace and trace.live else self.view.training.paused

    def heard(self, batch: list[Event]) -> None:
        trace = self.training
        if trace is None:
            return
        mine = [event for event in batch if event.run == trace.name]
        if mine:
            self.tell_ending(trace, mine)
            self.view.look()
        self.refresh_bindings()

    def on_training_view_looked(self, event: TrainingView.Looked) -> None:
        event.stop()
        self.say()
        self._tell_checkpoint()
        before, now = (self._live, self._paused), (self.view.training.live, self.held)
        if event.fresh or before != now:
            self._live, self._paused = now
            self.refresh_bindings()

    def say(self) -> None:
        """What is watched changed, or how it does."""

    def state(self) -> str:
        """How the training does, in a few words."""
        live = self.view.training.live
        word = self._doing() if live else self._ended()
        whose = " · another process" if live and not self.mine else ""
        return f"{'paused' if live and self.held else word}{whose}"

    def _doing(self) -> str:
        """What its newest part that is being trained does."""
        trained = [part for part in self.view.parts if part.attempt.live]
        return state(trained[-1]) if trained else "running"

    def _ended(self) -> str:
        """How it ended: its last part, or, where none began, the run."""
        found = [word for part in self.view.parts if (word := state(part))]
        ending = self.view.training.attempt.ending
        if not found and ending is not None:
            return ending.WIRE.lower()
        return found[-1] if found else "no process is known"

    def _tell_checkpoint(self) -> None:
        if self._awaited is not None and self._saved > self._awaited:
            self.notify(f"a checkpoint of step {spaced(self._saved)} is written", timeout=3)
            self._awaited = None

    @property
    def _saved(self) -> int:
        """The newest checkpoint of any part."""
        return max((part.saved for part in self.view.parts), default=0)

    def action_smooth(self, by: int) -> None:
        super().action_smooth(by)
        self._remember_curves()

    def action_log(self) -> None:
        super().action_log()
        self._remember_curves()

    def _remember_curves(self) -> None:
        plot: LossPlot = self.view.plot
        self.remember(training={"log": plot.logarithmic, "weight": plot.weight})

    def action_cancel(self) -> None:
        again = self.training is not None and self.session.is_cancelling(self.training)
        self._order(Cancel(self._named, now=again))

    def action_pause(self) -> None:
        self._order((Resume if self.held else Pause)(self._named))

    def action_checkpoint(self) -> None:
        self._awaited = self._saved
        self._order(RequestCheckpoint(self._named))

    def action_resume(self) -> None:
        if self.spec is not None:
            self.post_message(SubmitRun(self.spec, self.folder))

    @property
    def _named(self) -> str:
        """What a message about the training calls it: its folder where another process is at it."""
        return self.training.name if self.training and self.mine else str(self.folder)

    def _order(self, message: RunMessage) -> None:
        if self.folder is not None:
            self.post_message(message)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        live = self.mine or self.view.training.live
        if action in WORK:
            return live and not (action == "checkpoint" and self.held)
        if action == "resume":
            return self.folder is not None and not live
        return self.can_watch(action) is not False
