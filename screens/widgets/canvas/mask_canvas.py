"""A mask drawn over a picture in the terminal: by keys alone, or with a mouse."""

from typing import Any, ClassVar

from PIL import Image
from textual.binding import BindingType

from screens import keys
from screens.canvas import mask_looks, masks
from screens.canvas.drawing import Drawing
from screens.canvas.stencils import Point, Size, inside
from screens.canvas.tools import Pen
from screens.widgets.canvas.canvas_keys import CanvasKeys
from screens.widgets.canvas.canvas_mouse import CanvasMouse

GROUND = (96, 96, 96)
"""What lies under a mask while there is no picture."""
SHARED = (
    *("left", "right", "up", "down", "far_left", "far_right", "far_up", "far_down", "leave"),
    *(
        "place",
        "drop",
        "paint",
        "pen",
        "smaller",
        "larger",
        "undo",
        "redo",
        "brush",
        "eraser",
        "line",
    ),
    *("tip", "symmetric", "swap", "mirror", "clear"),
)
"""What a mask's canvas has in common with that of a picture."""
ALTER = {f.__name__: f for f in (masks.grow, masks.shrink, masks.feather, masks.invert)}


class MaskCanvas(CanvasKeys, CanvasMouse, can_focus=True):
    """What is drawn is a mask (mode L, white is replaced); what is seen is the picture with it."""

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
        super().__init__(Drawing(Image.new("L", pixels)), pen, **options)
        self.under: Image.Image | None = None
        self.shown = next(iter(mask_looks.LOOKS))
        self._taken: tuple[Point, Image.Image] | None = None

    def lie_over(self, picture: Image.Image | None) -> None:
        """Show another RGB picture under the mask, which gets its size and stays."""
        self.under = picture
        if picture is not None:
            self.become(picture.size)
        self.again()

    def show_as(self, look: str) -> None:
        """Show the mask in one of LOOKS."""
        self.shown = look
        self.again()

    def look(self) -> Image.Image:
        return mask_looks.LOOKS[self.shown](self.ground, self.drawing.shown)

    @property
    def ground(self) -> Image.Image:
        """The picture under the mask, or what stands for it."""
        if self.under is not None and self.under.size == self.drawing.size:
            return self.under
        return Image.new("RGB", self.drawing.size, GROUND)

    def touch(self, at: Point) -> None:
        if self.pen.tool != "wand":
            super().touch(at)
        elif self.under is not None and inside(self.drawing.size, at):
            level, tolerance = self.pen.paint[0], self.pen.tolerance
            self.take(masks.wand(self.picture, self.ground, at, tolerance, level))
            self._taken = at, self.picture

    def pick(self, at: Point) -> None:
        """A mask has no colours to take: the right button closes what is being placed."""
        self.do(self.drawing.end)

    def action_alter(self, how: str) -> None:
        """Grow, shrink, feather or invert."""
        self.take(ALTER[how](self.picture))

    def action_number(self, by: int) -> None:
        """Right after the wand worked here, it does so again with the other tolerance."""
        again = self.pen.tool == "wand" and self._taken == (self.cursor, self.picture)
        if again:
            self.do(self.drawing.undo)
        super().action_number(by)
        if again:
            self.touch(self.cursor)
