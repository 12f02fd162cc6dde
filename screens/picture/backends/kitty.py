"""kitty's graphics: cells that name a picture, drawn like text, and its pixels beside them."""

import math
import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from PIL import Image
from rich.color import Color
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from screens.picture.backends.base import Body, ImageProtocol, ShownPicture
from screens.picture.capabilities import Capabilities
from screens.picture.detect import kept_in
from screens.picture.encode import kitty
from screens.picture.half_blocks import Margin
from screens.picture.quality import Quality
from screens.picture.textual_private import color_system
from screens.picture.transmission import Chunk, PictureState, Transmission
from screens.picture.visible_region import VisibleRegion

WIDTH = 3
"""Characters of a placeholder: itself, its row, its column."""
WHOLE = 4
"""Chunks that one write may be as long as, for the sake of a picture that does not flicker."""
_COMMAND = re.compile(rb"\x1b_G.*?\x1b\\|\x1b\[\?2026[hl]", re.DOTALL)


class Kitty:
    """``animation``: the terminal edits a picture in place; ``wrapped``: through tmux."""

    fragile, cells = False, False

    def __init__(self, animation: bool, wrapped: bool) -> None:
        self._animation, self._wrapped = animation, wrapped

    def spot(self, region: VisibleRegion) -> object:
        return region.columns, region.rows

    def encoder(
        self,
        state: PictureState,
        picture: ShownPicture,
        region: VisibleRegion,
        quality: Quality,
        chunk_size: int,
    ) -> Callable[[], Transmission]:
        image, cells, known = picture.image, (region.columns, region.rows), state.size
        assert image is not None

        def encode() -> Transmission:
            small = quality.sized(image)
            placed = (small.size, *cells)
            if self._animation and placed == known:
                return self._edited(state.ident, small, quality.colours, chunk_size)
            return self._placed(state, picture, small, placed, quality.colours, chunk_size)

        return encode

    def release(self, state: PictureState) -> bytes:
        return self._passed(kitty.delete(state.ident)) if state.size else b""

    def body(self, picture: ShownPicture) -> Body:
        """Cells that name the picture, and their place in it."""
        return placeholders

    def _edited(
        self, ident: int, image: Image.Image, colours: int | None, chunk_size: int
    ) -> Transmission:
        whole = kitty.frame(ident, image, colours)
        if len(whole) <= chunk_size:
            return Transmission([Chunk(self._passed(whole))])
        count = min(image.height, math.ceil(len(whole) / chunk_size))
        edges = [image.height * n // count for n in range(count + 1)]
        bands = [
            kitty.frame(ident, image.crop((0, top, image.width, end)), colours, top)
            for top, end in pairwise(edges)
        ]
        return Transmission([Chunk(self._passed(band)) for band in bands])

    def _placed(
        self,
        state: PictureState,
        picture: ShownPicture,
        image: Image.Image,
        placed: tuple[object, ...],
        colours: int | None,
        chunk_size: int,
    ) -> Transmission:
        """Sent anew. Where that takes long it goes in chunks, and the old one is away meanwhile.

        Its cells are written once more when it is there: kitty looks for the picture of a cell
        when the cell is written, and not when the picture comes.
        """
        columns, rows = placed[1:]
        assert isinstance(columns, int)
        assert isinstance(rows, int)
        make = kitty.replace if state.size else kitty.place
        data = make(state.ident, image, columns, rows, colours)
        most = chunk_size * WHOLE if state.size else chunk_size
        parts = [data] if len(data) <= most else list(_grouped(data, chunk_size))

        def landed() -> None:
            state.size = placed

        def arrived() -> None:
            landed()
            picture.refresh()

        ends = [landed] * (len(parts) - 1) + [arrived]
        chunks = [Chunk(self._passed(part), end) for part, end in zip(parts, ends, strict=True)]
        return Transmission(chunks, joined=True)

    def _passed(self, data: bytes) -> bytes:
        return kitty.wrapped(data) if self._wrapped else data


def _grouped(data: bytes, chunk_size: int) -> Iterator[bytes]:
    group = b""
    for command in _COMMAND.finditer(data):
        if not command.group().startswith(b"\x1b_G"):
            continue
        if group and len(group) + len(command.group()) > chunk_size:
            yield group
            group = b""
        group += command.group()
    yield group


class Placeholders(Strip):
    """A line of a picture; it writes its own sequences, so that the colour is exact.

    Cut under another widget it is segments, one a cell, each of which says where it belongs.
    """

    __slots__ = ("_colour", "_ground", "_made", "_margin", "_written")

    def __init__(self, cells: str, colour: Color, ground: Style, margin: Margin) -> None:
        self._written, self._colour, self._ground, self._margin = cells, colour, ground, margin
        self._made: list[Segment] | None = None
        super().__init__((), margin.left + len(cells) // WIDTH + margin.right)

    @property
    def _segments(self) -> list[Segment]:
        if self._made is None:
            text, style = self._written, self._ground + Style.from_color(self._colour)
            cells = [Segment(text[at : at + WIDTH], style) for at in range(0, len(text), WIDTH)]
            left, right = ([self._blank(n)] if n else [] for n in self._margin[:2])
            self._made = [*left, *cells, *right]
        return self._made

    @_segments.setter
    def _segments(self, _: list[Segment]) -> None:
        """The base class assigns an empty list; the real one is made when asked for."""

    def render(self, console: Console) -> str:
        """The line as escape sequences."""
        system = color_system(console)
        fore = ";".join(self._colour.get_ansi_codes())
        left, middle, right = (
            "" if system is None or not n else self.render_style(self._ground, " " * n, system)
            for n in (self._margin.left, 1, self._margin.right)
        )
        begin = middle.partition(" ")[0]
        return f"{left}{begin}\x1b[{fore}m{self._written}\x1b[0m{right}"

    def _blank(self, width: int) -> Segment:
        return Segment(" " * width, self._ground)


def placeholders(ident: int, columns: int, rows: int, margin: Margin) -> list[Strip]:
    """The lines of the picture ``ident``; numbers below 256 need no exact colours."""
    named = Color.from_ansi(ident) if ident < 256 else Color.from_rgb(*kitty.colour(ident))
    ground = margin.ground
    return [Placeholders(line, named, ground, margin) for line in kitty.rows(ident, columns, rows)]


def _refusal(capabilities: Capabilities) -> str:
    return (
        "--images=kitty reaches no terminal through this tmux:"
        " type `tmux set -g allow-passthrough on`, or use --images=half"
        if kept_in(capabilities)
        else ""
    )


PROTOCOL = ImageProtocol(
    title="kitty's graphics",
    rank=3,
    supported=lambda capabilities: capabilities.kitty and capabilities.placeholders,
    ladder=(
        Quality(None, 1, 1.0),
        Quality(256, 1, 0.37),
        Quality(64, 1, 0.27),
        Quality(16, 1, 0.14),
        Quality(16, 2, 0.04),
        Quality(16, 4, 0.01),
    ),
    open=lambda terminal: Kitty(terminal.capabilities.animation, terminal.capabilities.tmux),
    refusal=_refusal,
)
