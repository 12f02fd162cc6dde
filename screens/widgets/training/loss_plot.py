"""Curves over steps, live: raw values faint, averages bright, drawn 4 times a second at most."""

from collections.abc import Sequence
from time import monotonic
from typing import ClassVar

from rich.text import Text
from textual.containers import Vertical
from textual.timer import Timer
from textual.widgets import Static
from textual_plot import HiResMode, PlotWidget
from textual_plot.axis_formatter import NumericAxisFormatter

from screens.widgets.training import curves
from screens.widgets.training.curves import Series
from screens.widgets.training.plot_settings import Line, PlotSettings

PERIOD = 0.25
"""Seconds from one drawing to the next, at least."""
COLOURS = 6
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
    """The library's plot without its own keys; the view around it owns them."""

    BINDINGS: ClassVar[list] = []  # type: ignore[type-arg]
    ALLOW_SELECT = False
    margin_top, margin_bottom, margin_left = 0, 1, MARGIN

    def __init__(self) -> None:
        super().__init__(allow_pan_and_zoom=False)
        self._numbers = Formatter()
        self.set_y_formatter(self._numbers)
        self.set_xlabel("")

    def draw(self, lines: Sequence[Line], log: bool, mark: float | None, mark_style: str) -> None:
        """Draw these and nothing else, and an upright line at step ``mark`` behind them."""
        self._numbers.log = log
        self.clear()
        ends = self._set_limits(lines)
        if mark is not None and lines:
            self.plot([mark] * 2, ends, mark_style, HiResMode.BRAILLE)
        for line in lines:
            if len(line.x) and line.series.points:
                self.scatter(line.x, line.y, POINT, line.style)
            elif len(line.x):
                self.plot(line.x, line.y, line.style, HiResMode.BRAILLE)

    def _set_limits(self, lines: Sequence[Line]) -> tuple[float, float]:
        """Limits with room for single points; those of the y axis."""
        x, y = curves.limits([line.x for line in lines]), curves.limits([y for *_, y in lines])
        if any(line.series.points for line in lines):
            x, y = curves.padded(x), curves.padded(y)
        self.set_xlimits(*x)
        self.set_ylimits(*y)
        return y


class LossPlot(Vertical):
    """Several series in their colours under a line that names them and says how they are drawn.

    Who changes ``settings`` calls :meth:`again`.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "loss-plot--legend", "loss-plot--mark",
        *(f"loss-plot--{kind}{n}" for n in range(COLOURS) for kind in ("line", "raw")),
    }  # fmt: skip
    DEFAULT_CSS = """
    LossPlot { height: 1fr; width: 1fr; }
    LossPlot > Static { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    LossPlot > Axes { height: 1fr; }
    LossPlot > Axes > .plot--axis { color: $foreground 20%; }
    LossPlot > Axes > .plot--tick { color: $text-muted; text-style: none; }
    LossPlot > .loss-plot--legend { color: $text-muted; }
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
        self._legend, self._axes = Static(""), Axes()
        super().__init__(self._legend, self._axes)
        self.settings, self.drawn = PlotSettings(), 0
        self.series: Sequence[Series] = ()
        self.mark: float | None = None
        self._title, self._last = "", 0.0
        self._later: Timer | None = None

    def on_mount(self) -> None:
        self.again()

    def show(self, title: str, series: Sequence[Series], mark: float | None = None) -> None:
        """Show these from now on, and an upright line at step ``mark``."""
        self._title, self.series, self.mark = title, series, mark
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

    def legend(self, log: bool) -> Text:
        """The names of the series in their colours, and how they are drawn."""
        line = Text(no_wrap=True, overflow="ellipsis")
        for curve in self.series:
            if curve.name:
                line.append(f"━ {curve.name}  ", self.colour(curve.colour))
        if any(curve.points and not curve.name for curve in self.series):
            line.append(f"{POINT} mean of an epoch  ", self._style("legend"))
        last = max((curve.steps[-1] for curve in self.series if curve.steps), default=0.0)
        words = [self._title, *self.settings.words(log, last, self.mark)]
        return line.append(" · ".join(filter(None, words)), self._style("legend"))

    def _draw(self) -> None:
        self._later, self._last, self.drawn = None, monotonic(), self.drawn + 1
        shown = self.settings.visible(self.series, self.mark)
        log = self.settings.log(shown)
        lines = self.settings.lines(shown, log, self.colour, self.content_size.width)
        with self.app.batch_update():
            self._axes.draw(lines, log, self.mark, self._style("mark"))
            self._legend.update(self.legend(log))

    def _style(self, part: str) -> str:
        color = self.get_component_rich_style(f"loss-plot--{part}").color
        return color.name if color else "default"
