"""Every column rolled down a little further than the one before."""

import numpy as np

from engine.views.grids import grid, permuted
from engine.views.view import LinearMap, Resolution, View

SLOPE = 1.5


def at(square: Resolution) -> LinearMap:
    """Column i is rolled by int(1.5 · (i − side / 2)) pixels; what leaves comes in again."""
    columns = np.arange(square.side)
    shift = np.trunc(SLOPE * (columns - square.side / 2)).astype(np.int64)
    rows = (columns[:, None] - shift) % square.side
    return permuted(grid(square.side)[rows, columns])


VIEW = View("pulled askew: each column slides down further than the last", at, place=40)
