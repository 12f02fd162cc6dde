"""Curves over steps, live: raw values faint, averages bright, drawn 4 times a second at most."""

from collections.abc import Sequence
from time import monotonic
from typing import ClassVar, NamedTuple

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.timer import Timer
from textual.widgets import Static
from textual_plot import HiResMode, PlotWidget
from textual_plot.axis_formatter import NumericAxisFormatter

from screens.widgets.training import curves
from screens.widgets.training.curves import Array, Series

PERIOD = 0.25
"""Seconds from one drawing to the next, at least."""
COLOURS = 6
WEIGHTS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99)
ZOOMS = {1: "", 4: "quarter", 20: "twentieth"}
"""1/N of the steps, and what the line above says of it."""
POINT = "◆"
MARGIN = 8
"""Columns left of the plot, for the numbers."""


class Formatter(NumericAxisFormatter):
    """Numbers on the y axis, as they are or as powers of ten of a log axis."""

    log = True

    def get_ticks(self, min_: float, max_: float, max_ticks: int = 8) -> list[float]:
        return curves.log_ticks(min_, max_) if self.log else super().get_ticks(min_, max_, 6)

    def get_labels_for_ticks(self, ticks: Sequence[float]) -> list[str]:
        return [f"{10**tick if self.log else tick:.2g}" for tick in ticks]


class Axes(PlotWidget, can_focus=False):
    """The library's plot without its own keys; the place around it owns them."""

    BINDINGS: ClassVar[list] = []  # type: ignore[type-arg]
    ALLOW_SELECT = False
    margin_top, margin_bottom, margin_left = 0, 1, MARGIN


class Line(NamedTuple):
    """A curve as it is drawn: its series, its style, and the points on the axes."""

    series: Series
    style: str
    x: Array
    y: Array


