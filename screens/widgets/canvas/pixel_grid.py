"""A picture pixel by pixel, each a whole number of half-cells, with a cursor on one of them."""

from collections.abc import Callable
from typing import Any

from PIL import Image, ImageChops
from textual import events
from textual.geometry import Region
from textual.strip import Strip

from screens.canvas.stencils import Point
from screens.canvas.view import View, with_cursor
from screens.picture.half_blocks import Margin
from screens.picture.strip_widget import StripWidget


class PixelGrid(StripWidget):
    """Only what changed is drawn again: the lines, and of those the columns.

    ``look`` gives the RGB picture as it is now, ``cursor`` the pixel to be seen and the size of
    the brush there. However often :meth:`again` is called, both are asked once, when nothing else
    waits. The cursor is drawn while ``marked``.
    """

    DEFAULT_CSS = """
    PixelGrid { width: 1fr; height: 1fr; background: $foreground 8%; }
    """

    def __init__(
        self,
        look: Callable[[], Image.Image],
        cursor: Callable[[], tuple[Point, int]],
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.view = View.of((1, 1), (1, 1), (0, 0))
        self.marked = False
        self._look, self._cursor = look, cursor
        self._frame: Image.Image | None = None
        self._strips: list[Strip | None] = []
        self._stale = True

    def again(self) -> None:
        """The picture or the cursor may have changed."""
        self._stale = True
        self.check_idle()

    def on_idle(self) -> None:
        if self._stale and self.is_mounted and self._frame is not None:
            self._update(self._frame)

    def on_resize(self, _: events.Resize) -> None:
        self._frame = None
        self.refresh()

    def notify_style_update(self) -> None:
        self._frame = None
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        if self._frame is None:
            self._begin(self._composed())
        number = y - self.view.top
        if not 0 <= number < len(self._strips):
            return Strip.blank(self.content_size.width, self.ground)
        strip = self._strips[number] or self._drawn(number)
        self._strips[number] = strip
        return strip

    def _begin(self, frame: Image.Image) -> None:
        self._frame, self._strips = frame, [None] * (frame.height // 2)

    def _update(self, before: Image.Image) -> None:
        """Draw what differs from what was ``before``, given in half-cells of what is seen."""
        frame = self._composed()
        if before.size != frame.size:
            self._begin(frame)
            self.refresh()
            return
        self._frame = frame
        changed = ImageChops.difference(before, frame).getbbox()
        if changed is not None:
            left, top, right, bottom = changed
            first, last = top // 2, -(-bottom // 2)
            self._strips[first:last] = [None] * (last - first)
            place = (self.view.left + left, self.view.top + first)
            self.refresh(Region(*place, right - left, last - first))

    def _composed(self) -> Image.Image:
        """What is seen of the picture, enlarged, with its cursor: of even height."""
        self._stale = False
        image, (cursor, brush) = self._look(), self._cursor()
        self.view = View.of(image.size, self.content_size, cursor, self.view.first)
        (left, top), (across, down) = self.view.first, self.view.seen
        part = image.crop((left, top, left + across, top + down))
        large = part.resize(self.view.size, Image.Resampling.NEAREST)
        if self.marked:
            large = with_cursor(large, self.view.place(cursor), self.view.factor, brush)
        return large if large.height % 2 == 0 else _evened(large, self.background_colors[1].rgb)

    def _drawn(self, number: int) -> Strip:
        assert self._frame is not None
        width = self._frame.width
        rows = self._frame.crop((0, 2 * number, width, 2 * number + 2))
        right = self.content_size.width - self.view.left - width
        return self.encoded(rows, Margin(self.view.left, max(0, right), self.ground))[0]


def _evened(image: Image.Image, ground: tuple[int, int, int]) -> Image.Image:
    """With a row of the ground below it, because a line has two."""
    taller = Image.new("RGB", (image.width, image.height + 1), ground)
    taller.paste(image)
    return taller
