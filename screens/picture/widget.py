"""The picture as the screens see it: give it an image and a label."""

from typing import Any, ClassVar

from PIL import Image
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.strip import Strip

from screens.picture import mode
from screens.picture.cells import Cells
from screens.picture.fit import Box, box, scaled
from screens.picture.half_blocks import Margin

SQUARE = (1, 1)


class Picture(Cells):
    """One picture as large as its room allows, aspect kept, centred, with a label above it.

    The label is there from the start or never: it takes a line, and the picture must not move.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"picture--label", "picture--empty"}
    DEFAULT_CSS = """
    Picture { width: 1fr; height: 1fr; }
    Picture > .picture--label { color: $text-muted; }
    Picture.-selected > .picture--label { color: $text-accent; }
    Picture > .picture--empty { background: $foreground 4%; }
    """

    def __init__(self, label: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.image: Image.Image | None = None
        self.label = label
        self._drawn: list[Strip] = []
        self._drawn_for: object = None

    def compose(self) -> ComposeResult:
        if mode.chosen() in ("kitty", "sixel"):
            from screens.picture.graphics import Graphics

            yield Graphics(mode.chosen())

    def show(self, image: Image.Image | None, label: str = "") -> None:
        """Show ``image`` (any Pillow mode; None: an empty place) under ``label`` from now on."""
        if image is self.image and label == self.label:
            return
        self.image, self.label, self._drawn_for = image, label, None
        self.refresh()
        self._show_graphics()

    def on_resize(self) -> None:
        self._show_graphics()

    def _show_graphics(self) -> None:
        for child in self.children:
            child.show(self.image, self.place)  # type: ignore[attr-defined]

    def notify_style_update(self) -> None:
        """Draw again: another theme, or another class."""
        self._drawn_for = None
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        lines = self._lines()
        return lines[y] if y < len(lines) else Strip.blank(self.content_size.width, self._ground())

    @property
    def place(self) -> Box:
        """Where the picture lies in the content, in half-cells; a square while there is none."""
        above = self._above
        width, height = self.content_size
        found = box(self.image.size if self.image else SQUARE, (width, height - above))
        return found._replace(top=found.top + 2 * above)

    @property
    def _above(self) -> int:
        return 1 if self.label and self.content_size.height > 1 else 0

    def _lines(self) -> list[Strip]:
        if self._drawn_for != self.content_size:
            self._drawn, self._drawn_for = self._draw(), self.content_size
        return self._drawn

    def _draw(self) -> list[Strip]:
        width, height = self.content_size
        place, ground = self.place, self._ground()
        lines = [Strip.blank(width, ground)] * height
        margin = Margin(place.left, width - place.left - place.width, ground)
        body = self._body(place, margin) if place.width else []
        first = place.top // 2
        lines[first : first + len(body)] = body
        if self._above:
            lines[first - 1] = self._heading(place.left, width)
        return lines

    def _body(self, place: Box, margin: Margin) -> list[Strip]:
        if self.image is None:
            return [_band(place.width, margin, self._style("empty"))] * (place.height // 2)
        if mode.chosen() != "half":
            return []
        return self._encoded(scaled(self.image, (place.width, place.height)), margin)

    def _heading(self, left: int, width: int) -> Strip:
        text = set_cell_size(self.label, min(width - left, cell_len(self.label)))
        ground = self._ground()
        line = [Segment(" " * left, ground), Segment(text, ground + self._style("label"))]
        return Strip(line).adjust_cell_length(width, ground)

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"picture--{part}")


def _band(width: int, margin: Margin, style: Style) -> Strip:
    edges = [Segment(" " * n, margin.ground) for n in (margin.left, margin.right)]
    return Strip([edges[0], Segment(" " * width, style), edges[1]])
