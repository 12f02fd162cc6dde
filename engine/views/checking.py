"""Whether a function is a view at all: linear, and orthogonal, by random probes.

A network expects noise that is independent from pixel to pixel and of unit strength. Only an
orthogonal map gives that back from such noise (Geng et al. 2024, arXiv 2311.17919).
"""

from collections.abc import Callable

import numpy as np

from engine.errors import BadInput
from engine.views.view import Array

Probe = Callable[[Array], Array]
"""From (3, side, side) to what should be of that shape."""

TOLERANCE = 1e-4
PAIRS = 3
_SEED = 2718
_RIGHT = "a view must keep i.i.d. unit noise (permute pixels, or negate)"


def check(seen: Probe, name: str, side: int, back: Probe | None = None) -> None:
    """Raise BadInput, in one line that begins with `name`, where `seen` is no view.

    Shape, linearity, norms and inner products, and that `back`, if there is one, undoes it; all
    to 1e-4 of the probes' norms. Without `back` the transpose undoes an orthogonal map.
    """
    draw = np.random.default_rng(_SEED)
    for _ in range(PAIRS):
        x, y = draw.standard_normal((2, 3, side, side), np.float32)
        _check_pair(seen, name, x, y)
        if back is not None:
            _check_back(seen, back, name, x)


def _check_pair(seen: Probe, name: str, x: Array, y: Array) -> None:
    fx, fy = (_probed(seen, "view", name, part) for part in (x, y))
    a, b = np.float32(0.7), np.float32(-1.6)
    if not _near(_probed(seen, "view", name, a * x + b * y), a * fx + b * fy):
        raise BadInput(
            f"{name}: not linear: view(a·x + b·y) is not a·view(x) + b·view(y); a view may not"
            " clip, add or multiply pixels, or change from call to call"
        )
    if not _alike(_length(fx), _length(x)):
        raise BadInput(f"{name}: not orthogonal: {_strength(_length(fx) / _length(x))}; {_RIGHT}")
    change = abs(float(np.sum(fx * fy)) - float(np.sum(x.astype(np.float64) * y)))
    if change > TOLERANCE * _length(x) * _length(y):
        raise BadInput(f"{name}: not orthogonal: it makes independent noises alike; {_RIGHT}")


def _check_back(seen: Probe, back: Probe, name: str, x: Array) -> None:
    there = _probed(seen, "view", name, x).astype(np.float32)
    if not _near(_probed(back, "inverse", name, there), x):
        raise BadInput(
            f"{name}: inverse does not undo view; mend it, or leave it out, since the transpose"
            " undoes a view"
        )


def _probed(function: Probe, called: str, name: str, x: Array) -> Array:
    result = function(x)
    if result.shape != x.shape:
        raise BadInput(
            f"{name}: {called} makes {result.shape} of {x.shape}; a view must keep the shape"
        )
    if not np.isfinite(result).all():
        raise BadInput(f"{name}: {called} gives values that are not finite")
    return result


def _strength(ratio: float) -> str:
    if abs(ratio - 1) < 0.005:
        return "it shows some of the noise more than once, or less"
    return f"it scales the noise by {ratio:.2f}"


def _near(result: Array, right: Array) -> bool:
    return _length(result - right) <= TOLERANCE * max(_length(right), 1e-9)


def _alike(length: float, expected: float) -> bool:
    return abs(length - expected) <= TOLERANCE * expected


def _length(x: Array) -> float:
    return float(np.linalg.norm(x.astype(np.float64)))
