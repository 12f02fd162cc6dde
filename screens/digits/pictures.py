"""What digits look like: the samples of a training's epochs, or a run of them on a timeline."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
from textual.binding import BindingType
from textual.containers import Container
from textual.widget import Widget

from engine.events import Done, Event, Frame
from engine.runs.digit_samples import Array, EpochSamples, Tiles, by_digit
from engine.runs.run_state import RunState
from engine.specs import DigitSample, Spec
from screens import keys
from screens.base.run_commands import tell_ending
from screens.base.run_view import RunView
from screens.session import Session
from screens.training.samples_pane import SamplesPane
from screens.widgets.panes import NAMES, Panes, Shown
from screens.widgets.picture_grid import pixels
from screens.widgets.training.pages import pages

ON_RUNS = ("cancel", "pause", "step_once", "export")
"""The commands on a run of digits."""


class DigitRunView(RunView):
    """A :class:`RunView` for digits."""

    HELP = """
    ## The timeline

    How digits came about, from noise: **space** plays, **←** and **→** walk the steps, **c** shows
    the state x_t or the guess of the clean picture x̂0. **Enter** opens one sample by its channels,
    **↑ ↓** choose which, or turn the page of all. **backspace** goes back to the epochs.
    """


class DigitPictures(Container):
    """The sheets of :class:`SamplesPane`, or a timeline in their place; owns the way between."""

    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("digits.denoising", "view.back")]
    DEFAULT_CSS = """
    DigitPictures { width: 1fr; height: 1fr; }
    """

    def __init__(self, session: Session, samples: SamplesPane) -> None:
        self.samples = samples
        self.run_view = DigitRunView(session, Panes(digit_tiles), without=("fold_view",))
        self.run_view.display = False
        super().__init__(samples, self.run_view)

    @property
    def run(self) -> RunState | None:
        """The run on the timeline; None while the sheets are shown."""
        return self.run_view.run if self.run_view.display else None

    @property
    def shown(self) -> Widget:
        """The sheets, or the timeline in their place."""
        return self.samples if self.run is None else self.run_view

    def show_run(self, run: RunState, titles: Sequence[str] | None = None) -> None:
        """Put samples on the timeline, called ``titles``; by default what their spec calls them."""
        _turn(self, timeline=True)
        panes, commands = self.run_view.panes, self.run_view.commands
        commands.only = ON_RUNS if isinstance(run.spec, DigitSample) else ()
        self.run_view.open_run(run)
        panes.columns = 0
        if titles is not None:
            panes.titles = titles
        panes.again()

    def show_samples(self) -> None:
        """Back to what was drawn after each epoch."""
        _turn(self, timeline=False)

    def take_events(self, batch: Iterable[Event]) -> None:
        """What the run on the timeline did."""
        run = self.run
        events = [event for event in batch if run and event.run == run.name]
        if run is not None and events:
            self.run_view.refresh_run()
            tell_ending(self, run, events)
            self.screen.refresh_bindings()

    def command_widgets(self) -> tuple[Widget, ...]:
        """Those whose keys count now, the first ones before the last."""
        view = self.run_view
        shown = (self.samples,) if self.run is None else (view.player, view, view.commands)
        return (*shown, self)

    def action_denoising(self) -> None:
        """How the samples of this epoch came about, state by state."""
        sheet, runs = self.samples.gallery.sheet, self.samples.selection.runs
        if sheet.looks is not None and runs.spec is not None:
            run = denoising(sheet.label, sheet.looks, runs.spec, runs.watched.folder)
            self.show_run(run, sheet.looks.captions)

    def action_back(self) -> None:
        self.show_samples()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "denoising":
            looks = self.samples.gallery.sheet.looks
            return self.run is None and looks is not None and "x" in looks.tensors
        return action != "back" or self.run is not None


def _turn(pictures: DigitPictures, timeline: bool) -> None:
    """Show the timeline, or the sheets, and give it the focus."""
    pictures.samples.display, pictures.run_view.display = not timeline, timeline
    pictures.screen.set_class(timeline, "-timeline")
    pictures.screen.set_focus(pictures.shown)
    pictures.screen.refresh_bindings()


def denoising(label: str, looks: EpochSamples, spec: Spec, folder: Path) -> RunState:
    """The kept states of an epoch's samples as a run that is over."""
    run = RunState(label, spec, folder, frames=looks.frames(label))
    run.take(Done(label, 0.0))
    return run


def digit_tiles(panes: Panes, frame: Frame) -> Shown:
    """All samples as one picture of small ones, a column for each digit.

    Where not all are legible at once, the page is shown that the chosen sample's number names.
    """
    channel = panes.channel if panes.channel in frame.sheet.channels else "x0"
    labels = np.array([int(title) if title else -1 for title in panes.titles])
    tiles = by_digit(_strip(frame, channel), labels if len(labels) else None)
    several = pages([Tiles(NAMES[channel], tiles)], pixels(panes))
    page = several[panes.sample % len(several)]
    return [page.image], [page.title], 0


def _strip(frame: Frame, channel: str) -> Array:
    """One channel of all samples, uint8 (count, height, width)."""
    sheet = frame.sheet
    left = sheet.channels.index(channel) * sheet.width
    grey = np.asarray(sheet.image.convert("L"))[:, left : left + sheet.width]
    return grey.reshape(sheet.count, sheet.height, sheet.width)
