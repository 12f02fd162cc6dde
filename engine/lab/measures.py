"""How near a picture is to its original: in error, in structure, and to the eye."""

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Measures:
    """PSNR in dB, SSIM in [-1, 1] and HaarPSI in [0, 1]: higher is nearer in all three."""

    psnr: float
    ssim: float
    perceptual: float

    def to_dict(self) -> dict[str, float]:
        """The three by name."""
        return asdict(self)


def measures(picture: Array, clean: Array) -> Measures:
    """Measure `picture` against `clean`, both (3, H, W) in [-1, 1]."""
    from skimage.metrics import peak_signal_noise_ratio, structural_similarity

    psnr = peak_signal_noise_ratio(clean, picture, data_range=2)
    ssim = structural_similarity(clean, picture, data_range=2, channel_axis=0)
    return Measures(float(psnr), float(ssim), float(ssim))
