"""Pictures side by side, each with a label above it and a line under it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from screens.picture.widget import Picture
from screens.widgets.picture_grid import arrange, room


@dataclass(frozen=True)
class Cell:
    """A picture (None: an empty place), by which name it is known, what stands above and below."""

    name: str
    label: str
    image: Image.Image | None
    caption: str = ""


class Captioned(Vertical):
    """One cell as it is shown."""

    DEFAULT_CSS = """
    Captioned { width: 1fr; height: 1fr; }
    Captioned > Static { height: 1; color: $text-muted; text-wrap: nowrap; text-align: center; }
    Captioned.-marked > Static { color: $text-accent; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.picture, self.caption = Picture(), Static("", markup=False)
        self.cell: Cell | None = None

    def compose(self) -> ComposeResult:
        yield self.picture
        yield self.caption

    def show(self, cell: Cell, marked: bool) -> None:
        """Show another cell, or the same one again."""
        self.set_class(marked, "-marked")
        self.picture.set_class(marked, "-selected")
        self.picture.show(cell.image, cell.label)
        if self.cell is None or cell.caption != self.cell.caption:
            self.caption.update(cell.caption)
        self.cell = cell


class CellGrid(Widget):
    """As large as they fit, or with so many side by side; a widget may take the last place."""

    class Resized(Message):
        """There is other room than before: another choice of cells may fit."""

    class Chosen(Message):
        """A click on a cell."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    DEFAULT_CSS = """
    CellGrid { layout: grid; grid-gutter: 0 1; width: 1fr; height: 1fr; }
    """

    def __init__(self, last: Widget | None = None, **options: Any) -> None:
        super().__init__(**options)
        self._last, self._held = last, False
        self._shown: list[Captioned] = []

    def compose(self) -> ComposeResult:
        yield from self._shown
        if self._last is not None:
            yield self._last

    @property
    def cells(self) -> list[Cell]:
        """What is shown."""
        return [shown.cell for shown in self._shown if shown.cell is not None]

    def show(
        self, cells: Sequence[Cell], across: int = 0, marked: str = "", last: bool = False
    ) -> None:
        """Show these; ``across`` 0 chooses what makes them largest, ``last`` shows the widget."""
        self._resize(len(cells))
        for widget, cell in zip(self._shown, cells, strict=True):
            widget.show(cell, cell.name == marked)
        if self._last is not None:
            self._last.display = last
        count = len(cells) + last
        across = across or arrange(count, *self.content_size)
        wide, high = room(count, across, *self.content_size)
        self.styles.grid_size_columns = across
        self.styles.grid_columns, self.styles.grid_rows = str(max(1, wide)), str(max(1, high))

    def _resize(self, count: int) -> None:
        for extra in self._shown[count:]:
            extra.remove()
        fresh = [Captioned() for _ in range(count - len(self._shown))]
        self._shown = [*self._shown[:count], *fresh]
        if fresh and self.is_mounted:
            self.mount_all(fresh, before=self._last)

    def on_resize(self, _: events.Resize) -> None:
        self.post_message(self.Resized())

    def on_click(self, event: events.Click) -> None:
        for shown in self._shown:
            if event.widget in (shown.picture, shown.caption) and shown.cell is not None:
                self.post_message(self.Chosen(shown.cell.name))
