"""A drawing on the screen and the pen that draws on it; keys and mouse move it from elsewhere."""

from collections.abc import Callable, Container
from dataclasses import replace
from typing import Any, ClassVar

from PIL import Image
from textual.message import Message

from screens.canvas.colours import Colour
from screens.canvas.drawing import Drawing
from screens.canvas.files import fitted
from screens.canvas.stencils import Point, Size, inside
from screens.canvas.tools import Pen
from screens.widgets.canvas.pixel_grid import PixelGrid


class OfCanvas(Message):
    """Something about a canvas; of several that wait, only the newest is handled."""

    def __init__(self, canvas: "Hand") -> None:
        super().__init__()
        self.canvas = canvas

    @property
    def control(self) -> "Hand":
        return self.canvas

    def can_replace(self, message: Message) -> bool:
        return type(message) is type(self) and message._sender is self._sender


class Hand(PixelGrid):
    """A :class:`Drawing` and a :class:`Pen`. Everything that happens to them goes through here."""

    class Changed(OfCanvas, namespace="canvas"):
        """Another :attr:`Hand.picture`."""

    class Moved(OfCanvas, namespace="canvas"):
        """The cursor, the pen, or whether it is down."""

    class Picked(OfCanvas, namespace="canvas"):
        """A colour was taken from the picture; it is the pen's now."""

        def __init__(self, canvas: "Hand", colour: Colour) -> None:
            super().__init__(canvas)
            self.colour = colour

    class Asked(OfCanvas, namespace="canvas"):
        """A person wants to type a ``colour``, or the name of a file to ``open`` or to ``save``."""

        def __init__(self, canvas: "Hand", what: str) -> None:
            super().__init__(canvas)
            self.what = what

    passing_keys: ClassVar[Container[str]] = (
        *("ask.run", "ask.leave", "ask.prompt", "run.cancel", "inpaint.look"),
    )
    """Keys of others that work while the canvas has the focus; no slip reaches another."""

    def __init__(self, drawing: Drawing, pen: Pen, **options: Any) -> None:
        super().__init__(**options)
        self.drawing, self.pen = drawing, pen
        self.cursor = (drawing.size[0] // 2, drawing.size[1] // 2)
        self._told, self._silent = drawing.picture, True

    @property
    def picture(self) -> Image.Image:
        """What is drawn, at its own size. It is not a copy: do not draw on it."""
        return self.drawing.picture

    @property
    def down(self) -> bool:
        """Whether the pen touches the picture, or a shape is being placed."""
        return self.drawing.gesture is not None

    def take(self, image: Image.Image) -> None:
        """Go on with another picture, of any size and mode, its centre fitted: one step."""
        drawing = self.drawing
        self.do(lambda: drawing.take(fitted(image, drawing.size, drawing.image.mode)))

    def become(self, pixels: Size) -> None:
        """Draw at another size from now on; the picture is fitted, earlier steps are gone."""
        if pixels != self.drawing.size:
            fresh = Drawing(fitted(self.picture, pixels, self.drawing.image.mode))
            self.do(lambda: setattr(self, "drawing", fresh))
            self.go(self.cursor)

    def hold(self, **changed: Any) -> None:
        """Change what the hand holds: ``tool``, ``colour``, ``size`` ... of :class:`Pen`."""
        self.pen = replace(self.pen, **changed)
        self.brush = self.pen.reach
        self.do(lambda: self.drawing.change(self.pen))

    def pick(self, at: Point) -> None:
        """Take the colour of a pixel; nothing where there is none."""
        if inside(self.drawing.size, at):
            self.hold(colour=self.drawing.colour(at))
            self.post_message(self.Picked(self, self.pen.colour))

    def touch(self, at: Point) -> None:
        """Let the tool work at a pixel; a shape only gets its anchor, a stroke goes on."""
        if self.pen.kind == "pick":
            self.pick(at)
            return
        self.do(lambda: self.drawing.begin(self.pen, at))
        if self.pen.kind == "touch":
            self.do(self.drawing.end)

    def go(self, to: Point) -> None:
        """Draw to a pixel, if the pen is down, and put the cursor there or on the nearest one."""
        width, height = self.drawing.size
        self.cursor = max(0, min(to[0], width - 1)), max(0, min(to[1], height - 1))
        self.do(lambda: self.drawing.move(to))

    def do(self, change: Callable[[], object]) -> None:
        """Make a change and show it; what waits is said once, however much was done."""
        was_down = self.down
        change()
        self._silent = False
        self.again()
        if self.down != was_down:
            self.refresh_bindings()

    def on_idle(self) -> None:
        if self._silent:
            return
        self._silent = True
        self.post_message(self.Moved(self))
        if self.picture.tobytes() != self._told.tobytes():
            self._told = self.picture
            self.post_message(self.Changed(self))

    def look(self) -> Image.Image:
        return self.drawing.shown

    def on_blur(self) -> None:
        """A stroke ends where the keys go elsewhere; a shape waits to be placed."""
        if not self.drawing.placing:
            self.do(self.drawing.end)
