"""Gaussian blur, and the best one there is for a picture whose clean original is known."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.errors import BadInput

Array = NDArray[np.float32]


class Blur(NamedTuple):
    """A blurred picture and how it was made: kernel in pixels (odd), sigma in pixels."""

    picture: Array
    kernel: int
    sigma: float


def gaussian_blur(x: Array, kernel: int, sigma: float) -> Array:
    """Gaussian blur over the last two axes, as torchvision's: a window of kernel × kernel pixels.

    x is (..., H, W); the edge is mirrored. Raises BadInput for an even kernel or sigma ≤ 0.
    """
    from scipy.ndimage import correlate1d

    if kernel < 1 or kernel % 2 == 0:
        raise BadInput(f"kernel: write an odd number of pixels such as 5, not {kernel}")
    if not 0 < sigma < np.inf:
        raise BadInput(f"sigma: write a number of pixels above 0 such as 2, not {sigma}")
    weights = _weights(kernel, sigma)
    rows = correlate1d(x, weights, axis=-2, mode="mirror")
    return np.asarray(correlate1d(rows, weights, axis=-1, mode="mirror"), np.float32)


def _weights(kernel: int, sigma: float) -> NDArray[np.float64]:
    half = kernel // 2
    weights = np.exp(-0.5 * (np.arange(-half, half + 1) / sigma) ** 2)
    return np.asarray(weights / weights.sum())


def best_blur(noisy: Array, clean: Array) -> Blur:
    """The Gaussian blur of `noisy` that is nearest to `clean` by PSNR."""
    tried = [Blur(gaussian_blur(noisy, k, s), k, s) for k, s in ((3, 1.0), (5, 2.0), (9, 3.0))]
    return min(tried, key=lambda b: float(np.square(b.picture - clean).mean()))
