"""What the built-in views are made of: grids of pixel numbers, moved about."""

import hashlib

import numpy as np

from engine.errors import BadInput
from engine.views.view import Index, LinearMap, Resolution


def grid(side: int) -> Index:
    """The numbers of the pixels in reading order, int64 (side, side)."""
    return np.arange(side * side, dtype=np.int64).reshape(side, side)


def permuted(index: Index, sign: float = 1.0) -> LinearMap:
    """A view from a grid (side, side) that says for each place which pixel is seen there."""
    flat = np.ascontiguousarray(index).reshape(-1, 1)
    return LinearMap(flat, np.full(flat.shape, sign, np.float32))


def turned(square: Resolution, quarters: int) -> LinearMap:
    """So many quarter turns, counter-clockwise."""
    return permuted(np.rot90(grid(square.side), quarters))


def in_blocks(index: Index, side: int) -> Index:
    """The same permutation for larger pictures: what was a pixel moves as a block.

    index is (n, n), and n divides side.
    """
    n = index.shape[0]
    scale = side // n
    rows, columns = np.divmod(np.kron(index, np.ones((scale, scale), np.int64)), n)
    within = np.arange(side) % scale
    pixels: Index = (rows * scale + within[:, None]) * side + columns * scale + within
    return pixels


def shuffled(n: int, salt: str) -> Index:
    """n × n numbers in an order that is the same on every machine, for each `salt` another.

    Sorted by hashes: numpy promises no stream of random numbers from version to version.
    """
    keys = [hashlib.sha256(f"{salt} {i}".encode()).digest() for i in range(n * n)]
    order = sorted(range(n * n), key=keys.__getitem__)
    return np.array(order, np.int64).reshape(n, n)


def centred(side: int) -> tuple[Index, Index]:
    """Twice the rows (side, 1) and columns (1, side), counted from the centre: whole numbers."""
    ticks = 2 * np.arange(side, dtype=np.int64) - (side - 1)
    return ticks[:, None], ticks[None]


def check_divides(name: str, parts: int, pixels: int) -> None:
    """BadInput where a side of so many pixels has not so many equal parts."""
    if pixels % parts:
        raise BadInput(f"{name}: needs a side that is a multiple of {parts}; {pixels} is not")
