"""A deliberate failure: a blur takes the noise away that the network is asked about."""

import numpy as np

from engine.views.view import LinearMap, Resolution, View

SIGMA = 1 / 64
"""In sides: a pixel at 64."""


def at(square: Resolution) -> LinearMap:
    """A Gaussian window of ±2 σ, 5 × 5 pixels at 64, the edge mirrored.

    Above 128 pixels every second pixel and so on is a tap, or the window would have hundreds.
    """
    step = max(1, square.side // 128)
    sigma = SIGMA * square.side
    reach = max(1, round(2 * sigma / step))
    steps = step * np.arange(-reach, reach + 1)
    line = np.exp(-0.5 * (steps / sigma) ** 2)
    places = np.arange(square.side)[:, None] + steps
    last = max(square.side - 1, 1)
    places = last - np.abs(places % (2 * last) - last) if square.side > 1 else 0 * places
    index = places[:, None, :, None] * square.side + places[None, :, None, :]
    taps = index.reshape(square.side**2, -1)
    kernel = np.outer(line, line).ravel() / line.sum() ** 2
    weight = np.tile(kernel.astype(np.float32), (square.side**2, 1))
    return LinearMap(np.ascontiguousarray(taps, np.int64), weight)


VIEW = View(
    "fails on purpose: blurred noise has lost most of its strength, so nothing is drawn right",
    at,
    orthogonal=False,
)
