"""The line under a mask that is being drawn: the pen at the left, what white means at the right."""

from dataclasses import replace
from typing import Any

from PIL import Image
from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from screens.canvas import masks
from screens.canvas.drawing import Drawing
from screens.canvas.stencils import Point
from screens.canvas.tools import Pen
from screens.widgets.canvas.pen_line import PenLine, doing, how


class MaskLine(PenLine):
    """Level in hand, its ground, size or tolerance, place or what is being placed; the legend."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._legend = ""

    def show(self, pen: Pen, cursor: Point, drawing: Drawing, look: str = "") -> None:
        super().show(replace(pen, colour=3 * pen.colour, ground=3 * pen.ground), cursor, drawing)
        (x, y), (width, height) = cursor, drawing.size
        both = " ⇆" if pen.symmetric else ""
        self._words = f"{how(pen):<8} " + ("" if self._doing else f"{x},{y} of {width}×{height}")
        self._doing = doing(drawing) + both
        self._legend = f"{legend(drawing.shown)} · {look}"

    def render_line(self, y: int) -> Strip:
        width, strip = self.content_size.width, super().render_line(y)
        if self._wrong:
            return strip
        room = min(cell_len(self._legend), width)
        right = Segment(self._legend[:room], self._ground() + self._style("word"))
        left = strip.crop(0, width - room)
        return Strip([*left, right]).adjust_cell_length(width, self._ground())


def legend(mask: Image.Image) -> str:
    """What white means, and how much of the picture is."""
    return f"white = replace · {masks.share(mask):.0%}"
