"""The forward process on arrays: a picture at a noise level, and how much of it is left."""

import math

import numpy as np
from numpy.typing import NDArray

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
