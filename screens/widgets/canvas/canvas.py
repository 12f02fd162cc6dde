"""A picture drawn by hand in the terminal: by keys alone, or with a mouse."""

from typing import Any, ClassVar

from PIL import Image
from textual.binding import BindingType

from screens import keys
from screens.canvas.colours import WHITE, Colour
from screens.canvas.drawing import Drawing
from screens.canvas.stencils import Size
from screens.canvas.tools import Pen
from screens.widgets.canvas.canvas_keys import CanvasKeys
from screens.widgets.canvas.canvas_mouse import CanvasMouse


class Canvas(CanvasKeys, CanvasMouse, can_focus=True):
    """The cursor is a pixel; a tool works where it is, or from where it was to where it goes."""

    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("canvas")]
    HELP = """
    ## The canvas

    Arrows move the cursor, with shift eight pixels. **Space** paints. With the pen down (**d**)
    moving draws. A line, rectangle or ellipse begins at the first **space** and is placed by the
    second; **backspace** drops it. The fill takes in what is like the pixel under the cursor, and
    **+** and **−** move its tolerance; for the other tools they move the size of the brush.

    With a mouse: the left button draws, the right one takes a colour.
    """

    def __init__(self, pixels: Size = (64, 64), ground: Colour = WHITE, **options: Any) -> None:
        super().__init__(Drawing(Image.new("RGB", pixels, ground)), Pen(ground=ground), **options)
