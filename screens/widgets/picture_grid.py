"""Several pictures side by side, as large as they fit; one of them is selected."""

import math
from collections.abc import Sequence
from typing import Any

from PIL import Image
from textual import events
from textual.app import ComposeResult
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from screens.picture import picture_mode
from screens.picture.widget import Picture

GAP = 1
"""Columns between two pictures."""
FINE = 8
"""Pixels in a half-cell of a terminal that draws real ones, or more."""


def room(count: int, across: int, columns: int, lines: int) -> tuple[int, int]:
    """Columns and lines for each of ``count`` pictures with ``across`` of them side by side."""
    down = max(1, math.ceil(count / across))
    return max(0, columns - GAP * (across - 1)) // across, lines // down


def arrange(count: int, columns: int, lines: int) -> int:
    """How many of ``count`` square pictures go side by side so that they are largest."""

    def side(across: int) -> int:
        wide, high = room(count, across, columns, lines)
        return min(wide, 2 * (high - 1))

    return max(range(1, max(1, count) + 1), key=lambda across: (side(across), -across))


def pixels(widget: Widget) -> tuple[int, int]:
    """The pixels that a widget has for pictures under a line for their label, wide and high.

    A half-block is one pixel; a terminal's own pixels are many more.
    """
    width, height = widget.content_size
    fine = FINE if picture_mode.fine() else 1
    return width * fine, max(0, height - 1) * 2 * fine


class PictureGrid(Widget):
    """Pictures of equal room; of several one is marked, and a click chooses one."""

    class Selected(Message):
        """A click chose picture ``index``."""

        def __init__(self, grid: "PictureGrid", index: int) -> None:
            super().__init__()
            self.grid, self.index = grid, index

        @property
        def control(self) -> "PictureGrid":
            return self.grid

    DEFAULT_CSS = """
    PictureGrid {
        layout: grid;
        grid-gutter: 0 1;
        width: 1fr;
        height: 1fr;
    }
    """
    selected = reactive(0)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._pictures: list[Picture] = []
        self._across = 0

    def compose(self) -> ComposeResult:
        yield from self._pictures

    def show(
        self, images: Sequence[Image.Image | None], labels: Sequence[str] = (), across: int = 0
    ) -> None:
        """Show one picture for each image, with its label above it.

        ``across`` of them stand side by side; 0 leaves it to the room.
        """
        names = [*labels, *[""] * (len(images) - len(labels))]
        self._resize(len(images))
        for picture, image, name in zip(self._pictures, images, names, strict=False):
            picture.show(image, name)
        if across != self._across:
            self._across = across
            self._arrange()

    def _resize(self, count: int) -> None:
        if count == len(self._pictures):
            return
        for extra in self._pictures[count:]:
            extra.remove()
        fresh = [Picture() for _ in range(count - len(self._pictures))]
        self._pictures = [*self._pictures[:count], *fresh]
        if fresh and self.is_mounted:
            self.mount_all(fresh)
        self.can_focus = count > 1
        self.selected = min(self.selected, max(0, count - 1))
        self._arrange()

    def _arrange(self) -> None:
        across = self._across or arrange(len(self._pictures), *self.content_size)
        wide, high = room(len(self._pictures), across, *self.content_size)
        self.styles.grid_size_columns = across
        self.styles.grid_columns, self.styles.grid_rows = str(max(1, wide)), str(max(1, high))
        self._mark()

    def _mark(self) -> None:
        for index, picture in enumerate(self._pictures):
            marked = len(self._pictures) > 1 and index == self.selected
            picture.set_class(marked, "-selected")

    def on_resize(self, _: events.Resize) -> None:
        self._arrange()

    def validate_selected(self, index: int) -> int:
        return max(0, min(index, len(self._pictures) - 1))

    def watch_selected(self) -> None:
        self._mark()

    def on_click(self, event: events.Click) -> None:
        if isinstance(event.widget, Picture) and event.widget in self._pictures:
            self.selected = self._pictures.index(event.widget)
            self.post_message(self.Selected(self, self.selected))
