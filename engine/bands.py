"""Ways to split a picture into bands that sum to it again (Geng et al. 2024, arXiv 2404.11615).

Torch-free, as data: a band is a sum of filtered copies of the picture.
``engine.diffusion.band_ops`` applies the same description to tensors.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:  # specs name bands, and numpy would hold up the first paint
    import numpy as np
    from numpy.typing import NDArray

Array: TypeAlias = "NDArray[np.float32]"

KERNEL, SIGMA = 33, 2.0
"""Of the low band at a side of 64 px; both grow with the picture."""
REFERENCE = 64
LARGEST_KERNEL = 2 * REFERENCE - 1
"""Half of it must be less than the side, for the edge is mirrored."""
_TRIPLE_KERNEL, _MOTION = 25, 7


@dataclass(frozen=True)
class Filter:
    """Small kernels (h, w), one after the other on every channel; or the mean of the channels."""

    kernels: tuple[Array, ...] = ()
    grey: bool = False

    def __call__(self, x: Array) -> Array:
        """x (..., C, H, W) filtered, the edge mirrored."""
        import numpy as np
        from scipy.ndimage import correlate

        for kernel in self.kernels:
            shaped = kernel.reshape((1,) * (x.ndim - 2) + kernel.shape)
            x = np.asarray(correlate(x, shaped, mode="mirror"), np.float32)
        return np.broadcast_to(x.mean(-3, keepdims=True), x.shape) if self.grey else x


Band = tuple[tuple[float, Filter | None], ...]
"""(factor, filter) of each copy that is added up; None is the picture as it is."""
WHOLE: Band = ((1.0, None),)
FACTORS: Mapping[str, tuple[str, ...]] = {
    "whole": ("all",),
    "frequency": ("low", "high"),
    "triple": ("low", "middle", "high"),
    "colour": ("grey", "colour"),
    "motion": ("moved", "still"),
}
"""The bands of each way to split a picture."""
NAMES = ("all", "low", "middle", "high", "grey", "colour", "moved", "still")


def bands(
    factor: str, side: int, kernel: int | None = None, sigma: float = SIGMA
) -> dict[str, Band]:
    """The bands of a picture of ``side`` pixels; applied and added up they give the picture.

    kernel (odd) and sigma are in pixels of a picture of 64; the middle of three bands lies between
    sigma/2 and sigma.
    """
    if factor == "frequency":
        return _split(factor, gaussian(side, kernel or KERNEL, sigma))
    if factor == "triple":
        wide, narrow = (gaussian(side, kernel or _TRIPLE_KERNEL, s) for s in (sigma, sigma / 2))
        return {
            "low": ((1.0, wide),),
            "middle": ((1.0, narrow), (-1.0, wide)),
            "high": ((1.0, None), (-1.0, narrow)),
        }
    if factor == "colour":
        return _split(factor, Filter(grey=True))
    if factor == "motion":
        return _split(factor, diagonal(side))
    return {"all": WHOLE}


def band(x: Array, parts: Band) -> Array:
    """One band of x (..., C, H, W)."""
    import numpy as np

    return np.asarray(sum(factor * (f(x) if f else x) for factor, f in parts), np.float32)


def without_later(parts: Mapping[str, Band], name: str) -> Band:
    """What is left of a picture when the bands after ``name`` are lost: from afar, in grey, moved.

    WHOLE for the last band, and for "all".
    """
    names = list(parts)
    if name not in names[:-1]:
        return WHOLE
    return tuple(term for kept in names[: names.index(name) + 1] for term in parts[kept])


def gaussian(side: int, kernel: int = KERNEL, sigma: float = SIGMA) -> Filter:
    """Gaussian blur, sized for a picture of ``side`` pixels; equals torchvision's."""
    import numpy as np

    half = _scaled(kernel, side) // 2
    weights = np.exp(-0.5 * (np.arange(-half, half + 1) / (sigma * side / REFERENCE)) ** 2)
    line = np.asarray(weights / weights.sum(), np.float32)
    return Filter((line[None, :], line[:, None]))


def diagonal(side: int) -> Filter:
    """The mean along a diagonal, 7 pixels long in a picture of 64: a camera that moved."""
    import numpy as np

    length = _scaled(_MOTION, side)
    return Filter((np.eye(length, dtype=np.float32) / np.float32(length),))


def _split(factor: str, lowpass: Filter) -> dict[str, Band]:
    """What the filter passes, and what it leaves."""
    passed, left = FACTORS[factor]
    return {passed: ((1.0, lowpass),), left: ((1.0, None), (-1.0, lowpass))}


def _scaled(kernel: int, side: int) -> int:
    """The odd number of pixels that ``kernel`` pixels of 64 are."""
    return int(kernel * side / REFERENCE) | 1
