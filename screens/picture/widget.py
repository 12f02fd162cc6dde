"""The picture as the screens see it: give it an image and a label, and it draws its cells."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from PIL import Image
from textual.geometry import Region
from textual.strip import Strip

from screens.picture import picture_mode
from screens.picture.encode.kitty import LARGEST
from screens.picture.fit import Box, box, scaled
from screens.picture.half_blocks import Margin
from screens.picture.strip_widget import StripWidget, band
from screens.picture.textual_private import draw_anew
from screens.picture.visible_region import VisibleRegion, on_top, region_of

if TYPE_CHECKING:
    from screens.picture.backends.base import Body
    from screens.picture.scheduler import PictureScheduler

SQUARE = (1, 1)


class Picture(StripWidget):
    """One picture as large as its room allows, aspect kept, centred, with a label above it.

    The label is there from the start or never: it takes a line, and the picture must not move.
    Where the app schedules pictures, another image of the same shape redraws no cells: the newest
    one is sent when the link has room for it.
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
        self.cells = PictureCells(self)

    def show(self, image: Image.Image | None, label: str = "") -> None:
        """Show ``image`` (any Pillow mode; None: an empty place) under ``label`` from now on."""
        if image is self.image and label == self.label:
            return
        relabelled, before = label != self.label, self._shape
        self.image, self.label = image, label
        if self.scheduler is None or image is None or self._shape != before:
            self.cells.drop()
            self.refresh()
        elif relabelled and self.cells.above:
            self.take(-1, [_heading(self, self.cells.place.left)], drawn=False)
        if self.scheduler is not None:
            self.scheduler.submit(self)

    def take(self, first: int, strips: Sequence[Strip], drawn: bool = True) -> None:
        """These are lines of the picture now, from ``first`` on; ``drawn``: on the terminal too."""
        top = self.cells.put(first, strips)
        if not drawn:
            self.refresh(Region(0, top, self.content_size.width, len(strips)))

    def on_resize(self) -> None:
        if self.scheduler is not None:
            self.scheduler.submit(self)

    def on_unmount(self) -> None:
        if self.scheduler is not None:
            self.scheduler.drop(self)

    def notify_style_update(self) -> None:
        """Draw again: another theme, or another class."""
        self.cells.drop()
        super().notify_style_update()

    def render_lines(self, crop: Region) -> list[Strip]:
        self.cells.lines()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        lines = self.cells.lines(known=True)
        return lines[y] if y < len(lines) else Strip.blank(self.content_size.width, self.ground)

    @property
    def scheduler(self) -> "PictureScheduler | None":
        """What sends pictures beside Textual's own drawing, if anything does."""
        return getattr(self.app, "picture_scheduler", None) if self.is_attached else None

    @property
    def _shape(self) -> object:
        return self.cells.place, self.image is None, bool(self.label)


class PictureCells:
    """Lines of a picture as they were drawn last, drawn again when they must look otherwise."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._lines: list[Strip] = []
        self._drawn_for: object = None

    @property
    def above(self) -> int:
        """Lines above the picture, which its label takes."""
        picture = self._picture
        return 1 if picture.label and picture.content_size.height > 1 else 0

    @property
    def place(self) -> Box:
        """Where the picture lies in the content, in half-cells; a square while there is none."""
        picture, above = self._picture, self.above
        width, height = picture.content_size
        room = min(width, LARGEST), min(height - above, LARGEST)
        largest = box(picture.image.size if picture.image else SQUARE, room)
        left = largest.left + (width - room[0]) // 2
        return largest._replace(left=left, top=largest.top + 2 * above)

    @property
    def margin(self) -> Margin:
        """The cells beside the picture."""
        place, width = self.place, self._picture.content_size.width
        return Margin(place.left, width - place.left - place.width, self._picture.ground)

    @property
    def region(self) -> VisibleRegion | None:
        """Where the picture is seen on the screen; None where there is nothing to see."""
        return region_of(self._picture, self.place) if on_top(self._picture) else None

    @property
    def body(self) -> list[Strip]:
        """The lines of the picture itself."""
        first = self.place.top // 2
        return self._lines[first : first + self.place.height // 2]

    def lines(self, known: bool = False) -> list[Strip]:
        """All lines, drawn if they must be; ``known``: as they are, if they were ever drawn."""
        if known and self._drawn_for is not None:
            return self._lines
        picture = self._picture
        wanted = _depends_on(picture)
        if self._drawn_for != wanted:
            draw_anew(picture)
            self._lines, self._drawn_for = _draw(picture, self), wanted
            if (scheduler := picture.scheduler) is not None and picture.image is not None:
                scheduler.states.drawn(picture, scheduler.pacer.ladder.best)
        return self._lines

    def drop(self) -> None:
        """Draw all of them again, when they are asked for."""
        self._drawn_for = None

    def reform(self) -> None:
        """Draw them again if they must look otherwise: something came over, or went away."""
        if self._drawn_for is not None and self._drawn_for != _depends_on(self._picture):
            self.drop()
            self._picture.refresh()

    def put(self, first: int, strips: Sequence[Strip]) -> int:
        """These are lines of the picture now, from ``first`` on; gives the first line of all."""
        top = self.place.top // 2 + first
        if top + len(strips) <= len(self._lines):
            self._lines[top : top + len(strips)] = strips
        return top


def _depends_on(picture: Picture) -> object:
    """What they depend on; where half-blocks are streamed, the stream says so itself."""
    kind = _kind(picture)
    still = kind == "half" and not (picture.scheduler and picture_mode.chosen() == "half")
    return picture.content_size, kind, id(picture.image) if still else 0


def _kind(picture: Picture) -> str:
    """How cells are drawn: ``empty``, in words, as half-blocks, or as a protocol does."""
    chosen = picture_mode.chosen()
    if picture.image is None or chosen == picture_mode.OFF:
        return "empty" if picture.image is None else "text"
    return chosen if _own_body(picture) else "half"


def _own_body(picture: Picture) -> "Body | None":
    """Under a dialog the colours of cells that mean something would be tinted."""
    scheduler = picture.scheduler
    return scheduler.backend.body(picture) if scheduler and on_top(picture) else None


def _draw(picture: Picture, cells: PictureCells) -> list[Strip]:
    width, height = picture.content_size
    place = cells.place
    lines = [Strip.blank(width, picture.ground)] * height
    body = _body(picture, cells, place) if place.width else []
    first = place.top // 2
    lines[first : first + len(body)] = body
    if cells.above:
        lines[first - 1] = _heading(picture, place.left)
    return lines


def _body(picture: Picture, cells: PictureCells, place: Box) -> list[Strip]:
    margin = cells.margin
    if picture.image is None:
        empty = picture.get_component_rich_style("picture--empty")
        return [band(place.width, margin, empty)] * (place.height // 2)
    if picture_mode.chosen() == picture_mode.OFF:
        wide, high = picture.image.size
        return [_words(picture, f"{wide} × {high}", place.left)]
    own, scheduler = _own_body(picture), picture.scheduler
    if own and scheduler:
        return own(scheduler.states.of(picture).ident, place.width, place.height // 2, margin)
    return picture.encoded(scaled(picture.image, (place.width, place.height)), margin)


def _heading(picture: Picture, left: int) -> Strip:
    """The line of the label."""
    return _words(picture, picture.label, left)


def _words(picture: Picture, words: str, left: int) -> Strip:
    return picture.worded(words, left, picture.get_component_rich_style("picture--label"))
