"""A training, watched: its curves, samples and pace; live, of another process, or years old."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.widget import Widget
from textual.widgets import Static

from engine.events import Event
from engine.specs import Spec
from screens import keys
from screens.messages import Ask, Keep
from screens.place import Place
from screens.run_actions import RunActions
from screens.session import Trace
from screens.training_view import TrainingActions, TrainingView
from screens.widgets.part_table import spaced, state

KEYS = (
    "timeline.back", "timeline.next", "timeline.far_back", "timeline.far_next", "timeline.first",
    "timeline.last", "run.cancel", "run.pause", "view",
)  # fmt: skip


class TrainingScreen(TrainingActions, RunActions, Place):
    """One run; what this program trains can be held, stopped and told to checkpoint."""

    NAME = "runs"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("training", *KEYS)]
    HELP = """
    ## A training

    Its loss as it falls, raw and smoothed, and what its averaged weights draw: **←** and **→** walk
    the sample sheets, the upright line marks their step. **up** and **down** choose a part, **c** a
    curve. A run of this program can be held, stopped and told to write a checkpoint; one of another
    process is only watched.
    """
    DEFAULT_CSS = """
    TrainingScreen #said {
        height: 1; padding: 0 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def __init__(self, spec: Spec, folder: Path, *given: Any) -> None:
        super().__init__(*given)
        self.spec, self.folder = spec, folder
        self._awaited: int | None = None
        self._live = False

    def body(self) -> Iterable[Widget]:
        self.said = Static("", id="said", markup=False)
        self.view = TrainingView(self.folder)
        known = self.memory.get("training", {})
        self.view.plot.logarithmic = bool(known.get("log", True))
        self.view.plot.smooth_by(float(known.get("weight", self.view.plot.weight)))
        yield self.said
        yield self.view

    @property
    def trace(self) -> Trace | None:
        """The run as this program serves it; None for one of another process or an old one."""
        trace = self.session.traces.get(self.folder.name)
        return trace if trace and trace.folder == self.folder else None

    @property
    def mine(self) -> bool:
        """Whether this program trains it now."""
        return self.trace is not None and self.trace.live

    def heard(self, batch: list[Event]) -> None:
        mine = [event for event in batch if event.run == self.folder.name]
        if self.trace is None:
            return
        if mine:
            self.tell_ending(self.trace, mine)
            self.view.look()
        self.refresh_bindings()

    def on_training_view_looked(self, event: TrainingView.Looked) -> None:
        event.stop()
        self._say()
        self._tell_checkpoint()
        if event.fresh or self._live != self.view.training.live:
            self._live = self.view.training.live
            self.refresh_bindings()

    def _say(self) -> None:
        live = self.view.training.live
        ended = [word for part in self.view.parts if (word := state(part))]
        word = "running" if live else ended[-1] if ended else "no process is known"
        whose = " · another process" if live and not self.mine else ""
        self.said.update(f"{self.spec.title()} · {word}{whose} · {self.folder}")

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
        self._remember()

    def action_log(self) -> None:
        super().action_log()
        self._remember()

    def _remember(self) -> None:
        plot = self.view.plot
        self.remember(training={"log": plot.logarithmic, "weight": plot.weight})

    def action_overlay(self) -> None:
        from screens.overlaying import choose_overlay

        choose_overlay(self, self.view)

    def action_checkpoint(self) -> None:
        self._awaited = self._saved
        self.post_message(Keep(self.folder.name))

    def action_resume(self) -> None:
        self.post_message(Ask(self.spec, self.folder))

    def action_back(self) -> None:
        self.dismiss()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "cancel" | "pause":
                return self.mine
            case "checkpoint":
                return self.mine and not (self.trace and self.trace.paused)
            case "resume":
                return not self.mine and not self.view.training.live
        return self.can_watch(action) is not False
