"""Sixels: pixels over blank cells, sent again whenever anything was written over them."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from PIL import Image

from screens.picture.encode.reduced import reduced
from screens.picture.fit import fitted
from screens.picture.quality import Quality
from screens.picture.transmission import Chunk, PictureState, Transmission
from screens.picture.visible_region import VisibleRegion

if TYPE_CHECKING:
    from screens.picture.widget import Picture


class Sixel:
    """``cell`` tells the pixels of a cell, and ``lines`` the screen's height in cells, as of now.

    The last line stays free: a sixel that ends there scrolls the screen.
    """

    name, fragile, cells = "sixel", True, False

    def __init__(
        self, cell: Callable[[], tuple[int, int]], lines: Callable[[], int], registers: int = 0
    ) -> None:
        self._cell, self._lines, self._registers = cell, lines, registers or 256

    def spot(self, region: VisibleRegion) -> object:
        return (region, self._cell()) if region.whole and self._rows(region) > 0 else None

    def work(
        self,
        held: PictureState,
        picture: "Picture",
        region: VisibleRegion,
        quality: Quality,
        piece: int,
    ) -> Callable[[], Transmission]:
        image, cell, rows = picture.image, self._cell(), self._rows(region)
        assert image is not None
        colours = min(quality.colours or 256, self._registers)

        def encode() -> Transmission:
            from screens.picture.encode import sixel  # numpy: beside the loop, after first paint

            room = fitted(image.size, (region.columns * cell[0], rows * cell[1]))
            width, height = size = sixel.snug(image.size, room)
            column = region.column + (region.columns - math.ceil(width / cell[0])) // 2
            line = region.line + (rows - math.ceil(height / cell[1])) // 2
            small = _within(quality.sized(image), size)
            data = sixel.sixel(small, width, height, colours)
            if len(data) <= piece:
                return Transmission([Chunk(sixel.drawn(data, column, line))])
            lines = max(1, math.ceil(height / cell[1] * piece / len(data)))
            bands = _bands(reduced(small, colours), size, lines * cell[1])
            return Transmission(
                [Chunk(sixel.drawn(band, column, line + lines * n)) for n, band in enumerate(bands)]
            )

        return encode

    def gone(self, held: PictureState) -> bytes:
        return b""

    def _rows(self, region: VisibleRegion) -> int:
        return min(region.rows, self._lines() - 1 - region.line)


def _within(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Not more pixels than there are to be seen."""
    small = min(image.width, size[0]), min(image.height, size[1])
    return image if small == image.size else image.resize(small, Image.Resampling.BOX)


def _bands(image: Image.Image, size: tuple[int, int], high: int) -> list[bytes]:
    """Pictures of ``high`` pixels one under the other, of a palette that they share."""
    import numpy as np

    from screens.picture.encode import sixel

    edges = np.arange(image.height + 1) * size[1] // image.height
    rows = np.searchsorted(edges, np.arange(size[1]), side="right") - 1
    bands = []
    for top in range(0, size[1], high):
        band = Image.fromarray(np.asarray(image)[rows[top : top + high]], "P")
        band.putpalette(image.getpalette() or ())
        bands.append(sixel.sixel(band, size[0], band.height))
    return bands
