"""How near a picture is to its original: in error, in structure, and to the eye."""

import math
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from engine.lab.haarpsi import haarpsi

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Measures:
    """PSNR in dB, SSIM in [-1, 1], HaarPSI in [0, 1]: in all three, higher is nearer."""

    psnr: float
    ssim: float
    perceptual: float

    def to_dict(self) -> dict[str, float | None]:
        """The three by name, for JSON: None for the infinite PSNR of equal pictures."""
        return {n: v if math.isfinite(v) else None for n, v in asdict(self).items()}


def measures(picture: Array, clean: Array) -> Measures:
    """Measure `picture` against `clean`, both (3, H, W) of at least 11 px, clipped to [-1, 1].

    SSIM has the Gaussian window of Wang et al. 2004 and is the mean over the three channels.
    """
    from skimage.metrics import structural_similarity

    a, b = clipped(picture), clipped(clean)
    ssim = structural_similarity(
        b, a, data_range=2, channel_axis=0, gaussian_weights=True, sigma=1.5,
        use_sample_covariance=False,
    )  # fmt: skip
    return Measures(psnr(a, b), float(ssim), haarpsi(a, b))


def psnr(picture: Array, clean: Array) -> float:
    """Peak signal to noise ratio in dB, both clipped to [-1, 1]; infinite for equal pictures."""
    from skimage.metrics import peak_signal_noise_ratio

    with np.errstate(divide="ignore"):
        return float(peak_signal_noise_ratio(clipped(clean), clipped(picture), data_range=2))


def clipped(x: Array) -> Array:
    """What can be shown of it: [-1, 1], float32."""
    return np.asarray(np.clip(x, -1, 1), np.float32)
