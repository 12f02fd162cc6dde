"""A drawing in the making: the pen that draws on it and where it is. Pure."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PIL import Image

from screens.canvas.colours import WHITE, Colour
from screens.canvas.drawing import Drawing
from screens.canvas.files import fitted
from screens.canvas.stencils import Point, Size, inside
from screens.canvas.tools import Pen


class Sketch:
    """A :class:`Drawing`, a :class:`Pen` and a cursor: all that happens to them goes through here.

    ``changed`` is called after every change. ``tools`` are those, by name, that do something else
    at a pixel than to touch it.
    """

    def __init__(self, drawing: Drawing, pen: Pen) -> None:
        self.drawing, self.pen = drawing, pen
        self.cursor: Point = (drawing.size[0] // 2, drawing.size[1] // 2)
        self.changed: Callable[[], object] = lambda: None
        self.tools: dict[str, Callable[[Point], object]] = {"pick": self.pick}

    @property
    def picture(self) -> Image.Image:
        """What is drawn, at its own size. It is not a copy: do not draw on it."""
        return self.drawing.picture

    @property
    def down(self) -> bool:
        """Whether the pen touches the picture, or a shape is being placed."""
        return self.drawing.hand.gesture is not None

    def take(self, image: Image.Image) -> None:
        """Go on with another picture, of any size and mode, its centre fitted: one step."""
        drawing = self.drawing
        self.do(lambda: drawing.take(fitted(image, drawing.size, drawing.image.mode)))

    def become(self, size: Size) -> None:
        """Draw at another size from now on; the picture is fitted, earlier steps are gone."""
        if size != self.drawing.size:
            self.drawing = Drawing(fitted(self.picture, size, self.drawing.image.mode))
            self.go(self.cursor)

    def hold(self, **changed: Any) -> None:
        """Change what the hand holds: ``tool``, ``colour``, ``size`` ... of :class:`Pen`."""
        self.pen = replace(self.pen, **changed)
        self.do(lambda: self.drawing.hand.change(self.pen))

    def pick(self, at: Point) -> None:
        """Take the colour of a pixel; nothing where there is none."""
        if inside(self.drawing.size, at):
            self.hold(colour=self.drawing.colour(at))

    def touch(self, at: Point) -> None:
        """Let the tool work at a pixel; a shape only gets its anchor, a stroke goes on."""
        if self.pen.tool in self.tools:
            self.tools[self.pen.tool](at)
            return
        self.do(lambda: self.drawing.hand.begin(self.pen, at))
        if self.pen.kind == "touch":
            self.do(self.drawing.hand.end)

    def go(self, to: Point) -> None:
        """Draw to a pixel, if the pen is down, and put the cursor there or on the nearest one."""
        width, height = self.drawing.size
        self.cursor = max(0, min(to[0], width - 1)), max(0, min(to[1], height - 1))
        self.do(lambda: self.drawing.hand.move(to))

    def do(self, change: Callable[[], object]) -> None:
        """Make a change to the drawing and say so."""
        change()
        self.changed()


def blank(size: Size = (64, 64), ground: Colour = WHITE) -> Sketch:
    """An RGB picture of one colour, and a pen that wipes with it."""
    return Sketch(Drawing(Image.new("RGB", size, ground)), Pen(ground=ground))
