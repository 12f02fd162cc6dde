"""HaarPSI, a perceptual similarity that needs no network and no download.

Reisenhofer, Bosse, Kutyniok & Wiegand 2018, "A Haar wavelet-based perceptual similarity index for
image quality assessment" (arXiv 1607.06140). Its constants are the paper's. The paper halves a
picture first, as its ones of 512 to 768 px are seen from afar; ours are seen enlarged, every pixel
for itself, so that they are not halved.
"""

import math

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float64]
Picture = NDArray[np.float32]

C, ALPHA = 30.0, 4.2
_YIQ = np.array([[0.299, 0.587, 0.114], [0.5959, -0.2746, -0.3213], [0.2115, -0.5227, 0.3112]])


def haarpsi(a: Picture, b: Picture) -> float:
    """Similarity in [0, 1], 1 for equal pictures; a and b are (3, H, W) in [-1, 1]."""
    y_a, *colours_a = _yiq(a)
    y_b, *colours_b = _yiq(b)
    alike, weights = [], []
    for axis in (0, 1):
        fine = [_alike(_haar(y_a, size, axis), _haar(y_b, size, axis)) for size in (2, 4)]
        alike.append(np.mean(fine, axis=0))
        weights.append(np.maximum(_haar(y_a, 8, axis), _haar(y_b, 8, axis)))
    pairs = zip(colours_a, colours_b, strict=True)
    alike.append(np.mean([_alike(_mean2(p), _mean2(q)) for p, q in pairs], axis=0))
    weights.append(np.mean(weights, axis=0))
    return _pooled(np.stack(alike), np.stack(weights))


def _yiq(picture: Picture) -> Plane:
    levels = (picture.astype(np.float64) / 2 + 0.5) * 255
    return np.tensordot(_YIQ, levels, axes=1)


def _haar(plane: Plane, size: int, axis: int) -> Plane:
    """Absolute Haar coefficients: halves of a size × size window against each other."""
    step = np.repeat((1.0, -1.0), size // 2) / size
    return np.abs(_window(_window(plane, step, axis), np.ones(size), 1 - axis))


def _mean2(plane: Plane) -> Plane:
    half = np.array((0.5, 0.5))
    return np.abs(_window(_window(plane, half, 0), half, 1))


def _window(plane: Plane, weights: Plane, axis: int) -> Plane:
    """An even window reaches one pixel further to the right than to the left, as conv2 has it."""
    from scipy.ndimage import correlate1d

    return np.asarray(correlate1d(plane, weights, axis, mode="constant", origin=-1))


def _alike(p: Plane, q: Plane) -> Plane:
    return np.asarray((2 * p * q + C) / (p**2 + q**2 + C))


def _pooled(alike: Plane, weights: Plane) -> float:
    """The weighted mean seen through a logistic function, back through its inverse, squared."""
    total = float(weights.sum())
    if total == 0:
        return 1.0  # both are black
    score = float((weights / (1 + np.exp(-ALPHA * alike))).sum()) / total
    return min(1.0, (math.log(score / (1 - score)) / ALPHA) ** 2)
