"""A mask over a picture, by keys alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from PIL import Image
from textual.app import App
from textual.pilot import Pilot

from screens.canvas import masks
from screens.widgets.canvas.mask_canvas import MaskCanvas


def steps() -> Image.Image:
    """Four bands of grey, 0, 30, 60 and 90, eight pixels high each."""
    picture = Image.new("RGB", (32, 32))
    for band in range(4):
        picture.paste((30 * band,) * 3, (0, 8 * band, 32, 8 * band + 8))
    return picture


class Show(App[None]):
    def compose(self):
        yield MaskCanvas((32, 32))


@asynccontextmanager
async def shown() -> AsyncIterator[tuple[MaskCanvas, Pilot[None]]]:
    app = Show()
    async with app.run_test(size=(60, 24)) as pilot:
        canvas = app.query_one(MaskCanvas)
        canvas.lie_over(steps())
        canvas.focus()
        await pilot.pause()
        yield canvas, pilot


async def test_the_wand_goes_by_the_picture_and_tolerance_moves_it_in_place() -> None:
    async with shown() as (canvas, pilot):
        await pilot.press("g", "space")
        assert canvas.sketch.picture.getbbox() == (0, 16, 32, 24)
        await pilot.press("plus")
        assert canvas.sketch.picture.getbbox() == (0, 8, 32, 32)
        await pilot.press("minus")
        assert canvas.sketch.picture.getbbox() == (0, 16, 32, 24)
        await pilot.press("right", "plus")
        assert canvas.sketch.picture.getbbox() == (0, 16, 32, 24)
        await pilot.press("space")
        assert canvas.sketch.picture.getbbox() == (0, 8, 32, 32)
        await pilot.press("z", "z")
        assert canvas.sketch.picture.getbbox() is None


async def test_exchanged_colours_take_away() -> None:
    async with shown() as (canvas, pilot):
        await pilot.press("n", "G", "g", "space")
        assert masks.share(canvas.sketch.picture) == 0.75
        await pilot.press("G", "a", "space", "w", "right", "right", "right", "right", "space")
        assert canvas.sketch.picture.getpixel((16, 16)) == 255
        assert canvas.sketch.picture.getpixel((20, 16)) == 0


async def test_growing_shrinking_feathering_and_inverting_are_steps() -> None:
    async with shown() as (canvas, pilot):
        await pilot.press("t", "space", "right", "right", "down", "down", "enter")
        block = canvas.sketch.picture
        assert block.getbbox() == (16, 16, 19, 19)
        await pilot.press("greater_than_sign")
        assert canvas.sketch.picture.getbbox() == (15, 15, 20, 20)
        await pilot.press("less_than_sign")
        assert canvas.sketch.picture.tobytes() == block.tobytes()
        await pilot.press("f")
        assert any(canvas.sketch.picture.histogram()[1:255])
        await pilot.press("n")
        assert canvas.sketch.picture.getpixel((0, 0)) == 255
        await pilot.press("z", "z", "z", "z", "z")
        assert canvas.sketch.picture.getbbox() is None
        await pilot.press("y")
        assert canvas.sketch.picture.tobytes() == block.tobytes()


async def test_another_picture_leaves_the_mask_and_another_size_fits_it() -> None:
    async with shown() as (canvas, pilot):
        canvas.sketch.take(masks.centre((32, 32)))
        canvas.lie_over(Image.new("RGB", (32, 32), (9, 9, 9)))
        assert canvas.sketch.picture.tobytes() == masks.centre((32, 32)).tobytes()
        canvas.lie_over(Image.new("RGB", (64, 64), (9, 9, 9)))
        assert canvas.sketch.picture.tobytes() == masks.centre((64, 64)).tobytes()
        await pilot.press("space", "shift+left", "enter")
        assert canvas.mask_layers.look().size == (64, 64)
