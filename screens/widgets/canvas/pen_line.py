"""What the hand holds, where it is, and what it does: one line whose parts keep their places."""

from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from screens.canvas.colours import Colour
from screens.canvas.drawing import Drawing
from screens.canvas.sketch import Sketch
from screens.canvas.tools import FLOODS, Pen
from screens.picture.strip_widget import StripWidget


class PenState(NamedTuple):
    """Colour on ground, words about the pen, what it is doing, and a legend at the right."""

    colour: Colour
    ground: Colour
    words: str
    doing: str
    legend: str = ""


def pen_state(sketch: Sketch) -> PenState:
    """Tool, how it touches, and where the cursor is, each as wide as it ever gets."""
    pen, (x, y), (width, height) = sketch.pen, sketch.cursor, sketch.drawing.size
    where = f"{x:>3},{y:<3} of {width}×{height}"
    both = f"{'⇆ both' if pen.symmetric else '':<6}"
    words = f"{pen.tool:<9}  {touch(pen):<8}  {where}  {both}  "
    return PenState(pen.colour, pen.ground, words, doing(sketch.drawing))


class PenLine(StripWidget):
    """What ``describe`` says of a sketch, as it was shown last; or what is wrong."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"pen-line--{p}" for p in ("word", "alive", "wrong")}
    DEFAULT_CSS = """
    PenLine { height: 1; width: 1fr; padding: 0 1; }
    PenLine > .pen-line--word { color: $text-muted; }
    PenLine > .pen-line--alive { color: $text-accent; }
    PenLine > .pen-line--wrong { color: $text-error; }
    """

    def __init__(self, describe: Callable[[Sketch], PenState] = pen_state, **options: Any) -> None:
        super().__init__(**options)
        self._describe, self._wrong = describe, ""
        self._state = PenState(Pen().colour, Pen().ground, "", "")

    def show(self, sketch: Sketch) -> None:
        """Say it; what was wrong is taken back."""
        self._state, self._wrong = self._describe(sketch), ""
        self.refresh()

    def complain(self, line: str) -> None:
        """Say what is wrong instead."""
        self._wrong = line
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width, ground = self.content_size.width, self.ground
        if self._wrong:
            line = [Segment(self._wrong, ground + self._style("wrong"))]
            return Strip(line).adjust_cell_length(width, ground)
        line = self._left()
        if not self._state.legend:
            return Strip(line).adjust_cell_length(width, ground)
        room = min(cell_len(self._state.legend), width)
        right = Segment(self._state.legend[:room], ground + self._style("word"))
        left = Strip(line).adjust_cell_length(width, ground).crop(0, width - room)
        return Strip([*left, right]).adjust_cell_length(width, ground)

    def _left(self) -> list[Segment]:
        state, ground = self._state, self.ground
        return [
            Segment("  ", Style(bgcolor=self.colour(state.colour))),
            Segment("  ", Style(bgcolor=self.colour(state.ground))),
            Segment(f" {state.words}", ground + self._style("word")),
            Segment(state.doing, ground + self._style("alive")),
        ]

    def _style(self, part: str) -> Style:
        return self.get_component_rich_style(f"pen-line--{part}")


def touch(pen: Pen) -> str:
    """Size and tip of a brush, tolerance of a flood."""
    if pen.tool in FLOODS:
        return f"±{pen.tolerance}"
    if pen.tool == "pick":
        return ""
    filled = pen.tool == "polygon" or (pen.filled and pen.tool in ("rectangle", "ellipse"))
    return "filled" if filled else f"{pen.size} {'round' if pen.round else 'square'}"


def doing(drawing: Drawing) -> str:
    """``pen down``, or the size of the shape that is being placed."""
    gesture = drawing.hand.gesture
    if gesture is None:
        return ""
    if not drawing.hand.placing:
        return "pen down"
    if gesture.pen.tool == "polygon":
        return f"{1 + len(gesture.through)} corners, enter closes"
    wide, high = (abs(a - b) + 1 for a, b in zip(gesture.anchor, gesture.at, strict=True))
    return f"placing {wide}×{high}"
