"""t over the steps of a run that also goes back up, in dots above the timeline."""

from collections.abc import Sequence
from typing import Any, ClassVar

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bit of each dot of a braille cell, line by line."""
LINES = 3


class RepaintPlot(Widget):
    """What has been done is light, what is to come is dark; the column of the cursor is marked."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"repaint-plot--{p}" for p in ("done", "ahead", "here")
    }
    DEFAULT_CSS = f"""
    RepaintPlot {{ height: {LINES}; width: 1fr; padding: 0 1; }}
    RepaintPlot > .repaint-plot--done {{ color: $foreground 70%; }}
    RepaintPlot > .repaint-plot--ahead {{ color: $foreground 30%; }}
    RepaintPlot > .repaint-plot--here {{ color: $accent; background: $foreground 15%; }}
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.heights: Sequence[float] = ()
        self._done, self._here = 0, -1

    def show(self, heights: Sequence[float], done: int = 0, here: int = -1) -> None:
        """Heights of 0 to 1, one a step; how many are ``done``, and which the cursor is on."""
        if (heights, done, here) != (self.heights, self._done, self._here):
            self.heights, self._done, self._here = heights, done, here
            self.refresh()

    def render_line(self, y: int) -> Strip:
        width = self.content_size.width
        if not self.heights or width < 1:
            return Strip.blank(width, self.rich_style)
        cells = braille(self.heights, width, LINES)[y]
        done, here = self._column(self._done - 1), self._column(self._here)
        roles = ["here" if x == here else "done" if x <= done else "ahead" for x in range(width)]
        styles = {r: self.get_component_rich_style(f"repaint-plot--{r}") for r in set(roles)}
        return Strip([Segment(c, styles[r]) for c, r in zip(cells, roles, strict=True)]).simplify()

    def _column(self, step: int) -> int:
        """The column of a step, as the timeline below has it; -1 where there is none."""
        if step < 0:
            return -1
        return round(step * (self.content_size.width - 1) / max(1, len(self.heights) - 1))


def braille(heights: Sequence[float], columns: int, lines: int) -> list[str]:
    """A curve of heights 0 (bottom) to 1 (top) in a box of cells of 2 by 4 dots.

    Where one dot's width has several steps, all from their lowest to their highest is filled.
    """
    wide, high = 2 * columns, 4 * lines
    cells = [[0] * columns for _ in range(lines)]
    for x in range(wide):
        low, top = _span(heights, x, wide)
        for dot in range(round((1 - top) * (high - 1)), round((1 - low) * (high - 1)) + 1):
            cells[dot // 4][x // 2] |= DOTS[dot % 4][x % 2]
    return ["".join(chr(0x2800 + bits) for bits in row) for row in cells]


def _span(heights: Sequence[float], x: int, wide: int) -> tuple[float, float]:
    """The lowest and the highest of what lies at dot ``x`` of ``wide``."""
    first, after = (place * len(heights) // wide for place in (x, x + 1))
    part = heights[first : max(first + 1, after)]
    return min(part), max(part)