class LossPlot(Vertical):
    """Several series in their colours under a line that names them and says how they are drawn."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "loss-plot--said", "loss-plot--mark",
        *(f"loss-plot--{kind}{n}" for n in range(COLOURS) for kind in ("line", "raw")),
    }  # fmt: skip
    DEFAULT_CSS = """
    LossPlot { height: 1fr; width: 1fr; }
    LossPlot > Static { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    LossPlot > Axes { height: 1fr; }
    LossPlot > Axes > .plot--axis { color: $foreground 20%; }
    LossPlot > Axes > .plot--tick { color: $text-muted; text-style: none; }
    LossPlot > .loss-plot--said { color: $text-muted; }
    LossPlot > .loss-plot--mark { color: $foreground 30%; }
    LossPlot > .loss-plot--line0 { color: $accent; }
    LossPlot > .loss-plot--raw0 { color: $accent 35%; }
    LossPlot > .loss-plot--line1 { color: $success; }
    LossPlot > .loss-plot--raw1 { color: $success 35%; }
    LossPlot > .loss-plot--line2 { color: $primary; }
    LossPlot > .loss-plot--raw2 { color: $primary 35%; }
    LossPlot > .loss-plot--line3 { color: $secondary; }
    LossPlot > .loss-plot--raw3 { color: $secondary 35%; }
    LossPlot > .loss-plot--line4 { color: $error; }
    LossPlot > .loss-plot--raw4 { color: $error 35%; }
    LossPlot > .loss-plot--line5 { color: $foreground 70%; }
    LossPlot > .loss-plot--raw5 { color: $foreground 30%; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.logarithmic, self.weight, self.zoom, self.drawn = True, 0.8, 1, 0
        self._said, self._axes = Static(""), Axes(allow_pan_and_zoom=False)
        self._formatter = Formatter()
        self._series: Sequence[Series] = ()
        self._mark: float | None = None
        self._title, self._last = "", 0.0
        self._later: Timer | None = None

    def compose(self) -> ComposeResult:
        yield self._said
        yield self._axes

    def on_mount(self) -> None:
        self._axes.set_y_formatter(self._formatter)
        self._axes.set_xlabel("")
        self.again()

    def show(self, title: str, series: Sequence[Series], mark: float | None = None) -> None:
        """Show these from now on, and an upright line at step ``mark``."""
        self._title, self._series, self._mark = title, series, mark
        self.again()

    def toggle_log(self) -> None:
        """From a log axis to a linear one, or back."""
        self.logarithmic = not self.logarithmic
        self.again()

    def smooth(self, by: int) -> None:
        """More smoothing, or less."""
        at = WEIGHTS.index(self.weight) + by
        self.weight = WEIGHTS[max(0, min(at, len(WEIGHTS) - 1))]
        self.again()

    def smooth_by(self, weight: float) -> None:
        """The nearest of the weights there are."""
        self.weight = min(WEIGHTS, key=lambda known: abs(known - weight))
        self.again()

    def next_zoom(self) -> None:
        """Everything, then less and less: around the mark, or of the end where that is near."""
        order = list(ZOOMS)
        self.zoom = order[(order.index(self.zoom) + 1) % len(order)]
        self.again()

    def colour(self, number: int, kind: str = "line") -> str:
        """A series' colour as a rich style."""
        return self._style(f"{kind}{number % COLOURS}")

    def again(self) -> None:
        """Draw: now, or as soon as the last drawing is ``PERIOD`` old."""
        if self._later is not None or not self.is_mounted:
            return
        wait = self._last + PERIOD - monotonic()
        if wait <= 0:
            self._draw()
        else:
            self._later = self.set_timer(wait, self._draw)

    def notify_style_update(self) -> None:
        """Another theme has other colours."""
        super().notify_style_update()
        self.again()

    def on_resize(self) -> None:
        self.again()

    def _draw(self) -> None:
        self._later, self._last, self.drawn = None, monotonic(), self.drawn + 1
        shown = self._shown()
        log = self.logarithmic and any(v > 0 for one in shown for v in one.values)
        self._formatter.log = log
        lines = self._lines(shown, log)
        with self.app.batch_update():
            self._axes.clear()
            self._frame(lines)
            for line in lines:
                self._add(line)
            self._said.update(self._legend(log))

    def _lines(self, shown: Sequence[Series], log: bool) -> list[Line]:
        """What is drawn, the raw values before the averages over them."""
        return [
            Line(one, self.colour(one.colour, kind), *self._points(one, weight, log))
            for kind, weight in (("raw", 0.0), ("line", self.weight))
            for one in shown
            if kind == "line" or not one.points
        ]

    def _frame(self, lines: Sequence[Line]) -> None:
        """Limits, with room for single points, and the mark: first, so that it hides nothing."""
        limits = curves.limits([line.x for line in lines]), curves.limits([y for *_, y in lines])
        if any(line.series.points for line in lines):
            limits = curves.padded(limits[0]), curves.padded(limits[1])
        self._axes.set_xlimits(*limits[0])
        self._axes.set_ylimits(*limits[1])
        if self._mark is not None and lines:
            ends = [self._mark] * 2, limits[1]
            self._axes.plot(*ends, self._style("mark"), HiResMode.BRAILLE)

    def _shown(self) -> list[Series]:
        series = [one for one in self._series if one.steps]
        if self.zoom > 1:
            series = [curves.within(one, *self._window(one.steps[-1])) for one in series]
        return [one for one in series if one.steps]

    def _window(self, last: float) -> tuple[float, float]:
        """The steps that a zoomed curve is drawn for: its end, or those around the mark."""
        span, mark = last / self.zoom, self._mark
        if mark is None or mark >= last - span:
            return last - span, last
        return mark - span / 2, mark + span / 2

    def _points(self, one: Series, weight: float, log: bool) -> tuple[Array, Array]:
        smooth = weight and not one.points
        values = curves.smoothed(one.values, weight) if smooth else one.values
        found = curves.points(one.steps, values, log)
        return curves.decimated(*found, most=4 * max(8, self.content_size.width))

    def _add(self, line: Line) -> None:
        if len(line.x) and line.series.points:
            self._axes.scatter(line.x, line.y, POINT, line.style)
        elif len(line.x):
            self._axes.plot(line.x, line.y, line.style, HiResMode.BRAILLE)

    @property
    def _zoomed(self) -> str:
        """What the zoom shows, in words."""
        last = max((one.steps[-1] for one in self._series if one.steps), default=0.0)
        if self.zoom == 1:
            return ""
        at_end = self._window(last)[1] == last
        return f"the last {ZOOMS[self.zoom]}" if at_end else f"a {ZOOMS[self.zoom]} around the mark"

    def _legend(self, log: bool) -> Text:
        how = ["log" if log else "linear", f"smoothing {self.weight:g}", self._zoomed]
        said = Text(no_wrap=True, overflow="ellipsis")
        for one in self._series:
            if one.name:
                said.append(f"━ {one.name}  ", self.colour(one.colour))
        if any(one.points and not one.name for one in self._series):
            said.append(f"{POINT} mean of an epoch  ", self._style("said"))
        tail = " · ".join(part for part in (self._title, *how) if part)
        return said.append(tail, self._style("said"))

    def _style(self, part: str) -> str:
        found = self.get_component_rich_style(f"loss-plot--{part}").color
        return found.name if found else "default"
