"""kitty's graphics: cells that name a picture, drawn like text, and its pixels beside them."""

import math
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from PIL import Image

from screens.picture.encode import kitty
from screens.picture.quality import Quality
from screens.picture.transmission import Chunk, PictureState, Transmission
from screens.picture.visible_region import VisibleRegion

if TYPE_CHECKING:
    from screens.picture.widget import Picture

WHOLE = 4
"""Pieces that one write may be as long as, for the sake of a picture that does not flicker."""
_COMMAND = re.compile(rb"\x1b_G.*?\x1b\\|\x1b\[\?2026[hl]", re.DOTALL)


class Kitty:
    """``animation``: the terminal edits a picture in place; ``wrapped``: through tmux."""

    name, fragile, cells = "kitty", False, False

    def __init__(self, animation: bool, wrapped: bool) -> None:
        self._animation, self._wrapped = animation, wrapped

    def spot(self, region: VisibleRegion) -> object:
        return region.columns, region.rows

    def work(
        self,
        held: PictureState,
        picture: "Picture",
        region: VisibleRegion,
        quality: Quality,
        piece: int,
    ) -> Callable[[], Transmission]:
        image, cells, known = picture.image, (region.columns, region.rows), held.size
        assert image is not None

        def encode() -> Transmission:
            small = quality.sized(image)
            size = (small.size, *cells)
            if self._animation and size == known:
                return self._edited(held.ident, small, quality.colours, piece)
            return self._placed(held, picture, small, size, quality.colours, piece)

        return encode

    def gone(self, held: PictureState) -> bytes:
        return self._passed(kitty.delete(held.ident)) if held.size else b""

    def _edited(
        self, ident: int, image: Image.Image, colours: int | None, piece: int
    ) -> Transmission:
        whole = kitty.frame(ident, image, colours)
        if len(whole) <= piece:
            return Transmission([Chunk(self._passed(whole))])
        count = min(image.height, math.ceil(len(whole) / piece))
        edges = [image.height * n // count for n in range(count + 1)]
        bands = [
            kitty.frame(ident, image.crop((0, top, image.width, end)), colours, top)
            for top, end in pairwise(edges)
        ]
        return Transmission([Chunk(self._passed(band)) for band in bands])

    def _placed(
        self,
        held: PictureState,
        picture: "Picture",
        image: Image.Image,
        size: tuple[object, ...],
        colours: int | None,
        piece: int,
    ) -> Transmission:
        """Sent anew. Where that takes long it goes in pieces, and the old one is away meanwhile.

        Its cells are written once more when it is there: kitty looks for the picture of a cell
        when the cell is written, and not when the picture comes.
        """
        columns, rows = size[1:]
        assert isinstance(columns, int)
        assert isinstance(rows, int)
        make = kitty.replace if held.size else kitty.place
        data = make(held.ident, image, columns, rows, colours)
        most = piece * WHOLE if held.size else piece
        parts = [data] if len(data) <= most else list(_grouped(data, piece))

        def landed() -> None:
            held.size = size

        def arrived() -> None:
            landed()
            picture.refresh()

        ends = [landed] * (len(parts) - 1) + [arrived]
        pieces = [Chunk(self._passed(part), end) for part, end in zip(parts, ends, strict=True)]
        return Transmission(pieces, joined=True)

    def _passed(self, data: bytes) -> bytes:
        return kitty.wrapped(data) if self._wrapped else data


def _grouped(data: bytes, piece: int) -> Iterator[bytes]:
    group = b""
    for found in _COMMAND.finditer(data):
        if not found.group().startswith(b"\x1b_G"):
            continue
        if group and len(group) + len(found.group()) > piece:
            yield group
            group = b""
        group += found.group()
    yield group
