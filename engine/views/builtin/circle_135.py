"""A deliberate failure: a disc turned by 135 degrees falls between the pixels."""

import math

import numpy as np
from numpy.typing import NDArray

from engine.views.builtin.inner_circle import RADIUS
from engine.views.grids import centred, grid
from engine.views.view import Index, LinearMap, Resolution, View

Floats = NDArray[np.float64]
ANGLE = math.radians(135)


def at(square: Resolution) -> LinearMap:
    """The disc of radius 3/8 turned counter-clockwise, bilinear: four taps for every pixel."""
    side = square.side
    rows, columns = (ticks / 2 for ticks in centred(side))
    disc = (np.hypot(rows, columns) <= RADIUS * side).ravel()
    from_row = rows * math.cos(ANGLE) + columns * math.sin(ANGLE) + (side - 1) / 2
    from_column = columns * math.cos(ANGLE) - rows * math.sin(ANGLE) + (side - 1) / 2
    index, weight = _bilinear(from_row.ravel(), from_column.ravel(), side)
    index[~disc] = grid(side).reshape(-1, 1)[~disc]
    weight[~disc] = (1, 0, 0, 0)
    return LinearMap(index, weight.astype(np.float32))


def _bilinear(rows: Floats, columns: Floats, side: int) -> tuple[Index, Floats]:
    """Four pixels around each place and their shares."""
    top, left = np.floor(rows), np.floor(columns)
    down, right = rows - top, columns - left
    index, weight = [], []
    for below, share in ((0, 1 - down), (1, down)):
        for beside, part in ((0, 1 - right), (1, right)):
            row = np.clip(top + below, 0, side - 1)
            column = np.clip(left + beside, 0, side - 1)
            index.append(row * side + column)
            weight.append(share * part)
    return np.stack(index, axis=1).astype(np.int64), np.stack(weight, axis=1)


VIEW = View(
    "fails on purpose: a disc turned by 135° is interpolated, which weakens and ties the noise",
    at,
    orthogonal=False,
)
