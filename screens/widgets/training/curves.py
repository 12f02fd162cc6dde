"""What a plot does to a curve before it draws it: smoothing, a logarithm, fewer points. Pure."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Series:
    """One curve: its name, its points with rising ``steps``, and the number of its colour.

    One of single ``points`` is no line, and is not smoothed.
    """

    name: str
    steps: Sequence[float]
    values: Sequence[float]
    colour: int = 0
    points: bool = False


def smoothed(values: Sequence[float], weight: float) -> list[float]:
    """Exponential moving average with ``weight`` (0 to below 1) on the past, its start unbiased.

    Values that are not finite are passed over: they leave the average as it is.
    """
    average, share, out = 0.0, 0.0, []
    for value in values:
        if math.isfinite(value):
            average = weight * average + (1 - weight) * value
            share = weight * share + (1 - weight)
        out.append(average / share if share else math.nan)
    return out


def decimated(x: Array, y: Array, most: int) -> tuple[Array, Array]:
    """At most ``most`` points (2 or more), of each stretch of the curve its lowest and its highest.

    So no peak is lost, whatever the number of points; both arrays are (N,) and finite.
    """
    if len(x) <= most:
        return x, y
    bounds = np.linspace(0, len(x), most // 2 + 1).astype(int)
    stretches = list(pairwise(bounds))
    extremes = {int(a + f(y[a:b])) for a, b in stretches for f in (np.argmin, np.argmax)}
    indices = np.array(sorted(extremes))
    return x[indices], y[indices]


def within(series: Series, first: float, last: float = math.inf) -> Series:
    """The points from step ``first`` to step ``last``."""
    a, b = bisect_left(series.steps, first), bisect_right(series.steps, last)
    return replace(series, steps=series.steps[a:b], values=series.values[a:b])


def points(steps: Sequence[float], values: Sequence[float], log: bool) -> tuple[Array, Array]:
    """What can be drawn: finite, and above 0 on a log axis, where y is the decimal logarithm."""
    x, y = np.asarray(steps, np.float64), np.asarray(values, np.float64)
    drawable = np.isfinite(y) & (y > 0) if log else np.isfinite(y)
    x, y = x[drawable], y[drawable]
    return x, np.log10(y) if log else y


def limits(drawn: Sequence[Array]) -> tuple[float, float]:
    """The lowest and the highest of all values, set apart where they are one; 0 to 1 of none."""
    some = [values for values in drawn if len(values)]
    if not some:
        return 0.0, 1.0
    low, high = min(float(v.min()) for v in some), max(float(v.max()) for v in some)
    apart = high - low > 1e-9 * max(abs(low), abs(high))
    room = 0.0 if apart else max(0.05 * abs(high), 0.5)
    return low - room, high + room


def padded(ends: tuple[float, float], share: float = 0.015) -> tuple[float, float]:
    """Limits a little farther out, so that a mark on the edge is whole."""
    room = share * (ends[1] - ends[0])
    return ends[0] - room, ends[1] + room


def log_ticks(low: float, high: float) -> list[float]:
    """Where the ticks of a log axis stand, as logarithms: 1, 2, 5 of each decade, or decades."""
    decades = range(math.floor(low), math.ceil(high) + 1)
    wide = high - low > 3
    ticks = [d + math.log10(m) for d in decades for m in ((1,) if wide else (1, 2, 5))]
    inside = [tick for tick in ticks if low <= tick <= high]
    if len(inside) >= 2:
        return inside
    return [low + (high - low) * k / 4 for k in range(5)]
