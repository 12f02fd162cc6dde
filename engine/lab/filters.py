"""The forward process on arrays, and classical denoisers: how far they undo it.

The denoisers: Gaussian blur, the best one for a known original, median, non-local means. The last
two choose their parameters from the noise's standard deviation, by what was best for PSNR on the
bundled pictures at 32 and 64 px.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.errors import BadInput
from engine.lab.measures import psnr

Array = NDArray[np.float32]


def noised(clean: Array, noise: Array, alpha_bar: float) -> Array:
    """x_t = √ᾱ x0 + √(1−ᾱ) ε, float32, any shape (Ho et al. 2020, eq. 4)."""
    kept = np.float32(alpha_bar)
    return np.asarray(np.sqrt(kept) * clean + np.sqrt(1 - kept) * noise, np.float32)


def signal_to_noise(alpha_bar: float) -> float:
    """ᾱ / (1−ᾱ); infinite where ᾱ is 1."""
    return alpha_bar / (1 - alpha_bar) if alpha_bar < 1 else math.inf


def rescaled(noisy: Array, alpha_bar: float) -> Array:
    """x_t / √ᾱ, ᾱ > 0: the clean picture at its own brightness, with noise of `noise_std`."""
    return np.asarray(noisy / np.sqrt(np.float32(alpha_bar)), np.float32)


def noise_std(alpha_bar: float) -> float:
    """The standard deviation of the noise in `rescaled`: √((1−ᾱ)/ᾱ), ᾱ > 0."""
    return math.sqrt((1 - alpha_bar) / alpha_bar)


LEAST_SIGMA = 0.25
_COARSE, _FINE = 12, 7
LARGEST_WINDOW = 11
_STRENGTH = 0.6


class Blur(NamedTuple):
    """A blurred picture and how it was made: kernel (odd) and sigma, both in pixels."""

    picture: Array
    kernel: int
    sigma: float


def gaussian_blur(x: Array, kernel: int, sigma: float) -> Array:
    """Gaussian blur with a window of kernel × kernel pixels, equal to torchvision's.

    x is (..., H, W); the edge is mirrored. Raises BadInput for an even kernel or sigma ≤ 0.
    """
    from scipy.ndimage import correlate1d

    if kernel < 1 or kernel % 2 == 0:
        raise BadInput(f"kernel: write an odd number of pixels such as 5, not {kernel}")
    if not 0 < sigma < math.inf:
        raise BadInput(f"sigma: write a number of pixels above 0 such as 2, not {sigma}")
    weights = _weights(kernel, sigma)
    columns = correlate1d(x, weights, axis=-2, mode="mirror")
    return np.asarray(correlate1d(columns, weights, axis=-1, mode="mirror"), np.float32)


def best_blur(noisy: Array, clean: Array) -> Blur:
    """The Gaussian blur of `noisy` that is nearest to `clean` by PSNR; both are (..., H, W).

    It knows the original, so that none chosen by a person is better by more than 0.1 dB. Sigma is
    searched from a quarter of a pixel to half the side, first in coarse steps and then around the
    best of them; the kernel has three sigma to either side, within what reflection allows.
    """
    side = min(noisy.shape[-2:])

    def best(sigmas: Sequence[float]) -> int:
        return int(np.argmax([psnr(_wide(noisy, s, side).picture, clean) for s in sigmas]))

    coarse = np.geomspace(LEAST_SIGMA, max(side / 2, 1), _COARSE).tolist()
    middle = best(coarse)
    around = coarse[max(middle - 1, 0)], coarse[min(middle + 1, _COARSE - 1)]
    fine = np.geomspace(*around, _FINE).tolist()
    return _wide(noisy, fine[best(fine)], side)


def _wide(x: Array, sigma: float, side: int) -> Blur:
    kernel = min(2 * math.ceil(3 * sigma) + 1, 2 * side - 1)
    return Blur(gaussian_blur(x, kernel, sigma), kernel, sigma)


def _weights(kernel: int, sigma: float) -> NDArray[np.float64]:
    half = kernel // 2
    weights = np.exp(-0.5 * (np.arange(-half, half + 1) / sigma) ** 2)
    return np.asarray(weights / weights.sum())


def median(x: Array, noise_std: float) -> Array:
    """Median over a square window, 3 px wide under little noise and 11 under much.

    x is (..., H, W), every channel by itself, with the edge mirrored.
    """
    from scipy.ndimage import median_filter

    window = min(3 + 2 * round(3 * noise_std), LARGEST_WINDOW)
    return np.asarray(median_filter(x, window, axes=(-2, -1), mode="mirror"), np.float32)


def non_local_means(x: Array, noise_std: float) -> Array:
    """Non-local means (Buades et al. 2005): patches of 5 px, sought 6 px around, h = 0.6 σ.

    x is (3, H, W) or (B, 3, H, W), the channels together; noise_std is σ, above 0.
    """
    from skimage.restoration import denoise_nl_means

    if x.ndim == 4:
        return np.stack([non_local_means(picture, noise_std) for picture in x])
    done = denoise_nl_means(
        x, patch_size=5, patch_distance=6, h=_STRENGTH * noise_std, sigma=noise_std, channel_axis=0
    )
    return np.asarray(done, np.float32)
