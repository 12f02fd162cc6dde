"""The picture as the screens see it: give it an image and a label."""

from typing import Any, ClassVar

from PIL import Image
from rich.segment import Segment
from textual.app import ComposeResult
from textual.geometry import Offset
from textual.strip import Strip
from textual.widget import Widget

from screens.picture import ink, mode
from screens.picture.fit import Box, box, scaled


class Picture(Widget):
    """One picture as large as its room allows, aspect kept, centred, with a label above it."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"picture--label", "picture--empty"}
    DEFAULT_CSS = """
    Picture {
        width: 1fr;
        height: 1fr;
    }
    Picture > .picture--label { color: $text-muted; }
    Picture.-selected > .picture--label { color: $accent; text-style: bold; }
    Picture > .picture--empty { background: $surface; }
    """

    def __init__(self, label: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.image: Image.Image | None = None
        self.label = label
        self._lines: list[Strip] | None = None
        self._lines_size = (0, 0)

    def compose(self) -> ComposeResult:
        if mode.chosen() in ("kitty", "sixel"):
            from screens.picture import graphics

            yield graphics.body(mode.chosen())

    def show(self, image: Image.Image | None, label: str = "") -> None:
        """Show ``image`` (any Pillow mode; None: an empty place) under ``label`` from now on."""
        if image is self.image and label == self.label:
            return
        self.image, self.label, self._lines = image, label, None
        self.refresh()

    def render_line(self, y: int) -> Strip:
        if self._lines is None or self._lines_size != self.content_size:
            self._lines, self._lines_size = self._draw(), self.content_size
        return self._lines[y] if y < len(self._lines) else Strip.blank(self.size.width)

    def _draw(self) -> list[Strip]:
        width, height = self.content_size
        above = 1 if self.label and height > 1 else 0
        place = box(self.image.size if self.image else (1, 1), (width, height - above))
        lines = [Strip.blank(width, self.rich_style)] * height
        for row, segments in enumerate(self._segments(place), place.top // 2 + above):
            lines[row] = self._placed(segments, place.left, place.width)
        if above:
            text = self.label[: max(place.width, 8)]
            style = self.get_component_rich_style("picture--label")
            lines[place.top // 2] = self._placed([Segment(text, style)], place.left, None)
        return lines

    def _segments(self, place: Box) -> list[list[Segment]]:
        if self.image is None:
            blank = Segment(" " * place.width, self.get_component_rich_style("picture--empty"))
            return [[blank]] * (place.height // 2)
        return ink.truecolor(scaled(self.image, (place.width, place.height)))

    def _placed(self, segments: list[Segment], left: int, width: int | None) -> Strip:
        ground = self.rich_style
        line = Strip(segments, width)
        room = self.content_size.width
        edge = [Segment(" " * left, ground)] if left else []
        return Strip([*edge, *line]).adjust_cell_length(room, ground)

    def get_content_offset(self) -> Offset:
        """Where the content begins, for tests."""
        return self.content_region.offset
