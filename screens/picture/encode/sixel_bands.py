"""From numbered pixels to the body of a sixel string, at the picture's own size.

An enlarged picture repeats itself: a band of six rows meets few rows of pixels, and all columns of
one pixel are alike. So the work, and the bytes, go with the picture's own pixels.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
REGISTERS, MASKS = 256, 64
BAND = 6
ALL, SOME = slice(None), slice(None, None, 8)
"""Bands that are written, and those that show which way is the shorter."""


class Strokes(NamedTuple):
    """One array each, a stroke an entry, in the order in which they are painted.

    A line of strokes goes from left to right; several lines make a band. ``mask`` has a bit for
    each of the band's six rows; ``begin`` and ``end`` are columns of pixels, the end excluded.
    """

    band: Array
    line: Array
    register: Array
    mask: Array
    begin: Array
    end: Array


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

    def painted(order: StrokeOrder, part: slice) -> bytes:
        return written(order(colours[part], masks[part]), edges)

    orders = (by_row, by_colour) if met.shape[1] > 2 else (by_row,)
    return painted(min(orders, key=lambda order: len(painted(order, SOME))), ALL)


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


def by_row(colours: Array, masks: Array) -> Strokes:
    """A line for each row of pixels that a band meets: short where that is one or two of noise.

    Both (bands, rows met, columns).
    """
    _, met, columns = colours.shape
    keys = np.where(masks > 0, colours * MASKS + masks, 0).reshape(-1, columns)
    starts = np.ones(keys.shape, bool)
    starts[:, 1:] = keys[:, 1:] != keys[:, :-1]
    line, begin = np.nonzero(starts)
    end = np.append(begin[1:], 0)
    end[end == 0] = columns
    key = keys[line, begin]
    line, begin, end, key = (part[key > 0] for part in (line, begin, end, key))
    return Strokes(line // met, line, key // MASKS, key % MASKS, begin, end)


def by_colour(colours: Array, masks: Array) -> Strokes:
    """A line for each colour in a band: short where bands meet many rows, or colours are few."""
    columns = colours.shape[-1]
    band, row, column = np.nonzero(masks)
    line = band * REGISTERS + colours[band, row, column]
    keys = np.sort((line * columns + column) * MASKS + masks[band, row, column])
    place, mask = np.divmod(keys, MASKS)
    line, column = np.divmod(place, columns)
    first = np.ones(len(keys), bool)
    first[1:] = (np.diff(place) != 1) | (np.diff(mask) != 0) | (np.diff(line) != 0)
    last = np.append(first[1:], True)
    line = line[first]
    band, register = np.divmod(line, REGISTERS)
    return Strokes(band, line, register, mask[first], column[first], column[last] + 1)


def written(strokes: Strokes, edges: Array) -> bytes:
    """Sixel data, where column n begins at ``edges[n]``.

    ``-`` begins a band and ``$`` another line of it; nothing stands at the end. Each stroke is a
    record of 17 bytes, of which those that are not 0 are written.
    """
    begin, end = edges[strokes.begin], edges[strokes.end]
    same = np.diff(strokes.line, prepend=-1) == 0
    out = np.zeros((len(begin), 17), np.uint8)
    out[~same, 0] = ord("$")
    out[np.diff(strokes.band, prepend=0) > 0, 0] = ord("-")
    out[0, 0] = 0
    new = np.diff(strokes.register, prepend=-1) != 0
    out[new, 1] = ord("#")
    out[new, 2:5] = _digits(strokes.register[new], 3)
    skipped = begin - np.where(same, np.append(0, end[:-1]), 0)
    out[:, 5:11] = _repeated(np.zeros_like(strokes.mask), skipped)
    out[:, 11:] = _repeated(strokes.mask, end - begin)
    return out[out > 0].tobytes()


def _repeated(mask: Array, count: Array) -> Array:
    """(strokes, 6) bytes: up to three signs as they are, more with their number before them."""
    sign = (mask + ord("?")).astype(np.uint8)
    out = np.zeros((len(mask), 6), np.uint8)
    many = count > 3
    out[many, 0] = ord("!")
    out[many, 1:5] = _digits(count[many], 4)
    for place, least in ((3, 3), (4, 2)):
        few = ~many & (count >= least)
        out[few, place] = sign[few]
    out[count > 0, 5] = sign[count > 0]
    return out


def _digits(numbers: Array, places: int) -> Array:
    """(numbers, places) ASCII digits, 0 in place of leading zeros."""
    powers = 10 ** np.arange(places - 1, -1, -1)
    digits = numbers[:, None] // powers
    shown = (digits > 0) | (powers == 1)
    return np.where(shown, digits % 10 + ord("0"), 0).astype(np.uint8)
