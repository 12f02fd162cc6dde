"""Classical denoisers beside the blur: the median, and non-local means."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def median(x: Array, noise_std: float) -> Array:
    """Median over a square window that grows with the noise; x is (..., H, W)."""
    from scipy.ndimage import median_filter

    size = 3 if noise_std < 0.5 else 5
    return np.asarray(median_filter(x, size=size, axes=(-2, -1), mode="mirror"), np.float32)


def non_local_means(x: Array, noise_std: float) -> Array:
    """Non-local means (Buades et al. 2005) of pictures (3, H, W) or (B, 3, H, W)."""
    from skimage.restoration import denoise_nl_means

    if x.ndim == 4:
        return np.stack([non_local_means(one, noise_std) for one in x])
    done = denoise_nl_means(
        x, patch_size=5, patch_distance=6, h=0.8 * noise_std, sigma=noise_std, channel_axis=0
    )
    return np.asarray(done, np.float32)
