"""From numbered pixels to the body of a sixel string, at the picture's own size.

An enlarged picture repeats itself: a band of six rows meets few rows of pixels, and all columns of
one pixel are alike. So the work, and the bytes, go with the picture's own pixels.
"""

from collections.abc import Callable

import numpy as np

from screens.picture.encode.strokes import Array, Strokes, by_colour, by_row, written

BAND = 6
ALL, SOME = slice(None), slice(None, None, 8)
"""Bands that are written, and those that show which way is the shorter."""
StrokeOrder = Callable[[Array, Array], Strokes]


def bands(registers: Array, width: int, height: int) -> bytes:
    """(rows, columns) of register numbers, enlarged to ``width`` by ``height``, as sixel data.

    Painted row by row of pixels, or colour by colour where bands meet many and that is shorter.
    """
    rows, columns = registers.shape
    met, bits = _met(rows, height)
    colours = registers[met]
    masks = _shared(colours, np.repeat(bits[..., None], columns, -1))
    edges = _edges(columns, width)

    def told(way: StrokeOrder, part: slice) -> bytes:
        return written(way(colours[part], masks[part]), edges)

    ways = (by_row, by_colour) if met.shape[1] > 2 else (by_row,)
    return told(min(ways, key=lambda way: len(told(way, SOME))), ALL)


def _edges(pixels: int, size: int) -> Array:
    """(pixels + 1,): where each of ``pixels`` begins, and the last one ends, in ``size``."""
    return np.arange(pixels + 1) * size // pixels


def _met(rows: int, height: int) -> tuple[Array, Array]:
    """(bands, most) each: the rows of pixels that a band meets, and their bits of its six."""
    count = -(-height // BAND)
    lines = np.full((count, BAND), -1)
    row_of = np.searchsorted(_edges(rows, height), np.arange(height), side="right") - 1
    lines.flat[:height] = row_of
    most = int((lines.max(1) - lines[:, 0]).max()) + 1
    met = lines[:, :1] + np.arange(most)
    bits = ((lines[:, None] == met[..., None]) << np.arange(BAND)).sum(-1)
    return np.minimum(met, rows - 1), bits


def _shared(colours: Array, masks: Array) -> Array:
    """Masks (bands, most, columns): pixels as one above them in the band are painted with it."""
    for later in range(1, masks.shape[1]):
        for earlier in range(later):
            same = (colours[:, later] == colours[:, earlier]) & (masks[:, earlier] > 0)
            masks[:, earlier] += np.where(same, masks[:, later], 0)
            masks[:, later][same] = 0
    return masks
