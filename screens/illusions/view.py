"""What Illusions shows: the picture as it is read, turned, from afar or in bands; its timeline."""

from typing import Any

from engine.runs.run_state import RunState
from screens.base.run_view import RunView
from screens.illusions.panes import IllusionPanes
from screens.widgets.panes import Panes


class IllusionView(RunView):
    """A :class:`RunView` whose pictures are the readings of one picture."""

    HELP = """
    ## The illusion

    One picture, and all that it is: each reading turned its own way, under its view and its
    prompt. **t** turns the picture from one to the next, **a** shows it as from afar, a second
    time at decreasing sizes, **l** in the bands that its prompts draw (those without a brightness
    of their own stronger, around grey); **backspace** is the way back. **]** goes between the
    readings and the channels of one picture, **c** changes the channel of all. **v** takes another
    view for the second prompt, **m** another form. A view that *fails* does not keep noise what it
    is: it is there to see why that matters.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.panes: IllusionPanes = IllusionPanes()

    def open(self, trace: RunState) -> None:
        self.panes.put(trace)
        super().open(trace)

    def on_panes_selected(self, event: Panes.Selected) -> None:
        event.stop()
        event.prevent_default()
        if self.panes.together:
            self.choose(event.index // self.panes.row(), together=False)
        elif self.panes.way == "readings":
            self.panes.reading = event.index
            self.panes.again()
