"""Several pictures: as large as they fit, one of them selected."""

import pytest
from textual.app import App

from screens.picture.widget import Picture
from screens.widgets.picture_grid import PictureGrid, arrange
from tests.support.fake_runs import generate


class Show(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.chosen: list[int] = []

    def compose(self):
        yield PictureGrid()

    @property
    def grid(self) -> PictureGrid:
        return self.query_one(PictureGrid)

    def on_picture_grid_selected(self, event: PictureGrid.Selected) -> None:
        self.chosen.append(event.index)

    def show(self, count: int) -> None:
        images = [generate.drawing(32, i) for i in range(count)]
        self.grid.show(images, [f"sample {i + 1}" for i in range(count)])


@pytest.mark.parametrize(
    ("count", "columns", "lines", "across"),
    [
        (1, 80, 20, 1),
        (2, 80, 20, 2),
        (2, 30, 40, 1),
        (4, 80, 42, 2),
        (4, 160, 20, 4),
        (4, 20, 60, 1),
        (64, 80, 40, 8),
        (0, 80, 20, 1),
        (3, 0, 0, 1),
    ],
)
def test_arrange(count, columns, lines, across):
    assert arrange(count, columns, lines) == across


async def test_pictures_share_the_room_and_do_not_overlap():
    app = Show()
    async with app.run_test(size=(80, 24)) as pilot:
        app.show(4)
        await pilot.pause()
        regions = [p.region for p in app.query(Picture)]
        assert len({r.size for r in regions}) == 1
        assert all(not a.overlaps(b) for a in regions for b in regions if a is not b)
        assert [p.label for p in app.query(Picture)] == [f"sample {i}" for i in range(1, 5)]


async def test_another_number_of_pictures():
    app = Show()
    async with app.run_test(size=(80, 24)) as pilot:
        for count in (4, 1, 9, 2, 0, 3):
            app.show(count)
            await pilot.pause()
            assert len(app.query(Picture)) == count
            assert app.grid.can_focus == (count > 1)


async def test_the_selected_one_is_marked_and_a_single_one_is_not():
    app = Show()
    async with app.run_test(size=(80, 24)) as pilot:
        app.show(2)
        app.grid.selected = 1
        await pilot.pause()
        assert [p.has_class("-selected") for p in app.query(Picture)] == [False, True]
        app.show(1)
        await pilot.pause()
        assert [p.has_class("-selected") for p in app.query(Picture)] == [False]


async def test_a_click_chooses():
    app = Show()
    async with app.run_test(size=(80, 24)) as pilot:
        app.show(2)
        await pilot.pause()
        await pilot.click(app.query(Picture)[1])
        await pilot.pause()
        assert app.chosen == [1]


async def test_show_before_mount():
    class Early(Show):
        def compose(self):
            grid = PictureGrid()
            grid.show([generate.drawing(16)] * 3, ["a", "b", "c"])
            yield grid

    app = Early()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert [p.label for p in app.query(Picture)] == ["a", "b", "c"]


async def test_rows_can_be_asked_for() -> None:
    app = Show()
    async with app.run_test(size=(80, 24)) as pilot:
        app.grid.show([None] * 10, across=5)
        await pilot.pause()
        assert app.grid.styles.grid_size_columns == 5
        app.grid.show([None] * 10)
        await pilot.pause()
        assert app.grid.styles.grid_size_columns == arrange(10, *app.grid.content_size)
