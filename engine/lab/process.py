"""The forward process on arrays: a picture at a noise level, and how much of it is left."""

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def noised(clean: Array, noise: Array, alpha_bar: float) -> Array:
    """x_t = √ᾱ x0 + √(1−ᾱ) ε, float32, any shape (Ho et al. 2020, eq. 4)."""
    kept, added = np.float32(math.sqrt(alpha_bar)), np.float32(math.sqrt(1 - alpha_bar))
    return kept * clean + added * noise


def signal_to_noise(alpha_bar: float) -> float:
    """ᾱ / (1−ᾱ); infinite where ᾱ is 1."""
    return alpha_bar / (1 - alpha_bar) if alpha_bar < 1 else math.inf


def rescaled(noisy: Array, alpha_bar: float) -> Array:
    """x_t / √ᾱ = x0 + √(1/SNR) ε: the clean picture at its own brightness, under stronger noise.

    ᾱ must be above 0.
    """
    return noisy / np.float32(math.sqrt(alpha_bar))


def noise_std(alpha_bar: float) -> float:
    """The noise's standard deviation in :func:`rescaled`: √((1−ᾱ)/ᾱ)."""
    return math.sqrt((1 - alpha_bar) / alpha_bar)
