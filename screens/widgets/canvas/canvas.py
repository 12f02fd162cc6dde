"""A picture drawn by hand in the terminal: by keys alone, or with a mouse."""

from collections.abc import Callable, Container, Mapping
from functools import partial
from typing import Any, ClassVar

from PIL import Image
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.widget import Widget

from screens import keys
from screens.canvas.colours import PALETTE
from screens.canvas.sketch import Sketch
from screens.canvas.stencils import Point
from screens.picture.textual_private import sender
from screens.widgets.canvas.pixel_grid import PixelGrid

LEFT, RIGHT = 1, 3
Command = Callable[..., object]
"""What a key does to a sketch, with the parameters that the key declares."""


class OfCanvas(Message):
    """Something about a canvas; of several that wait, only the newest is handled."""

    def __init__(self, canvas: "Canvas") -> None:
        super().__init__()
        self.canvas = canvas

    @property
    def control(self) -> "Canvas":
        return self.canvas

    def can_replace(self, message: Message) -> bool:
        return type(message) is type(self) and sender(message) is sender(self)


def move(sketch: Sketch, right: int, down: int) -> None:
    """So many pixels, not beyond the picture's edge."""
    (x, y), (width, height) = sketch.cursor, sketch.drawing.size
    sketch.go((max(0, min(x + right, width - 1)), max(0, min(y + down, height - 1))))


def paint(sketch: Sketch) -> None:
    """A dot, a fill, a colour; of a shape first the anchor, then its place or a corner."""
    if sketch.drawing.hand.placing:
        sketch.do(sketch.drawing.hand.place)
    elif not sketch.down:
        sketch.touch(sketch.cursor)
        if not sketch.drawing.hand.placing:
            sketch.do(sketch.drawing.hand.end)


def pen(sketch: Sketch) -> None:
    """Down, so that moving draws, or up; for the other tools as :func:`paint`."""
    if sketch.down:
        sketch.do(sketch.drawing.hand.end)
    else:
        sketch.touch(sketch.cursor)


def use(sketch: Sketch, name: str, filled: bool = False) -> None:
    """Another tool."""
    sketch.hold(tool=name, filled=filled)


def number(sketch: Sketch, by: int) -> None:
    """Another size of the brush, or another tolerance of a flood."""
    larger = sketch.pen.larger(by)
    sketch.hold(size=larger.size, tolerance=larger.tolerance)


def colour(sketch: Sketch, by: int) -> None:
    """The next one of the palette; from any other colour its first or its last."""
    known = list(PALETTE.values())
    here = known.index(sketch.pen.colour) if sketch.pen.colour in known else min(-by, 0)
    sketch.hold(colour=known[(here + by) % len(known)])


COMMANDS: Mapping[str, Command] = {
    "move": move,
    "paint": paint,
    "pen": pen,
    "place": lambda sketch: sketch.do(sketch.drawing.hand.end),
    "drop": lambda sketch: sketch.do(sketch.drawing.hand.drop),
    "use": use,
    "number": number,
    "tip": lambda sketch: sketch.hold(round=not sketch.pen.round),
    "symmetric": lambda sketch: sketch.hold(symmetric=not sketch.pen.symmetric),
    "colour": colour,
    "swap": lambda sketch: sketch.hold(colour=sketch.pen.ground, ground=sketch.pen.colour),
    "undo": lambda sketch: sketch.do(sketch.drawing.undo),
    "redo": lambda sketch: sketch.do(sketch.drawing.redo),
    "mirror": lambda sketch: sketch.do(sketch.drawing.mirror),
    "clear": lambda sketch: sketch.do(partial(sketch.drawing.clear, sketch.pen.ground)),
}
"""What the declared keys do, by the first parameter of their action ``do``."""


