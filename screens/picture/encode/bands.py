"""From numbered pixels to the body of a sixel string, in numpy and at the picture's own size.

An enlarged picture repeats itself: a band of six rows meets few rows of pixels, and all columns of
one pixel are alike. So the work, and the bytes, go with the picture's own pixels.
"""

import numpy as np

BAND = 6
Array = np.ndarray


def bands(registers: Array, width: int, height: int) -> bytes:
    """(rows, columns) of register numbers, enlarged to ``width`` by ``height``, as sixel data.

    A band is painted in passes from left to right, each with one of the rows of pixels that it
    meets; a pixel as its neighbour above is painted with it. Between two bands stands ``-``,
    between two passes ``$``, and nothing at the end.
    """
    rows, columns = registers.shape
    met, bits = _passes(rows, height)
    colours = registers[met]
    masks = _shared(colours, np.repeat(bits[..., None], columns, -1))
    keys = np.where(masks > 0, colours * 64 + masks, 0)
    return _written(keys, _edges(columns, width))


def _edges(pixels: int, size: int) -> Array:
    """(pixels + 1,): where each of ``pixels`` begins, and the last one ends, in ``size``."""
    return np.arange(pixels + 1) * size // pixels


def _passes(rows: int, height: int) -> tuple[Array, Array]:
    """(bands, passes) each: the row of pixels that a pass paints, and its bits of the six."""
    count = -(-height // BAND)
    lines = np.full((count, BAND), -1)
    row_of = np.searchsorted(_edges(rows, height), np.arange(height), side="right") - 1
    lines.flat[:height] = row_of
    deepest = int((lines.max(1) - lines[:, 0]).max())
    met = lines[:, :1] + np.arange(deepest + 1)
    bits = ((lines[:, None] == met[..., None]) << np.arange(BAND)).sum(-1)
    return np.minimum(met, rows - 1), bits


def _shared(colours: Array, masks: Array) -> Array:
    """Masks (bands, passes, columns) in which the first pass of each colour in a column has all."""
    for later in range(1, masks.shape[1]):
        for earlier in range(later):
            same = (colours[:, later] == colours[:, earlier]) & (masks[:, earlier] > 0)
            masks[:, earlier] += np.where(same, masks[:, later], 0)
            masks[:, later][same] = 0
    return masks


def _written(keys: Array, edges: Array) -> bytes:
    """Keys (bands, passes, columns), 64 times the register plus the mask, as run lengths."""
    _, passes, columns = keys.shape
    flat = keys.reshape(-1, columns)
    starts = np.ones(flat.shape, bool)
    starts[:, 1:] = flat[:, 1:] != flat[:, :-1]
    row, begin = np.nonzero(starts)
    end = np.append(begin[1:], 0)
    end[end == 0] = columns
    key = flat[row, begin]
    kept = (key > 0) | (end < columns)
    row, key, length = row[kept], key[kept], (edges[end] - edges[begin])[kept]
    return _text(row, passes, key // 64, key % 64, length)


def _text(row: Array, passes: int, register: Array, mask: Array, length: Array) -> bytes:
    """One record of eleven bytes a run, of which those that are not 0 are written."""
    out = np.zeros((len(row), 11), np.uint8)
    jump, band = np.diff(row), np.diff(row // passes)
    out[1:, 0] = np.where(band > 0, ord("-"), np.where(jump > 0, ord("$"), 0))
    painted = np.flatnonzero(mask)
    new = painted[np.diff(register[painted], prepend=-1) != 0]
    out[new, 1] = ord("#")
    out[new, 2:5] = _digits(register[new], 3)
    sign = (mask + ord("?")).astype(np.uint8)
    many = length > 3
    out[many, 5] = ord("!")
    out[many, 6:10] = _digits(length[many], 4)
    out[:, 8] += np.where(length == 3, sign, 0).astype(np.uint8)
    out[:, 9] += np.where((length == 2) | (length == 3), sign, 0).astype(np.uint8)
    out[:, 10] = sign
    return out[out > 0].tobytes()


def _digits(numbers: Array, places: int) -> Array:
    """(numbers, places) ASCII digits, 0 in place of leading zeros."""
    powers = 10 ** np.arange(places - 1, -1, -1)
    digits = numbers[:, None] // powers
    shown = (digits > 0) | (powers == 1)
    return np.where(shown, digits % 10 + ord("0"), 0).astype(np.uint8)
