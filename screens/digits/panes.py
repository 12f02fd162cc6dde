"""The timeline of digits: all samples as one picture of pictures, or one by its channels."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from textual.app import ComposeResult

from engine.events import Frame
from engine.runs.digit_samples import Array, Tiles, by_digit
from engine.runs.run_state import RunState
from screens.base.run_view import RunView
from screens.widgets.panes import NAMES, Panes, Shown
from screens.widgets.room import pixels
from screens.widgets.training.pages import pages


class DigitPanes(Panes):
    """Small pictures need no place each: together they are tiles, a column for each digit.

    Where not all are legible at once, the page is shown that the chosen sample's number names.
    """

    def _samples(self, frame: Frame) -> Shown:
        channel = self.channel if self.channel in frame.sheet.channels else "x0"
        labels = np.array([int(title) if title else -1 for title in self.titles])
        tiles = by_digit(_strip(frame, channel), labels if len(labels) else None)
        found = pages([Tiles(NAMES[channel], tiles)], pixels(self))
        page = found[self.sample % len(found)]
        return [page.image], [page.title], 0


class DigitRunView(RunView):
    """A :class:`RunView` for digits."""

    HELP = """
    ## The timeline

    How digits came about, from noise: **space** plays, **←** and **→** walk the steps, **c** shows
    the state x_t or the guess of the clean picture x̂0. **Enter** opens one sample by its channels,
    **↑ ↓** choose which, or turn the page of all. **backspace** goes back to the epochs.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.panes: DigitPanes = DigitPanes()

    def compose(self) -> ComposeResult:
        yield self.panes
        yield self.timeline

    def open(self, trace: RunState, titles: Sequence[str] | None = None) -> None:
        """Put samples on the timeline, called ``titles``; by default what their spec calls them."""
        super().open(trace)
        self.panes.columns = 0
        if titles is not None:
            self.panes.titles = titles
        self.panes.again()


def _strip(frame: Frame, channel: str) -> Array:
    """One channel of all samples, uint8 (count, height, width)."""
    sheet = frame.sheet
    left = sheet.channels.index(channel) * sheet.width
    grey = np.asarray(sheet.image.convert("L"))[:, left : left + sheet.width]
    return grey.reshape(sheet.count, sheet.height, sheet.width)
