"""Doctor: what was found on this machine and, for what is not right, the line to type."""

from collections.abc import Iterable
from typing import Any, ClassVar

from rich.console import Group
from rich.table import Table
from rich.text import Text
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from engine import events
from engine.events import Event, Report
from engine.specs import Doctor
from screens import keys
from screens.base.mode_screen import ModeScreen
from screens.messages import SubmitRun
from screens.picture import picture_mode
from screens.picture.report import findings


class DoctorScreen(ModeScreen):
    """Looks once when it is first opened, and again when asked."""

    NAME = "doctor"
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("doctor")]
    DEFAULT_CSS = """
    DoctorScreen VerticalScroll { padding: 1 2; }
    DoctorScreen Static { height: auto; }
    """

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.reports: list[Report] = []
        self.ended = ""

    def body(self) -> Iterable[Widget]:
        self.table = Static("")
        self.page = VerticalScroll(self.table)
        yield self.page

    def on_mount(self) -> None:
        self.page.focus()
        self.action_again()

    def take_events(self, batch: list[Event]) -> None:
        mine = [event for event in batch if event.run.partition("-")[0] == Doctor.kind]
        for event in mine:
            if isinstance(event, Report):
                self.reports.append(event)
            elif isinstance(event, events.Failed):
                self.ended = event.message
            elif isinstance(event, events.Done):
                wrong = sum(not report.ok for report in self.reports)
                self.ended = f"{wrong} to look at" if wrong else "all is well"
        if mine:
            self._draw()

    def action_again(self) -> None:
        self.reports, self.ended = self._terminal(), ""
        asks = Doctor(model=self.cascade["model"], device=self.cascade["device"])
        self.post_message(SubmitRun(asks))
        self._draw()

    def _terminal(self) -> list[Report]:
        """What was found before the app opened; it is not asked again while the app reads."""
        terminal, no_color = picture_mode.capabilities(), self.app.no_color
        lines = findings(terminal, self.app.size, no_color) if terminal.name else ()
        return [Report("doctor", 0.0, *line) for line in lines]

    def _draw(self) -> None:
        table = Table(box=None, padding=(0, 2, 0, 0), show_header=False, expand=True)
        table.add_column(width=1)
        table.add_column(no_wrap=True)
        table.add_column(ratio=1)
        for report in self.reports:
            table.add_row(*_row(report))
        waits = self.ended or "looking: the engine answers when what it does now is done"
        self.table.update(Group(table, Text(f"\n{waits}", "dim")))


def _row(report: Report) -> tuple[Text, Text, Text]:
    sign = Text("✓", "green") if report.ok else Text("!", "bold yellow")
    finding = Text(report.found)
    if report.advice:
        finding.append(f"\n→ {report.advice}", "yellow" if not report.ok else "dim")
    return sign, Text(report.topic, "bold"), finding
