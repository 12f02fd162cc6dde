"""Median and non-local means take noise away, and fit their strength to it."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.lab import median, non_local_means, psnr

Array = NDArray[np.float32]
FILTERS = (median, non_local_means)
Filter = Callable[[Array, float], Array]


@pytest.mark.parametrize("denoise", FILTERS)
@pytest.mark.parametrize("strength", [0.3, 1.0])
def test_noise_goes_and_the_picture_stays(
    clean: Array, noise: Array, denoise: Filter, strength: float
) -> None:
    noisy = clean + np.float32(strength) * noise
    done = denoise(noisy, strength)
    assert (done.dtype, done.shape) == (np.float32, clean.shape)
    assert psnr(done, clean) > psnr(noisy, clean) + 3


@pytest.mark.parametrize("denoise", FILTERS)
def test_a_batch_is_each_picture_alone(noise: Array, denoise: Filter) -> None:
    batch = np.stack([noise, noise[:, ::-1]])
    np.testing.assert_array_equal(denoise(batch, 0.5)[1], denoise(batch[1], 0.5))


def test_the_median_widens_with_the_noise(clean: Array) -> None:
    dot = np.zeros_like(clean)
    dot[:, 10:12, 10:12] = 1  # four pixels: not half of any window, but of a corner's
    assert not median(dot, 0.1).any()
    square = np.zeros_like(clean)
    square[:, 8:12, 8:12] = 1  # outlives a window of 3, not one of 11
    assert median(square, 0.1).any()
    assert not median(square, 2.0).any()


def test_a_flat_picture_is_left_as_it_is() -> None:
    flat = np.full((3, 16, 16), 0.25, np.float32)
    for denoise in FILTERS:
        np.testing.assert_allclose(denoise(flat, 0.5), flat, atol=1e-6)
