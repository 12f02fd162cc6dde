"""What Denoise shows: the way to noise, the pictures of one t side by side, the run's timeline."""

from collections.abc import Sequence
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from engine.events import Frame
from engine.runs.run_state import RunState
from screens.base.run_view import RunView
from screens.denoise import metrics_table
from screens.denoise.comparison import WAYS, Comparison
from screens.widgets.cell_grid import CellGrid
from screens.widgets.noise_line import NoiseLine
from screens.widgets.panes import chosen
from screens.widgets.picture_grid import arrange, room
from screens.widgets.timeline import Timeline

LEAST = 22
"""Half-cells along a picture's side below which fewer are shown."""
TABLE, LOWEST = 11, 6
"""Lines of the table and what else stands around a grid, and of a row of the grid at least."""
VIEWS = ("row", "all", "steps")
"""The pictures of one t; of every t of the run, with the table; one sample by its channels."""


def side(count: int, columns: int, lines: int) -> int:
    """Half-cells along the side of each of ``count`` pictures with a line above and below."""
    wide, high = room(count, arrange(count, columns, lines), columns, lines)
    return min(wide, 2 * (high - 2))


class DenoiseView(RunView):
    """A :class:`RunView` whose pictures stand beside those that need no model."""

    HELP = """
    ## The pictures

    **+** and **−** move the noise by 10 timesteps, **\\*** and **_** by 100; **l m h** go to 250,
    500 and 750. The blur follows: **j k** change its kernel, **J K** its sigma, **a** finds the
    best. **Enter** denoises at this t in every way. **↑ ↓** go through the run's own t, **]** to
    the table of all of them and to the steps of one.
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"denoise--best", "denoise--quiet"}
    DEFAULT_CSS = """
    DenoiseView > .denoise--best { color: $text-accent; text-style: bold; }
    DenoiseView > .denoise--quiet { color: $text-muted; }
    DenoiseView #table { height: auto; padding: 0 1; }
    DenoiseView #figures { width: 1fr; height: 1fr; content-align: center middle; }
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.bench, self.line = Comparison(), NoiseLine()
        self.figures, self.table = Static("", id="figures"), Static("", id="table")
        self.grid = CellGrid(self.figures)
        self.view, self.way, self.note = "row", WAYS[-1], ""

    def compose(self) -> ComposeResult:
        yield self.line
        yield self.grid
        yield self.table
        yield self.panes
        yield self.timeline

    @property
    def ways(self) -> list[str]:
        """The pictures that there is room for."""
        fits = [n for n in range(1, len(WAYS) + 1) if side(n, *self.grid.content_size) >= LEAST]
        return chosen(WAYS, max(fits, default=1), self.way)

    def open(self, trace: RunState) -> None:
        super().open(trace)
        self.panes.together = False

    def draw(self) -> None:
        """Show everything again, after anything about it changed."""
        self._choose_sample()
        self.grid.display, self.panes.display = self.view != "steps", self.view == "steps"
        self.table.display = self.view == "all"
        forward = self.bench.forward
        level = forward and (forward.alpha_bar(self.bench.t), forward.snr(self.bench.t))
        self.line.show(self.bench.t, level or None, self.note)
        if self.view == "row":
            self._row()
        elif self.view == "all":
            self._all()

    def next_view(self) -> None:
        """The next one of VIEWS that has something to show."""
        has = {"row": True, "all": bool(self.bench.all()), "steps": bool(self.timeline.frames)}
        after = VIEWS[VIEWS.index(self.view) + 1 :] + VIEWS
        self.view = next(view for view in after if has[view])
        self.draw()
        self.panes.again()

    def next_way(self) -> None:
        """Another picture in the last place, where not all have room."""
        turning = WAYS[len(self.ways) - 1 :]
        here = turning.index(self.way) if self.way in turning else -1
        self.way = turning[(here + 1) % len(turning)]
        self.draw()

    def _row(self) -> None:
        ways = self.ways
        cells = [c for c in self.bench.cells(self._frame, self.panes.channel) if c.name in ways]
        said = self._said([self.bench.t])
        last = bool(said) and len(ways) == len(WAYS)
        last = last and side(len(ways) + 1, *self.grid.content_size) >= LEAST
        self.figures.update(said)
        self.grid.show(cells, marked=self.way if len(ways) < len(WAYS) else "", last=last)

    def _all(self) -> None:
        times = self.bench.spec.t if self.bench.spec else ()
        self.table.update(self._said(times))
        self.grid.display = self.size.height - TABLE >= LOWEST * len(times)
        self.table.styles.height = "auto" if self.grid.display else "1fr"
        self.grid.show(self.bench.all(), across=len(WAYS) - 1)

    def _said(self, times: Sequence[int]) -> Text:
        known = self.bench.trace.measured if self.bench.trace else []
        best, quiet = (self.get_component_rich_style(f"denoise--{p}") for p in ("best", "quiet"))
        return metrics_table.table(known, times, best, quiet)

    @property
    def _frame(self) -> Frame | None:
        return self.timeline.frame if self.trace is self.bench.trace else None

    def _choose_sample(self) -> None:
        sample = self.bench.sample
        if sample is not None and sample != self.panes.sample:
            self.panes.sample = self.timeline.sample = sample
            self.timeline.refresh()
            self.panes.again()

    def on_timeline_moved(self, _: Timeline.Moved) -> None:
        self.draw()

    def on_cell_grid_resized(self, event: CellGrid.Resized) -> None:
        event.stop()
        self.draw()

    def on_cell_grid_chosen(self, event: CellGrid.Chosen) -> None:
        event.stop()
        self.way = event.name
        self.draw()
