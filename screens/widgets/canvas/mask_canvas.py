"""A mask drawn over a picture in the terminal: by keys alone, or with a mouse."""

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from PIL import Image
from textual.binding import BindingType

from screens import keys
from screens.canvas import masks
from screens.canvas.drawing import Drawing
from screens.canvas.sketch import Sketch
from screens.canvas.stencils import Point, Size, inside
from screens.canvas.tools import Pen
from screens.widgets.canvas import canvas
from screens.widgets.canvas.canvas import COMMANDS, Canvas
from screens.widgets.canvas.pen_line import PenState, doing, touch

GROUND = (96, 96, 96)
"""What lies under a mask while there is no picture."""
SHARED = (
    *("left", "right", "up", "down", "far_left", "far_right", "far_up", "far_down", "leave"),
    *("place", "drop", "paint", "pen", "smaller", "larger", "undo", "redo"),
    *("brush", "eraser", "line", "tip", "symmetric", "swap", "mirror", "clear"),
)
"""What a mask's canvas has in common with that of a picture."""
ALTERATIONS = (masks.grow, masks.shrink, masks.feather, masks.invert)


class MaskLayers:
    """A mask (mode L, white is replaced) over a picture, and the tools that look at the picture."""

    def __init__(self, sketch: Sketch) -> None:
        self.under: Image.Image | None = None
        self.shown = next(iter(masks.LOOKS))
        self._sketch = sketch
        self._wanded: tuple[Point, Image.Image] | None = None
        sketch.tools["wand"] = self.wand

    def look(self) -> Image.Image:
        """The picture with the mask."""
        return masks.LOOKS[self.shown](self.ground, self._sketch.drawing.hand.shown)

    @property
    def ground(self) -> Image.Image:
        """The picture under the mask, or what stands for it."""
        size = self._sketch.drawing.size
        if self.under is not None and self.under.size == size:
            return self.under
        return Image.new("RGB", size, GROUND)

    def describe(self, sketch: Sketch) -> PenState:
        """Level in hand, its ground, number, place or what is being placed; what white means."""
        pen, (x, y), (width, height) = sketch.pen, sketch.cursor, sketch.drawing.size
        placing = doing(sketch.drawing)
        words = f"{touch(pen):<8} " + ("" if placing else f"{x},{y} of {width}×{height}")
        both = " ⇆" if pen.symmetric else ""
        legend = f"{masks.legend(sketch.drawing.hand.shown)} · {self.shown}"
        return PenState(3 * pen.colour, 3 * pen.ground, words, placing + both, legend)

    def wand(self, at: Point) -> None:
        """Mask what has the picture's colour at a pixel."""
        sketch = self._sketch
        if self.under is not None and inside(sketch.drawing.size, at):
            level, tolerance = sketch.pen.paint[0], sketch.pen.tolerance
            sketch.take(masks.wand(sketch.picture, self.ground, at, tolerance, level))
            self._wanded = at, sketch.picture

    def number(self, sketch: Sketch, by: int) -> None:
        """Right after the wand worked here, it does so again with the other tolerance."""
        again = sketch.pen.tool == "wand" and self._wanded == (sketch.cursor, sketch.picture)
        if again:
            sketch.do(sketch.drawing.undo)
        canvas.number(sketch, by)
        if again:
            sketch.touch(sketch.cursor)


class MaskCanvas(Canvas, inherit_bindings=False):
    """A canvas with the tools of a mask; what is seen is the picture with it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *keys.bindings("mask", *(f"canvas.{name}" for name in SHARED))
    ]
    HELP = """
    ## The mask

    **White is replaced**, black stays to the byte, grey blends. Arrows move the cursor, with shift
    eight pixels. A rectangle (**t**) or an ellipse (**o**) begins at the first **space** and ends
    at the second; a polygon (**p**) gets a corner at each, **Enter** closes it. The wand (**g**)
    takes what has the picture's colour under the cursor; **+** and **−** move its tolerance, or the
    size of the brush (**a**) and the eraser (**w**). **G** exchanges white and black. **>** and
    **<** grow and shrink the mask, **f** makes its border softer, **n** inverts it. **L** lists the
    masks that are ready made or kept, **S** keeps this one. **M** shows it another way.

    With a mouse: the left button draws; the right one closes a polygon.
    """

    def __init__(self, pixels: Size = (64, 64), **options: Any) -> None:
        pen = Pen("rectangle", (255,), (0,), size=3, filled=True, tolerance=24)
        sketch = Sketch(Drawing(Image.new("L", pixels)), pen)
        self.mask_layers = MaskLayers(sketch)
        alterations = {change.__name__: partial(_alter, change) for change in ALTERATIONS}
        super().__init__(
            sketch,
            {**COMMANDS, **alterations, "number": self.mask_layers.number},
            self.mask_layers.look,
            lambda at: sketch.do(sketch.drawing.hand.end),  # a mask has no colours to take
            **options,
        )

    def lie_over(self, picture: Image.Image | None) -> None:
        """Show another RGB picture under the mask, which gets its size and stays."""
        self.mask_layers.under = picture
        if picture is not None:
            self.sketch.become(picture.size)
        self.surface.again()

    def show_as(self, look: str) -> None:
        """Show the mask in one of LOOKS."""
        self.mask_layers.shown = look
        self.surface.again()


def _alter(change: Callable[[Image.Image], Image.Image], sketch: Sketch) -> None:
    sketch.take(change(sketch.picture))
