"""A disc in the middle is turned by half; the rest stays."""

import numpy as np

from engine.views.grids import centred, grid, permuted
from engine.views.view import LinearMap, Resolution, View

RADIUS = 3 / 8


def at(square: Resolution) -> LinearMap:
    """The disc of radius 3/8 of the side turned by 180 degrees, which is a permutation."""
    rows, columns = centred(square.side)
    disc = rows**2 + columns**2 <= (2 * RADIUS * square.side) ** 2
    pixels = grid(square.side)
    return permuted(np.where(disc, pixels[::-1, ::-1], pixels))


VIEW = View("a disc in the middle stands on its head, the rest stays", at, place=50)
