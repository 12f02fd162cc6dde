"""Sixels: pixels over blank cells, sent again whenever anything was written over them."""

import math
from collections.abc import Callable

from PIL import Image

from screens.picture.backends.base import Body, ImageProtocol, ShownPicture, Terminal
from screens.picture.capabilities import Capabilities
from screens.picture.fit import fitted
from screens.picture.quality import Quality, reduced
from screens.picture.transmission import Chunk, PictureState, Transmission
from screens.picture.visible_region import VisibleRegion

FEW = 64
"""Registers of colours below which half-blocks show truer pictures."""


class Sixel:
    """The last line of the terminal stays free: a sixel that ends there scrolls the screen."""

    fragile, cells = True, False

    def __init__(self, terminal: Terminal) -> None:
        self._cell, self._lines = terminal.cell, terminal.lines
        self._registers = terminal.capabilities.registers or 256

    def spot(self, region: VisibleRegion) -> object:
        return (region, self._cell()) if region.whole and self._rows(region) > 0 else None

    def encoder(
        self,
        state: PictureState,
        picture: ShownPicture,
        region: VisibleRegion,
        quality: Quality,
        chunk_size: int,
    ) -> Callable[[], Transmission]:
        image, cell, rows = picture.image, self._cell(), self._rows(region)
        assert image is not None
        colours = min(quality.colours or 256, self._registers)

        def encode() -> Transmission:
            from screens.picture.encode import sixel  # numpy: beside the loop, after first paint

            room = fitted(image.size, (region.columns * cell[0], rows * cell[1]))
            width, height = sixel.snug(image.size, room)
            column = region.column + (region.columns - math.ceil(width / cell[0])) // 2
            line = region.line + (rows - math.ceil(height / cell[1])) // 2
            small = _within(quality.sized(image), (width, height))
            data = sixel.sixel(small, width, height, colours)
            if len(data) <= chunk_size:
                return Transmission([Chunk(sixel.drawn(data, column, line))])
            lines = max(1, math.ceil(height / cell[1] * chunk_size / len(data)))
            bands = _bands(reduced(small, colours), (width, height), lines * cell[1])
            return Transmission(
                [Chunk(sixel.drawn(band, column, line + lines * n)) for n, band in enumerate(bands)]
            )

        return encode

    def release(self, state: PictureState) -> bytes:
        return b""

    def body(self, picture: ShownPicture) -> Body | None:
        """Blank cells under the pixels; half-blocks where something hides a part of them."""
        region = picture.cells.region
        return None if region and not region.whole else lambda *_: []

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


def _supported(capabilities: Capabilities) -> bool:
    """Registers of 0 are untold; terminals that do not tell have 256 or more."""
    return capabilities.sixel and (capabilities.registers == 0 or capabilities.registers >= FEW)


PROTOCOL = ImageProtocol(
    title="sixel",
    rank=2,
    supported=_supported,
    ladder=(
        Quality(256, 1, 1.0),
        Quality(64, 1, 0.7),
        Quality(16, 1, 0.4),
        Quality(16, 2, 0.2),
        Quality(16, 4, 0.1),
    ),
    open=Sixel,
)
