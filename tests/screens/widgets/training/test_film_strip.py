"""The strip follows the newest sheet until somebody moves back."""

from textual.app import App, ComposeResult

from engine.events import Samples
from screens.widgets.progress_track import CURSOR, MARK
from screens.widgets.training.film_strip import FilmStrip


def sheets(*steps: int) -> list[Samples]:
    return [Samples("r", 0.0, "one", step, f"{step}.png") for step in steps]


class Holder(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.film = FilmStrip()
        self.seen: list[int | None] = []

    def compose(self) -> ComposeResult:
        yield self.film

    def on_film_strip_moved(self, event: FilmStrip.Moved) -> None:
        self.seen.append(event.sheet.step if event.sheet else None)


async def test_it_follows_the_newest_and_stays_where_somebody_went() -> None:
    app = Holder()
    async with app.run_test(size=(41, 5)) as pilot:
        film = app.film
        film.load(sheets(100, 200), 230)
        await pilot.pause()
        film.grew(sheets(100, 200, 300), 310)
        await pilot.pause()
        assert app.seen[-1] == 300
        film.go(-2)
        film.grew(sheets(100, 200, 300, 400), 420)
        await pilot.pause()
        assert (film.cursor, app.seen[-1]) == (0, 100)
        film.go(99)
        film.grew(sheets(100, 200, 300, 400, 500), 500)
        await pilot.pause()
        assert app.seen[-1] == 500


async def test_nothing_is_said_again_while_there_is_no_sheet() -> None:
    app = Holder()
    async with app.run_test(size=(41, 5)) as pilot:
        app.film.load([], 0)
        for step in (10, 20):
            app.film.grew([], step)
        await pilot.pause()
        assert app.seen == [None]


async def test_a_sheet_whose_attempt_no_longer_counts_is_left() -> None:
    app = Holder()
    async with app.run_test(size=(41, 5)) as pilot:
        app.film.load(sheets(100, 200, 300), 310)
        app.film.go(-1)
        app.film.grew(sheets(100), 150)
        await pilot.pause()
        assert app.seen[-1] == 100
        app.film.grew([], 0)
        await pilot.pause()
        assert app.film.sheet is None


async def test_marks_lie_where_their_steps_are() -> None:
    app = Holder()
    async with app.run_test(size=(43, 5)) as pilot:
        app.film.load(sheets(100, 200, 400), 400)
        await pilot.pause()
        bar = app.film.render_line(0).text
        assert (bar.index(MARK), bar.rindex(MARK), bar.index(CURSOR)) == (10, 20, 40)
