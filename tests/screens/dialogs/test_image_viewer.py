"""A picture by itself: zoomed, moved, made smooth, left."""

from textual.app import App

from screens.dialogs.image_viewer import ImageViewer
from tests.support.fake_runs import generate


async def test_its_keys() -> None:
    app = App[None]()
    async with app.run_test(size=(40, 22)) as pilot:
        image = generate.drawing(64)
        still = ImageViewer(image, "x̂0", (10, 20))
        await app.push_screen(still)
        await pilot.pause()
        assert still._picture.label == "x̂0 · 64 × 64 · sharp"
        whole = still._picture.image
        assert whole is not None
        assert whole.size == (40, 40)
        await pilot.press("plus", "plus", "left", "s")
        assert still._picture.label == "x̂0 · 64 × 64 · ×2 · smooth"
        assert still.part.x < 0.5
        await pilot.press("0", "s")
        assert still._picture.label == "x̂0 · 64 × 64 · sharp"
        await pilot.resize_terminal(20, 12)
        await pilot.pause()
        assert still._picture.image is not None
        assert still._picture.image.size == (20, 20)
        await pilot.press("q")
        assert app.screen is not still
