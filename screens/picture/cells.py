"""The cells of a picture: where it lies in its room, and the lines that Textual draws of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.strip import Strip

from screens.picture import picture_mode
from screens.picture.encode.kitty import LARGEST
from screens.picture.fit import Box, box, scaled
from screens.picture.half_blocks import Margin
from screens.picture.textual_private import draw_anew
from screens.picture.visible_region import on_top

if TYPE_CHECKING:
    from screens.picture.backends.base import Body
    from screens.picture.widget import Picture

SQUARE = (1, 1)


class PictureCells:
    """Lines of a picture as they were drawn last, drawn again when they must look otherwise."""

    def __init__(self, picture: "Picture") -> None:
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
    def body(self) -> list[Strip]:
        """The lines of the picture itself."""
        first = self.place.top // 2
        return self._lines[first : first + self.place.height // 2]

    def lines(self, known: bool = False) -> list[Strip]:
        """All lines, drawn if they must be; ``known``: as they are, if they were ever drawn."""
        if known and self._drawn_for is not None:
            return self._lines
        wanted, picture = self._depends_on, self._picture
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
        if self._drawn_for is not None and self._drawn_for != self._depends_on:
            self.drop()
            self._picture.refresh()

    def put(self, first: int, strips: Sequence[Strip]) -> int:
        """These are lines of the picture now, from ``first`` on; gives the first line of all."""
        top = self.place.top // 2 + first
        if top + len(strips) <= len(self._lines):
            self._lines[top : top + len(strips)] = strips
        return top

    @property
    def _depends_on(self) -> object:
        """What they depend on; where half-blocks are streamed, the stream says so itself."""
        picture = self._picture
        kind = _kind(picture)
        still = kind == "half" and not (picture.scheduler and picture_mode.chosen() == "half")
        return picture.content_size, kind, id(picture.image) if still else 0


def _kind(picture: "Picture") -> str:
    """How cells are drawn: ``empty``, in words, as half-blocks, or as a protocol does."""
    chosen = picture_mode.chosen()
    if picture.image is None or chosen == picture_mode.OFF:
        return "empty" if picture.image is None else "text"
    return chosen if _own_body(picture) else "half"


def _own_body(picture: "Picture") -> "Body | None":
    """Under a dialog the colours of cells that mean something would be tinted."""
    scheduler = picture.scheduler
    return scheduler.backend.body(picture) if scheduler and on_top(picture) else None


def _draw(picture: "Picture", cells: PictureCells) -> list[Strip]:
    width, height = picture.content_size
    place = cells.place
    lines = [Strip.blank(width, picture.ground)] * height
    body = _body(picture, cells, place) if place.width else []
    first = place.top // 2
    lines[first : first + len(body)] = body
    if cells.above:
        lines[first - 1] = heading(picture, place.left)
    return lines


def _body(picture: "Picture", cells: PictureCells, place: Box) -> list[Strip]:
    margin = cells.margin
    if picture.image is None:
        return [_band(picture, place.width, margin)] * (place.height // 2)
    if picture_mode.chosen() == picture_mode.OFF:
        wide, high = picture.image.size
        return [_words(picture, f"{wide} × {high}", place.left)]
    own, scheduler = _own_body(picture), picture.scheduler
    if own and scheduler:
        return own(scheduler.states.of(picture).ident, place.width, place.height // 2, margin)
    return picture.encoded(scaled(picture.image, (place.width, place.height)), margin)


def heading(picture: "Picture", left: int) -> Strip:
    """The line of the label."""
    return _words(picture, picture.label, left)


def _words(picture: "Picture", words: str, left: int) -> Strip:
    width, ground = picture.content_size.width, picture.ground
    text = set_cell_size(words, max(0, min(width - left, cell_len(words))))
    style = ground + picture.get_component_rich_style("picture--label")
    line = [Segment(" " * left, ground), Segment(text, style)]
    return Strip(line).adjust_cell_length(width, ground)


def _band(picture: "Picture", width: int, margin: Margin) -> Strip:
    """A line of an empty place."""
    style = picture.get_component_rich_style("picture--empty")
    left, right = (Segment(" " * n, margin.ground) for n in (margin.left, margin.right))
    return Strip([left, Segment(" " * width, style), right])