class Mouse:
    """Left draws, right does what ``secondary`` is; every move is drawn to, however many come."""

    def __init__(self, canvas: "Canvas", secondary: Callable[[Point], object]) -> None:
        self._canvas, self._secondary = canvas, secondary
        self._button = 0

    def press(self, event: events.MouseDown) -> None:
        """A button goes down on a pixel."""
        if event.button not in (LEFT, RIGHT) or self._button not in (0, event.button):
            return
        event.stop()
        self._button, at, sketch = event.button, self._pixel(event), self._canvas.sketch
        self._canvas.capture_mouse()
        if self._button == RIGHT:
            self._secondary(at)
        elif sketch.drawing.hand.placing:
            sketch.go(at)
        else:
            sketch.do(sketch.drawing.hand.end)
            sketch.go(at)
            sketch.touch(at)

    def drag(self, event: events.MouseMove) -> None:
        """It moves, with the button down or without."""
        if self._button and not event.button:
            self._let_go()  # its release went elsewhere
        elif self._button == LEFT:
            self._canvas.sketch.go(self._pixel(event))
        elif self._button == RIGHT:
            self._secondary(self._pixel(event))

    def release(self, event: events.MouseUp) -> None:
        """A button goes up."""
        if self._button and event.button == self._button:
            self._let_go()

    def _let_go(self) -> None:
        button, self._button = self._button, 0
        self._canvas.release_mouse()
        if button == LEFT:
            sketch = self._canvas.sketch
            sketch.do(sketch.drawing.hand.place)

    def _pixel(self, event: events.MouseEvent) -> Point:
        """Exact to the pixel where the terminal says more than the cell."""
        return self._canvas.surface.view.pixel(event.pointer_x, event.pointer_y)


class Canvas(Widget, can_focus=True):
    """The cursor is a pixel; a tool works where it is, or from where it was to where it goes.

    ``commands`` are what its keys do, ``look`` what is seen of the sketch, ``secondary`` what the
    right mouse button does at a pixel: it takes a colour.
    """

    class Changed(OfCanvas):
        """Another picture."""

    class Moved(OfCanvas):
        """The cursor, the pen, or whether it is down."""

    class Requested(OfCanvas):
        """A person wants to type a ``colour``, or the name of a file to ``open`` or to ``save``."""

        def __init__(self, canvas: "Canvas", what: str) -> None:
            super().__init__(canvas)
            self.what = what

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("canvas")]
    passing_keys: ClassVar[Container[str]] = (
        *("ask.run", "ask.leave", "ask.prompt", "run.cancel", "inpaint.look"),
    )
    """Keys of others that work while the canvas has the focus; no slip reaches another."""
    DEFAULT_CSS = """
    Canvas { width: 1fr; height: 1fr; }
    """
    HELP = """
    ## The canvas

    Arrows move the cursor, with shift eight pixels. **Space** paints. With the pen down (**d**)
    moving draws. A line, rectangle or ellipse begins at the first **space** and is placed by the
    second; **backspace** drops it. The fill takes in what is like the pixel under the cursor, and
    **+** and **−** move its tolerance; for the other tools they move the size of the brush.

    With a mouse: the left button draws, the right one takes a colour.
    """

    def __init__(
        self,
        sketch: Sketch,
        commands: Mapping[str, Command] = COMMANDS,
        look: Callable[[], Image.Image] | None = None,
        secondary: Callable[[Point], object] | None = None,
        **options: Any,
    ) -> None:
        look = look or (lambda: sketch.drawing.hand.shown)
        surface = PixelGrid(look, lambda: (sketch.cursor, sketch.pen.reach))
        super().__init__(surface, **options)
        self.sketch, self.surface = sketch, surface
        self._commands, self._mouse = commands, Mouse(self, secondary or sketch.pick)
        self._told, self._silent, self._was_down = sketch.picture, True, False
        sketch.changed = self._changed

    def _changed(self) -> None:
        """Show it; what waits to be said is said once, however much was done."""
        self._silent = False
        self.surface.again()
        self.check_idle()
        if self.sketch.down != self._was_down:
            self._was_down = self.sketch.down
            self.refresh_bindings()

    def on_idle(self) -> None:
        if self._silent:
            return
        self._silent = True
        self.post_message(self.Moved(self))
        if self.sketch.picture.tobytes() != self._told.tobytes():
            self._told = self.sketch.picture
            self.post_message(self.Changed(self))

    def watch_has_focus(self, has_focus: bool) -> None:
        """A stroke ends where the keys go elsewhere; a shape waits to be placed."""
        super().watch_has_focus(has_focus)
        self.surface.marked = has_focus
        self.surface.again()
        if not has_focus and self.sketch.down and not self.sketch.drawing.hand.placing:
            self.sketch.do(self.sketch.drawing.hand.end)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._mouse.press(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self._mouse.drag(event)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        self._mouse.release(event)

    def action_do(self, command: str, first: Any = None, second: Any = None) -> None:
        """One of the commands; Textual passes on no more parameters than are named here."""
        given = [value for value in (first, second) if value is not None]
        self._commands[command](self.sketch, *given)

    def action_ask(self, what: str) -> None:
        self.post_message(self.Requested(self, what))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter and backspace are the screen's own while nothing is being placed."""
        if action == "do" and parameters[0] == "place":
            return self.sketch.drawing.hand.placing
        return self.sketch.down if action == "do" and parameters[0] == "drop" else True
