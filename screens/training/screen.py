"""A training, watched: its curves, samples and pace; live, of another process, or years old."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.widget import Widget

from engine.events import Event
from engine.specs import Spec
from screens import keys
from screens.base.mode_screen import ModeScreen
from screens.training.curve_selection import CurveSelection
from screens.training.samples_pane import SamplesPane
from screens.training.view import TrainingView
from screens.widgets.training.plot_settings import PlotSettings


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
