"""What Denoise shows: the way to noise, the pictures of one t side by side, the run's timeline."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.containers import Vertical
from textual.widgets import Static

from engine.runs.run_state import RunState
from screens.base.picture_source import PictureLoader
from screens.base.run_view import RunView
from screens.denoise.comparison import COMPARED, Comparison
from screens.denoise.figures import NoiseLine, metrics_table
from screens.denoise.noising import ForwardProcess
from screens.session import Session
from screens.widgets.cell_grid import CellGrid
from screens.widgets.panes import Panes, chosen
from screens.widgets.picture_grid import arrange, room

LEAST = 22
"""Half-cells along a picture's side below which fewer are shown."""
TABLE, LOWEST = 11, 6
"""Lines of the table and what else stands around a grid, and of a row of the grid at least."""
LAYOUTS = ("row", "all", "steps")
"""The pictures of one t; of every t of the run, with the table; one sample by its channels."""


class DenoiseView(Vertical):
    """A run view whose pictures stand beside those that need no model."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"denoise--best", "denoise--quiet"}
    DEFAULT_CSS = """
    DenoiseView { width: 1fr; height: 1fr; }
    DenoiseView > .denoise--best { color: $text-accent; text-style: bold; }
    DenoiseView > .denoise--quiet { color: $text-muted; }
    DenoiseView #table { height: auto; padding: 0 1; }
    DenoiseView #figures { width: 1fr; height: 1fr; content-align: center middle; }
    """

    def __init__(self, session: Session, loader: PictureLoader) -> None:
        self.comparison, self.line, self.loader = Comparison(), NoiseLine(), loader
        self.figures, self.table = Static("", id="figures"), Static("", id="table")
        self.grid, panes = CellGrid(self.figures), Panes()
        content = (self.line, self.grid, self.table, panes)
        self.run_view = RunView(
            session, panes, content, ("sample", "fold_view"), opening=self._open_alone
        )
        super().__init__(self.run_view)
        self.layout_name, self.method = LAYOUTS[0], COMPARED[-1]

    def draw(self) -> None:
        """Show everything again, after anything about it changed."""
        _follow_sample(self)
        steps = self.layout_name == "steps"
        self.grid.display, self.run_view.panes.display = not steps, steps
        self.table.display = self.layout_name == "all"
        forward, t = self.comparison.forward, self.comparison.t
        level = (forward.alpha_bar(t), forward.snr(t)) if forward else None
        self.line.show(t, level, _note(self.loader))
        if self.layout_name == "row":
            _draw_row(self)
        elif self.layout_name == "all":
            _draw_all(self)

    def show_picture(self) -> None:
        """Show the run only beside the picture that it began with, and the other way round."""
        run, loader, comparison = self.run_view.run, self.loader, self.comparison
        comparison.run = run if loader.shows(run) else None
        began = comparison.run is not None and comparison.run.original is not None
        if loader.picture is None or (began and not loader.fresh):
            comparison.forward = None
        elif comparison.forward is None or comparison.forward.prepared is not loader.picture:
            comparison.forward = ForwardProcess(loader.picture)
        self.draw()
        self.refresh_bindings()

    def next_layout(self) -> None:
        """The next one of LAYOUTS that has something to show."""
        timeline = self.run_view.timeline
        has = {"row": True, "all": bool(self.comparison.all()), "steps": bool(timeline.frames)}
        after = LAYOUTS[LAYOUTS.index(self.layout_name) + 1 :] + LAYOUTS
        self.layout_name = next(name for name in after if has[name])
        self.draw()
        self.run_view.panes.again()

    def next_method(self) -> None:
        """Another picture in the last place, where not all have room."""
        turning = COMPARED[len(compared(self)) - 1 :]
        here = turning.index(self.method) if self.method in turning else -1
        self.method = turning[(here + 1) % len(turning)]
        self.draw()

    def _open_alone(self, _: RunState) -> None:
        self.run_view.panes.together = False

    def on_timeline_moved(self) -> None:
        self.draw()

    def on_run_view_channel_changed(self) -> None:
        self.draw()

    def on_cell_grid_resized(self, event: CellGrid.Resized) -> None:
        event.stop()
        self.draw()

    def on_cell_grid_chosen(self, event: CellGrid.Chosen) -> None:
        event.stop()
        self.method = event.name
        self.draw()


def compared(view: DenoiseView) -> list[str]:
    """The pictures of one t that there is room for."""
    counts = range(1, len(COMPARED) + 1)
    fits = [n for n in counts if side(n, *view.grid.content_size) >= LEAST]
    return chosen(COMPARED, max(fits, default=1), view.method)


def side(count: int, columns: int, lines: int) -> int:
    """Half-cells along the side of each of ``count`` pictures with a line above and below."""
    wide, high = room(count, arrange(count, columns, lines), columns, lines)
    return min(wide, 2 * (high - 2))


def _note(loader: PictureLoader) -> str:
    if loader.fresh and loader.picture is not None:
        return f"{loader.picture.title} · {loader.picture.note}"
    return f"reading {loader.reading.picture_name()}" if loader.reading else ""


def _follow_sample(view: DenoiseView) -> None:
    """The timeline and the steps show the sample that began at this t."""
    sample, panes, timeline = view.comparison.sample, view.run_view.panes, view.run_view.timeline
    if sample is not None and sample != panes.sample:
        panes.sample = timeline.sample = sample
        timeline.refresh()
        panes.again()


def _draw_row(view: DenoiseView) -> None:
    comparison, run_view, names = view.comparison, view.run_view, compared(view)
    frame = run_view.timeline.frame if run_view.run is comparison.run else None
    cells = [c for c in comparison.cells(frame, run_view.panes.channel) if c.name in names]
    figures = _figures_of(view, [comparison.t])
    last = bool(figures) and len(names) == len(COMPARED)
    last = last and side(len(names) + 1, *view.grid.content_size) >= LEAST
    view.figures.update(figures)
    view.grid.show(cells, marked=view.method if len(names) < len(COMPARED) else "", last=last)


def _draw_all(view: DenoiseView) -> None:
    times = view.comparison.spec.t if view.comparison.spec else ()
    view.table.update(_figures_of(view, times))
    view.grid.display = view.run_view.size.height - TABLE >= LOWEST * len(times)
    view.table.styles.height = "auto" if view.grid.display else "1fr"
    view.grid.show(view.comparison.all(), across=len(COMPARED) - 1)


def _figures_of(view: DenoiseView, times: Sequence[int]) -> Text:
    known = view.comparison.run.measured if view.comparison.run else []
    best, quiet = (view.get_component_rich_style(f"denoise--{p}") for p in ("best", "quiet"))
    return metrics_table(known, times, best, quiet)
