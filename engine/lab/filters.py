"""Classical denoisers beside the blur: the median, and non-local means.

Both choose their parameters from the noise's standard deviation, by what was best for PSNR on the
bundled pictures at 32 and 64 px.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

LARGEST_WINDOW = 11
_STRENGTH = 0.6


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
        return np.stack([non_local_means(one, noise_std) for one in x])
    done = denoise_nl_means(
        x, patch_size=5, patch_distance=6, h=_STRENGTH * noise_std, sigma=noise_std, channel_axis=0
    )
    return np.asarray(done, np.float32)
