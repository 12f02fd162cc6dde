"""What the hand holds, where it is, and what it does: one line whose parts keep their places."""

from typing import Any, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from screens.canvas.drawing import Drawing
from screens.canvas.stencils import Point, Size
from screens.canvas.tools import FLOODS, Pen
from screens.picture.strip_widget import StripWidget


class PenLine(StripWidget):
    """Colour on ground, tool, its number, position, pen up or down; or what is wrong."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"pen-line--{p}" for p in ("word", "alive", "wrong")}
    DEFAULT_CSS = """
    PenLine { height: 1; width: 1fr; padding: 0 1; }
    PenLine > .pen-line--word { color: $text-muted; }
    PenLine > .pen-line--alive { color: $text-accent; }
    PenLine > .pen-line--wrong { color: $text-error; }
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._pen = Pen()
        self._words, self._doing, self._wrong = "", "", ""

    def show(self, pen: Pen, cursor: Point, drawing: Drawing) -> None:
        """Say it; what was wrong is taken back."""
        self._pen, self._wrong = pen, ""
        self._words = words(pen, cursor, drawing.size)
        self._doing = doing(drawing)
        self.refresh()

    def complain(self, line: str) -> None:
        """Say what is wrong instead."""
        self._wrong = line
        self.refresh()

    def render_line(self, y: int) -> Strip:
        ground = self._ground()
        if self._wrong:
            line = [Segment(self._wrong, ground + self._style("wrong"))]
        else:
            line = [
                self._patch(self._pen.colour),
                self._patch(self._pen.ground),
                Segment(f" {self._words}", ground + self._style("word")),
                Segment(self._doing, ground + self._style("alive")),
            ]
        return Strip(line).adjust_cell_length(self.content_size.width, ground)

    def _patch(self, colour: tuple[int, ...]) -> Segment:
        return Segment("  ", Style(bgcolor=self._colour(colour)))

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"pen-line--{part}")


def words(pen: Pen, cursor: Point, size: Size) -> str:
    """Tool, how it touches, and where the cursor is, each as wide as it ever gets."""
    x, y = cursor
    where = f"{x:>3},{y:<3} of {size[0]}×{size[1]}"
    return f"{pen.tool:<9}  {how(pen):<8}  {where}  {'⇆ both' if pen.symmetric else '':<6}  "


def how(pen: Pen) -> str:
    """Size and tip of a brush, tolerance of a flood."""
    if pen.tool in FLOODS:
        return f"±{pen.tolerance}"
    if pen.tool == "pick":
        return ""
    filled = pen.tool == "polygon" or (pen.filled and pen.tool in ("rectangle", "ellipse"))
    return "filled" if filled else f"{pen.size} {'round' if pen.round else 'square'}"


def doing(drawing: Drawing) -> str:
    """``pen down``, or the size of the shape that is being placed."""
    gesture = drawing.gesture
    if gesture is None:
        return ""
    if not drawing.placing:
        return "pen down"
    if gesture.pen.tool == "polygon":
        return f"{1 + len(gesture.through)} corners, enter closes"
    wide, high = (abs(a - b) + 1 for a, b in zip(gesture.anchor, gesture.at, strict=True))
    return f"placing {wide}×{high}"
