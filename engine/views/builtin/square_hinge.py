"""Nine squares, hinged at their corners, turn in turn to the left and to the right."""

import numpy as np

from engine.views.grids import grid, permuted
from engine.views.view import LinearMap, Resolution, View

PIECES = 3


def at(square: Resolution) -> LinearMap:
    """3 × 3 squares by 90 degrees each; what three do not divide stays as a border."""
    edge, rest = divmod(square.cells, PIECES)
    edge, start = edge * square.scale, rest // 2 * square.scale
    pixels = grid(square.side)
    index = pixels.copy()
    for row, column in np.ndindex(PIECES, PIECES):
        top, left = start + row * edge, start + column * edge
        piece = np.s_[top : top + edge, left : left + edge]
        index[piece] = np.rot90(pixels[piece], 1 if (row + column) % 2 == 0 else -1)
    return permuted(index)


VIEW = View("nine hinged squares turn, every other one the other way", at, place=60)
