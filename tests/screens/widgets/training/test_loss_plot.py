"""The plot in an app: what it draws, how often, and what it survives."""

import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from screens.widgets.training import loss_plot
from screens.widgets.training.curves import Series
from screens.widgets.training.loss_plot import LossPlot

FALLING = Series("stage1", list(range(1, 200)), [2 / n for n in range(1, 200)])


class Holder(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.plot = LossPlot()

    def compose(self) -> ComposeResult:
        yield self.plot


@asynccontextmanager
async def shown(*series: Series) -> AsyncIterator[tuple[LossPlot, Pilot[None]]]:
    app = Holder()
    async with app.run_test(size=(80, 20)) as pilot:
        app.plot.show("loss", series)
        app.plot._draw()
        await pilot.pause()
        yield app.plot, pilot


def text(plot: LossPlot) -> str:
    """What stands on the screen."""
    strips = plot.screen._compositor.render_strips(plot.screen.size)
    return "\n".join(strip.text for strip in strips)


def braille(plot: LossPlot) -> int:
    return sum("\u2800" < letter <= "\u28ff" for letter in text(plot))


async def test_a_curve_is_drawn_with_its_name_and_round_numbers() -> None:
    async with shown(FALLING) as (plot, _):
        assert braille(plot) > 40
        assert "━ stage1  loss · log · smoothing 0.8" in text(plot)
        assert all(f" {mark} " in text(plot) for mark in ("1", "0.5", "0.1", "0.05"))
        assert " 50 " in text(plot).splitlines()[-1]


@pytest.mark.parametrize(
    "values",
    [
        [0.0] * 9,
        [-1.0, 0.0, 2.0, 0.5],
        [math.nan] * 4,
        [math.inf, 1.0, -math.inf],
        [1e-300, 1e300],
        [5.0],
        [],
    ],
    ids=str,
)
async def test_no_value_is_too_odd_for_either_axis(values: list[float]) -> None:
    async with shown(Series("odd", list(range(len(values))), values)) as (plot, pilot):
        settings = plot.settings
        linear = partial(setattr, settings, "logarithmic", False)
        for change in (linear, settings.next_zoom, settings.next_zoom, lambda: settings.smooth(9)):
            change()
            plot._draw()
            await pilot.pause()
        assert "odd" in text(plot)


async def test_where_nothing_is_above_zero_the_axis_is_linear() -> None:
    async with shown(Series("flat", [1, 2, 3], [0.0, -1.0, -2.0])) as (plot, _):
        assert plot.settings.logarithmic
        assert "linear" in text(plot)
        assert braille(plot)


async def test_however_often_it_is_told_it_draws_four_times_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [1000.0]
    monkeypatch.setattr(loss_plot, "monotonic", lambda: now[0])
    async with shown(FALLING) as (plot, _):
        timers: list[tuple[float, Callable[[], None]]] = []
        monkeypatch.setattr(plot, "set_timer", lambda wait, do: timers.append((wait, do)) or True)
        plot._later = None
        before = plot.drawn
        for _tick in range(100):  # one second, told a hundred times
            plot.show("loss", [FALLING])
            now[0] += 0.01
            if timers and now[0] >= 1000.0 + 0.25 * (plot.drawn - before + 1):
                timers.pop()[1]()
        assert 3 <= plot.drawn - before <= 4


async def test_several_curves_have_several_colours_and_zoom_cuts_each() -> None:
    other = Series("stage2", list(range(1, 50)), [1.0] * 49, 1)
    async with shown(FALLING, other) as (plot, _):
        assert len({plot.colour(n) for n in range(loss_plot.COLOURS)}) == loss_plot.COLOURS
        plot.settings.next_zoom()
        visible = plot.settings.visible(plot.series, plot.mark)
        assert [one.steps[0] for one in visible] == [150, 37]
        assert plot.legend(True).plain.endswith("the last quarter")
        plot.show("loss", [FALLING], mark=100.0)
        (one,) = plot.settings.visible(plot.series, plot.mark)
        assert (one.steps[0], one.steps[-1]) == (76, 124)
        assert plot.legend(True).plain.endswith("a quarter around the mark")


async def test_neither_the_mark_nor_the_edge_hides_a_mean_of_an_epoch() -> None:
    means = Series("", [1, 50, 199], [2.0, 0.04, 0.01], points=True)
    async with shown(FALLING, means) as (plot, pilot):
        plot.show("loss", [FALLING, means], mark=199.0)
        plot._draw()
        await pilot.pause()
        assert "".join(text(plot).splitlines()[1:]).count("◆") == 3
        assert "◆ mean of an epoch" in text(plot)
