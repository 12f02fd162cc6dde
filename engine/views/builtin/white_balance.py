"""A deliberate failure: another white balance, and with it noise of unequal strength."""

from dataclasses import replace

import numpy as np

from engine.views.grids import grid, permuted
from engine.views.view import LinearMap, Resolution, View

GAINS = (1.3, 1.0, 0.7)


def at(square: Resolution) -> LinearMap:
    """Red × 1.3, blue × 0.7."""
    return replace(permuted(grid(square.side)), colour=np.diag(GAINS).astype(np.float32))


VIEW = View(
    "fails on purpose: red × 1.3 makes its noise too strong, blue × 0.7 makes its too weak",
    at,
    orthogonal=False,
)
