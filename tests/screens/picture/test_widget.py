"""The picture in an app: its pixels on the screen, its label, and how it gives way."""

import pytest
from PIL import Image
from textual.app import App
from textual.geometry import Region

from screens.picture import picture_mode
from screens.picture import strip_widget as cells
from screens.picture.fit import scaled
from screens.picture.half_blocks import HalfBlocks
from screens.picture.widget import Picture
from tests.support.fake_runs import generate


class Show(App[None]):
    def compose(self):
        yield Picture()

    @property
    def picture(self) -> Picture:
        return self.query_one(Picture)


def pixels(app: App[None], region: Region) -> Image.Image:
    """The half-blocks that the compositor holds for ``region``."""
    image = Image.new("RGB", (region.width, region.height * 2))
    for y, strip in enumerate(app.screen._compositor.render_strips()[region.y : region.bottom]):
        cells = [(c, s.style) for s in strip.crop(region.x, region.right) for c in s.text]
        for x, (char, style) in enumerate(cells):
            low = style.color if char == "▄" else style.bgcolor
            image.putpixel((x, 2 * y), tuple(style.bgcolor.triplet))
            image.putpixel((x, 2 * y + 1), tuple(low.triplet))
    return image


async def test_pixels_reach_the_screen_in_the_right_aspect():
    app = Show()
    async with app.run_test(size=(64, 32)) as pilot:
        image = generate.drawing(64)
        app.picture.show(image)
        await pilot.pause()
        assert app.picture.cells.place == (0, 0, 64, 64)
        assert pixels(app, app.picture.region).tobytes() == image.tobytes()


async def test_label_stands_above_the_left_edge():
    app = Show()
    async with app.run_test(size=(60, 21)) as pilot:
        app.picture.show(generate.drawing(32), "x̂0")
        await pilot.pause()
        assert app.picture.cells.place == (10, 2, 40, 40)
        top = app.screen._compositor.render_strips()[0].text
        assert top.index("x̂0") == 10


async def test_nothing_is_drawn_twice():
    """A repaint of the screen asks for the same strips; another picture makes others."""
    app = Show()
    async with app.run_test(size=(40, 20)) as pilot:
        app.picture.show(generate.drawing(32), "a")
        await pilot.pause()
        first = app.picture.render_line(5)
        app.picture.refresh()
        await pilot.pause()
        assert app.picture.render_line(5) is first
        app.picture.show(generate.drawing(32, 1), "a")
        assert app.picture.render_line(5) is not first


async def test_another_size_draws_again():
    app = Show()
    async with app.run_test(size=(40, 20)) as pilot:
        app.picture.show(generate.drawing(32))
        await pilot.pause()
        await pilot.resize_terminal(30, 10)
        await pilot.pause()
        assert app.picture.cells.place == (5, 0, 20, 20)
        assert pixels(app, Region(5, 0, 20, 10)).size == (20, 20)


async def test_the_compositor_keeps_the_fast_strips():
    """Between picture and terminal nobody takes a strip apart into a style for each cell."""
    app = Show()
    async with app.run_test(size=(40, 20)) as pilot:
        app.picture.show(generate.drawing(32))
        await pilot.pause()
        lines = app.picture.render_lines(Region(0, 0, 40, 20))
        assert all(isinstance(line, HalfBlocks) for line in lines)


async def test_padding_and_a_picture_beside_it_still_work():
    class Two(App[None]):
        CSS = "Picture { padding: 1 2; } Screen { layout: horizontal; }"

        def compose(self):
            yield Picture(id="one")
            yield Picture(id="two")

    app = Two()
    async with app.run_test(size=(48, 12)) as pilot:
        image = generate.drawing(32)
        for picture in app.query(Picture):
            picture.show(image)
        await pilot.pause()
        one = app.query_one("#one", Picture)
        left, top, width, height = one.cells.place
        spot = Region(2 + left, 1 + top // 2, width, height // 2)
        seen = pixels(app, spot)
        assert seen.tobytes() == pixels(app, spot.translate((24, 0))).tobytes()
        assert seen.tobytes() == scaled(image, (width, height)).tobytes()


async def test_empty_place_and_tiny_rooms_do_not_crash():
    app = Show()
    async with app.run_test(size=(10, 5)) as pilot:
        app.picture.show(None, "waiting for the model")
        await pilot.pause()
        for size in ((1, 1), (2, 1), (1, 2), (3, 3)):
            app.picture.show(generate.drawing(8), "a long label")
            await pilot.resize_terminal(*size)
            await pilot.pause()


async def test_no_selection_on_pictures():
    assert not Picture.ALLOW_SELECT


async def test_off_shows_the_label_and_the_size():
    picture_mode.choose("off")
    try:
        app = Show()
        async with app.run_test(size=(20, 11)) as pilot:
            app.picture.show(generate.drawing(32), "x_t")
            await pilot.pause()
            text = "\n".join(s.text for s in app.screen._compositor.render_strips())
            assert text.split() == ["x_t", "32", "×", "32"]
    finally:
        picture_mode.choose("half")


@pytest.mark.parametrize("system", ["256", "standard", None])
async def test_poorer_terminals_get_a_picture(system, monkeypatch):
    really = cells.encoding_for
    monkeypatch.setattr(cells, "encoding_for", lambda _: really(system))
    app = Show()
    async with app.run_test(size=(20, 10)) as pilot:
        app.picture.show(generate.drawing(32))
        await pilot.pause()
        lines = [app.picture.render_line(y) for y in range(10)]
        styles = {segment.style for line in lines for segment in line}
        texts = {char for line in lines for char in line.text}
        assert len(styles) > 3 or len(texts & set("░▒▓█")) > 2


async def test_no_color_is_greys(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    app = Show()
    async with app.run_test(size=(20, 10)) as pilot:
        app.picture.show(generate.drawing(32))
        await pilot.pause()
        seen = pixels(app, Region(0, 0, 20, 10))
        red, green, blue = (band.tobytes() for band in seen.split())
        assert red == green == blue
        assert len(set(red)) > 3


async def test_show_before_mount():
    class Early(Show):
        def compose(self):
            picture = Picture()
            picture.show(generate.drawing(16), "early")
            yield picture

    app = Early()
    async with app.run_test(size=(20, 11)) as pilot:
        await pilot.pause()
        assert "early" in app.screen._compositor.render_strips()[0].text


async def test_no_picture_is_larger_than_placeholders_can_number():
    app = Show()
    async with app.run_test(size=(400, 30)) as pilot:
        app.picture.show(Image.new("RGB", (4000, 1)))
        await pilot.pause()
        left, _, width, _ = app.picture.cells.place
        assert width == 297
        assert left == (400 - 297) // 2
