"""The picture as the screens see it: give it an image and a label."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from PIL import Image
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from screens.picture import picture_mode
from screens.picture.color_encoding import ColorEncoding
from screens.picture.encode.kitty import LARGEST
from screens.picture.fit import Box, box, scaled
from screens.picture.half_blocks import Margin
from screens.picture.placeholders import placeholders
from screens.picture.strip_widget import StripWidget
from screens.picture.visible_region import on_top, region_of

if TYPE_CHECKING:
    from screens.picture.scheduler import Stream

SQUARE = (1, 1)
Form = Literal["empty", "text", "half", "kitty", "sixel"]


class Picture(StripWidget):
    """One picture as large as its room allows, aspect kept, centred, with a label above it.

    The label is there from the start or never: it takes a line, and the picture must not move.
    Where the app has a stream, another image of the same shape redraws no cells: the stream sends
    the newest one when the link has room for it.
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

    def show(self, image: Image.Image | None, label: str = "") -> None:
        """Show ``image`` (any Pillow mode; None: an empty place) under ``label`` from now on."""
        if image is self.image and label == self.label:
            return
        relabelled, before = label != self.label, self._shape
        self.image, self.label = image, label
        if self.stream is None or image is None or self._shape != before:
            self.redraw()
        elif relabelled:
            self._head_again()
        self._submit()

    def redraw(self) -> None:
        """Draw the cells again."""
        self._drawn_for = None
        self.refresh()

    def reform(self) -> None:
        """Draw them again if they must look otherwise: something came over it, or went away."""
        if self._drawn_for is not None and self._drawn_for != self._wanted:
            self.redraw()

    def take(self, first: int, strips: Sequence[Strip], drawn: bool = True) -> None:
        """These are lines of the picture now, from ``first`` on; ``drawn``: on the terminal too."""
        top = self.place.top // 2 + first
        self._drawn[top : top + len(strips)] = strips
        if not drawn:
            self.refresh(Region(0, top, self.content_size.width, len(strips)))

    def on_resize(self) -> None:
        self._submit()

    def on_unmount(self) -> None:
        if stream := self.stream:
            stream.drop(self)

    def notify_style_update(self) -> None:
        """Draw again: another theme, or another class."""
        self._drawn_for = None
        super().notify_style_update()

    def render_lines(self, crop: Region) -> list[Strip]:
        self._draw_if_needed()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        if self._drawn_for is None:
            self._draw_if_needed()
        lines = self._drawn
        return lines[y] if y < len(lines) else Strip.blank(self.content_size.width, self._ground())

    @property
    def stream(self) -> "Stream | None":
        """What sends pictures beside Textual's own drawing, if anything does."""
        return getattr(self.app, "picture_stream", None) if self.is_attached else None

    @property
    def place(self) -> Box:
        """Where the picture lies in the content, in half-cells; a square while there is none."""
        above = self._above
        width, height = self.content_size
        room = min(width, LARGEST), min(height - above, LARGEST)
        found = box(self.image.size if self.image else SQUARE, room)
        left = found.left + (width - room[0]) // 2
        return found._replace(left=left, top=found.top + 2 * above)

    @property
    def margin(self) -> Margin:
        """The cells beside the picture."""
        place, width = self.place, self.content_size.width
        return Margin(place.left, width - place.left - place.width, self._ground())

    @property
    def encoding(self) -> ColorEncoding | None:
        """What this terminal can draw with."""
        return self._encoding()

    @property
    def body(self) -> list[Strip]:
        """The lines of the picture itself, as they were drawn last."""
        first = self.place.top // 2
        return self._drawn[first : first + self.place.height // 2]

    @property
    def _above(self) -> int:
        return 1 if self.label and self.content_size.height > 1 else 0

    @property
    def _shape(self) -> object:
        return self.place, self.image is None, bool(self.label)

    @property
    def _form(self) -> Form:
        """How its cells are drawn. Under a dialog the colours of placeholders would be tinted."""
        way = picture_mode.chosen()
        if self.image is None or way == "off":
            return "empty" if self.image is None else "text"
        if way == "half" or self.stream is None or not on_top(self):
            return "half"
        return "half" if way == "sixel" and (s := region_of(self)) and not s.whole else way

    @property
    def _wanted(self) -> object:
        """What the cells depend on; where the stream draws them it says so itself."""
        form = self._form
        still = form == "half" and not (self.stream and picture_mode.chosen() == "half")
        return self.content_size, form, id(self.image) if still else 0

    def _submit(self) -> None:
        if stream := self.stream:
            stream.drop(self) if self.image is None else stream.submit(self)

    def _draw_if_needed(self) -> None:
        wanted = self._wanted
        if self._drawn_for != wanted:
            self._styles_cache.clear()
            self._drawn, self._drawn_for = self._draw(), wanted
            if self.stream is not None and self.image is not None:
                self.stream.drawn(self)

    def _draw(self) -> list[Strip]:
        width, height = self.content_size
        place = self.place
        lines = [Strip.blank(width, self._ground())] * height
        body = self._body(place) if place.width else []
        first = place.top // 2
        lines[first : first + len(body)] = body
        if self._above:
            lines[first - 1] = self._heading(place.left, width)
        return lines

    def _body(self, place: Box) -> list[Strip]:
        form, margin = self._form, self.margin
        if form == "empty":
            return [_band(place.width, margin, self._style("empty"))] * (place.height // 2)
        if form == "text":
            return [self._dimensions(place.left)]
        if form == "kitty" and self.stream:
            ident = self.stream.held(self).ident
            return placeholders(ident, place.width, place.height // 2, margin)
        if form == "sixel" or self.image is None:
            return []
        return self._encoded(scaled(self.image, (place.width, place.height)), margin)

    def _head_again(self) -> None:
        line = self.place.top // 2 - 1
        if self._above and line < len(self._drawn):
            self._drawn[line] = self._heading(self.place.left, self.content_size.width)
            self.refresh(Region(0, line, self.content_size.width, 1))

    def _heading(self, left: int, width: int) -> Strip:
        return self._line(self.label, left, width)

    def _dimensions(self, left: int) -> Strip:
        assert self.image is not None
        wide, high = self.image.size
        return self._line(f"{wide} × {high}", left, self.content_size.width)

    def _line(self, said: str, left: int, width: int) -> Strip:
        text = set_cell_size(said, max(0, min(width - left, cell_len(said))))
        ground = self._ground()
        line = [Segment(" " * left, ground), Segment(text, ground + self._style("label"))]
        return Strip(line).adjust_cell_length(width, ground)

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"picture--{part}")


def _band(width: int, margin: Margin, style: Style) -> Strip:
    edges = [Segment(" " * n, margin.ground) for n in (margin.left, margin.right)]
    return Strip([edges[0], Segment(" " * width, style), edges[1]])
