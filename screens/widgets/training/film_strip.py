"""The sample sheets of a part on a bar of the steps so far, a cursor to walk them."""

from collections.abc import Sequence
from typing import Any, ClassVar

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from engine.events import Samples
from screens.widgets.progress_track import CURSOR, MARK, Piece, Track


class FilmStrip(Widget):
    """One line. It follows the newest sheet until somebody moves back."""

    class Moved(Message):
        """Another sheet is under the cursor; None where there is none."""

        def __init__(self, sheet: Samples | None) -> None:
            super().__init__()
            self.sheet = sheet

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, FilmStrip.Moved)

    ALLOW_SELECT = False
    ROLES = ("ahead", "mark", "cursor")
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"film--{role}" for role in ROLES}
    DEFAULT_CSS = """
    FilmStrip { height: 1; width: 1fr; padding: 0 1; }
    FilmStrip > .film--ahead { color: $foreground 30%; }
    FilmStrip > .film--mark { color: $foreground 80%; }
    FilmStrip > .film--cursor { color: $accent; }
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.sheets: Sequence[Samples] = ()
        self.cursor = -1
        self._step, self._following = 0, True

    @property
    def sheet(self) -> Samples | None:
        """The sheet under the cursor."""
        return self.sheets[self.cursor] if self.sheets else None

    def load(self, sheets: Sequence[Samples], step: int) -> None:
        """Show another part's sheets, its newest under the cursor."""
        self.sheets, self._following = (), True
        self.grew(sheets, step)
        if self.sheet is None:
            self.post_message(self.Moved(None))

    def grew(self, sheets: Sequence[Samples], step: int) -> None:
        """The part is at ``step``, and these are its sheets by now."""
        here = self.sheet
        self.sheets, self._step = list(sheets), max(step, *(s.step for s in sheets), 1)
        steps = [sheet.step for sheet in self.sheets]
        if self._following or here is None or here.step not in steps:
            self._put(len(self.sheets) - 1, here)
        else:
            self._put(steps.index(here.step), here)

    def go(self, delta: int) -> None:
        """Move the cursor by ``delta`` sheets; it stays among them."""
        if self.sheets:
            self._put(max(0, min(self.cursor + delta, len(self.sheets) - 1)), self.sheet)

    def _put(self, cursor: int, before: Samples | None) -> None:
        self.cursor, self._following = cursor, cursor >= len(self.sheets) - 1
        if self.sheet != before:
            self.post_message(self.Moved(self.sheet))
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        column = event.x - self.styles.padding.left
        steps = [sheet.step for sheet in self.sheets]
        nearest = self._track.nearest(column, self.content_size.width, steps)
        if nearest is not None:
            self._put(nearest, self.sheet)

    def render_line(self, y: int) -> Strip:
        width = self.content_size.width
        styles = {role: self.get_component_rich_style(f"film--{role}") for role in self.ROLES}
        cells = _bar(self._track, self.sheets, self.sheet, width)
        segments = [Segment(text, styles[role]) for text, role in cells]
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    @property
    def _track(self) -> Track:
        return Track((self._step + 1,))


def _bar(track: Track, sheets: Sequence[Samples], here: Samples | None, width: int) -> list[Piece]:
    """The bar up to the newest step, a mark for each sheet, and the cursor."""
    if width < 1:
        return []
    cells = [(letter, role) for text, role in track.bar(width, (), None) for letter in text]
    for sheet in sheets:
        cells[track.column(sheet.step, width)] = (MARK, "mark")
    if here is not None:
        cells[track.column(here.step, width)] = (CURSOR, "cursor")
    return cells
