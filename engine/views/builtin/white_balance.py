"""A deliberate failure: colours warmed, and the noise of red is stronger than that of blue."""

from dataclasses import replace

import numpy as np

from engine.views.grids import grid, permuted
from engine.views.view import Moves, Square, View

GAINS = (1.3, 1.0, 0.7)


def at(square: Square) -> Moves:
    """Red × 1.3, blue × 0.7."""
    return replace(permuted(grid(square.side)), colour=np.diag(GAINS).astype(np.float32))


VIEW = View(
    "fails on purpose: warmer colours make the noise of red too strong, of blue too weak",
    at,
    orthogonal=False,
)
