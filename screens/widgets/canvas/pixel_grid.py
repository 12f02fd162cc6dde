"""A picture pixel by pixel, each a whole number of half-cells, with a cursor on one of them."""

from typing import Any

from PIL import Image, ImageChops
from textual import events
from textual.geometry import Region
from textual.strip import Strip

from screens.canvas import marks
from screens.canvas.stencils import Point
from screens.canvas.view import View
from screens.picture.half_blocks import Margin
from screens.picture.strip_widget import StripWidget


class PixelGrid(StripWidget):
    """Only what changed is drawn again: the lines, and of those the columns.

    ``brush`` is the size that the cursor shows, in pixels of the picture. However often
    :meth:`again` is called, the picture is looked at once, when nothing else waits.
    """

    DEFAULT_CSS = """
    PixelGrid { width: 1fr; height: 1fr; background: $foreground 8%; }
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.cursor: Point = (0, 0)
        self.brush = 1
        self.view = View.of((1, 1), (1, 1), (0, 0))
        self._frame: Image.Image | None = None
        self._strips: list[Strip | None] = []
        self._stale = True

    def look(self) -> Image.Image:
        """The RGB picture as it is now."""
        raise NotImplementedError

    def again(self) -> None:
        """The picture or the cursor may have changed."""
        self._stale = True
        self.check_idle()

    def on_idle(self) -> None:
        if self._stale and self.is_mounted and self._frame is not None:
            self._update()

    def on_resize(self, _: events.Resize) -> None:
        self._all_again()

    def on_focus(self) -> None:
        self.again()

    def on_blur(self) -> None:
        self.again()

    def notify_style_update(self) -> None:
        self._all_again()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        if self._frame is None:
            self._begin(self._made())
        number = y - self.view.top
        if not 0 <= number < len(self._strips):
            return Strip.blank(self.content_size.width, self._ground())
        strip = self._strips[number] or self._drawn(number)
        self._strips[number] = strip
        return strip

    def _all_again(self) -> None:
        self._frame = None
        self.refresh()

    def _begin(self, composed: Image.Image) -> None:
        self._frame, self._strips = composed, [None] * (composed.height // 2)

    def _update(self) -> None:
        before, now = self._frame, self._made()
        if before is None or before.size != now.size:
            self._begin(now)
            self.refresh()
            return
        self._frame = now
        changed = ImageChops.difference(before, now).getbbox()
        if changed is not None:
            self._redraw(*changed)

    def _redraw(self, left: int, top: int, right: int, bottom: int) -> None:
        """Draw a part again, given in half-cells of what is seen."""
        first, last = top // 2, -(-bottom // 2)
        self._strips[first:last] = [None] * (last - first)
        place = (self.view.left + left, self.view.top + first)
        self.refresh(Region(*place, right - left, last - first))

    def _made(self) -> Image.Image:
        """What is seen of the picture, enlarged, with its cursor: of even height."""
        self._stale = False
        image = self.look()
        self.view = View.of(image.size, self.content_size, self.cursor, self.view.first)
        (left, top), (across, down) = self.view.first, self.view.seen
        part = image.crop((left, top, left + across, top + down))
        large = part.resize(self.view.size, Image.Resampling.NEAREST)
        if self.has_focus:
            large = marks.cursor(large, self.view.place(self.cursor), self.view.factor, self.brush)
        return large if large.height % 2 == 0 else self._evened(large)

    def _evened(self, image: Image.Image) -> Image.Image:
        """With a row of the ground below it, because a line has two."""
        ground = Image.new("RGB", (image.width, image.height + 1), self.background_colors[1].rgb)
        ground.paste(image)
        return ground

    def _drawn(self, number: int) -> Strip:
        assert self._frame is not None
        width = self._frame.width
        rows = self._frame.crop((0, 2 * number, width, 2 * number + 2))
        right = self.content_size.width - self.view.left - width
        return self._encoded(rows, Margin(self.view.left, max(0, right), self._ground()))[0]
