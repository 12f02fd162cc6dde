"""Whether the border of a mask can be seen in a picture."""

import numpy as np
from numpy.typing import NDArray

REACH = 3
"""How far beside the border, in pixels, the picture's own steps are taken."""

Levels = NDArray[np.float32]
Bools = NDArray[np.bool_]


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
