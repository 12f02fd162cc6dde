"""How near a picture is to its original, and whether the border of a mask can be seen in it."""

import math
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from engine.lab.haarpsi import haarpsi

Array = NDArray[np.float32]
REACH = 3
"""How far beside the border, in pixels, the picture's own steps are taken."""
Levels = NDArray[np.float32]
Bools = NDArray[np.bool_]


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


def seam(levels: Levels, replaced: Bools) -> float:
    """Mean step between neighbours across the border, less that beside it; 0 is no seam.

    levels is (H, W, 3), the answer in its unit; replaced is (H, W). 0 too where there is no
    border. Negative where the picture is smoother across the border than beside it.
    """
    from scipy.ndimage import binary_dilation

    edge = replaced ^ binary_dilation(replaced)
    near = binary_dilation(edge, iterations=REACH)
    pairs = [_steps(levels, replaced, near), _steps(levels.swapaxes(0, 1), replaced.T, near.T)]
    across, beside = (np.concatenate(part) for part in zip(*pairs, strict=True))
    return float(across.mean() - beside.mean()) if across.size and beside.size else 0.0


def _steps(levels: Levels, replaced: Bools, near: Bools) -> tuple[Levels, Levels]:
    """Between neighbours in a column: those on both sides of the border, those beside it."""
    size = np.abs(np.diff(levels, axis=0)).mean(axis=2)
    crosses = replaced[1:] != replaced[:-1]
    return size[crosses], size[near[1:] & near[:-1] & ~crosses]
