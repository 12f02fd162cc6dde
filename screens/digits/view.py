"""What Digits shows: the curves over the whole width, under them the ask and the pictures."""

from collections.abc import Iterable
from typing import Any

from textual import events
from textual.widget import Widget

from screens.digits.forms import DigitForms
from screens.digits.panes import DigitRunView
from screens.training.view import TrainingView

WIDE, MIDDLING, TALL = 150, 100, 28
"""Columns from which the figures stay beside the ask, and beside the samples alone; lines from
which the curves stay above the ask."""


class DigitsView(TrainingView):
    """A :class:`TrainingView` with an ask; a timeline can take the place of its sheets."""

    DEFAULT_CSS = """
    DigitsView RunView { display: none; }
    DigitsView.-scoping RunView { display: block; }
    DigitsView.-scoping #sheets, DigitsView.-scoping #facts { display: none; }
    DigitsView.-asking.-narrow #facts, DigitsView.-slim #facts { display: none; }
    DigitsView.-short #below { height: 1.5fr; }
    DigitsView.-asking.-short LossPlot { display: none; }
    DigitsView.-asking #below { display: block; }
    DigitsView.-asking #sheets, DigitsView.-asking RunView { padding-left: 1; }
    """

    def __init__(self, ask: DigitForms, **options: Any) -> None:
        super().__init__(**options)
        self.ask, self.scope = ask, DigitRunView()

    def below(self) -> Iterable[Widget]:
        yield self.ask
        yield self.scope
        yield from super().below()

    @property
    def scoping(self) -> bool:
        """Whether a timeline is shown instead of the sheets."""
        return self.has_class("-scoping")

    def scoped(self, on: bool) -> None:
        """Show the timeline, or the sheets."""
        self.set_class(on, "-scoping")

    def asked(self, on: bool) -> None:
        """Unfold the ask, or fold it away."""
        self.ask.set_class(not on, "-folded")
        self.set_class(on, "-asking")

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width < WIDE, "-narrow")
        self.set_class(self.slim, "-slim")
        self.set_class(event.size.height < TALL, "-short")

    @property
    def slim(self) -> bool:
        """Whether there is no room for the figures."""
        return self.size.width < MIDDLING
