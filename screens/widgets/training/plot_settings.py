"""How curves are drawn: the axis, the smoothing, the zoom, and the lines that these make. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from screens.widgets.training import curves
from screens.widgets.training.curves import Array, Series

WEIGHTS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99)
ZOOMS = {1: "", 4: "quarter", 20: "twentieth"}
"""1/N of the steps, and what the line above says of it."""
Style = Callable[[int, str], str]
"""The style of a colour's number as ``line`` or ``raw``."""


class Line(NamedTuple):
    """A curve as it is drawn: its series, its style, and the points on the axes."""

    series: Series
    style: str
    x: Array
    y: Array


@dataclass
class PlotSettings:
    """``weight`` is the smoothing's (of :data:`WEIGHTS`), ``zoom`` one of :data:`ZOOMS`."""

    logarithmic: bool = True
    weight: float = 0.8
    zoom: int = 1

    @classmethod
    def restored(cls, saved: Mapping[str, Any], weight: float = 0.8) -> "PlotSettings":
        """Those that :meth:`kept` returned, ``weight`` where they say none."""
        wanted = float(saved.get("weight", weight))
        nearest = min(WEIGHTS, key=lambda candidate: abs(candidate - wanted))
        return cls(bool(saved.get("log", True)), nearest)

    def kept(self) -> dict[str, Any]:
        """What is to be there again at the next start."""
        return {"log": self.logarithmic, "weight": self.weight}

    def smooth(self, by: int) -> None:
        """More smoothing, or less."""
        at = WEIGHTS.index(self.weight) + by
        self.weight = WEIGHTS[max(0, min(at, len(WEIGHTS) - 1))]

    def next_zoom(self) -> None:
        """Everything, then less and less: around the mark, or of the end where that is near."""
        order = list(ZOOMS)
        self.zoom = order[(order.index(self.zoom) + 1) % len(order)]

    def visible(self, series: Iterable[Series], mark: float | None) -> list[Series]:
        """What the zoom leaves of the series that have points."""
        filled = [curve for curve in series if curve.steps]
        if self.zoom > 1:
            filled = [
                curves.within(curve, *self._window(curve.steps[-1], mark)) for curve in filled
            ]
        return [curve for curve in filled if curve.steps]

    def log(self, shown: Iterable[Series]) -> bool:
        """Whether the axis is logarithmic: not where nothing is above 0."""
        return self.logarithmic and any(value > 0 for curve in shown for value in curve.values)

    def lines(self, shown: Sequence[Series], log: bool, style: Style, columns: int) -> list[Line]:
        """What is drawn on so many columns, the raw values before the averages over them."""
        return [
            Line(curve, style(curve.colour, kind), *_points(curve, weight, log, columns))
            for kind, weight in (("raw", 0.0), ("line", self.weight))
            for curve in shown
            if kind == "line" or not curve.points
        ]

    def words(self, log: bool, last: float, mark: float | None) -> list[str]:
        """The axis, the smoothing, and what the zoom shows of ``last`` steps."""
        words = ["log" if log else "linear", f"smoothing {self.weight:g}"]
        if self.zoom > 1:
            share, at_end = ZOOMS[self.zoom], self._window(last, mark)[1] == last
            words.append(f"the last {share}" if at_end else f"a {share} around the mark")
        return words

    def _window(self, last: float, mark: float | None) -> tuple[float, float]:
        """The steps that a zoomed curve is drawn for: its end, or those around the mark."""
        span = last / self.zoom
        if mark is None or mark >= last - span:
            return last - span, last
        return mark - span / 2, mark + span / 2


def _points(curve: Series, weight: float, log: bool, columns: int) -> tuple[Array, Array]:
    smooth = weight and not curve.points
    values = curves.smoothed(curve.values, weight) if smooth else curve.values
    x, y = curves.points(curve.steps, values, log)
    return curves.decimated(x, y, most=4 * max(8, columns))
