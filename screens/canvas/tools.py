"""The tools, each declared once: what it touches between two points, and how the hand moves it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from PIL import Image

from screens.canvas import stencils
from screens.canvas.colours import BLACK, WHITE, Colour
from screens.canvas.stencils import Point

SIZES = (1, 9)
TOLERANCES = (0, 255)
TOLERANCE_STEP = 8
FLOODS = ("fill", "wand")
"""Tools whose number is a tolerance; the wand's colours are those of the picture under a mask."""


@dataclass(frozen=True)
class Pen:
    """What the hand holds: a tool, its colour, and how it touches.

    ``size`` is 1 to 9 pixels; ``tolerance`` (0 to 255 a band) is for fill and wand; ``filled`` for
    rectangle and ellipse; ``symmetric`` draws left and right at once.
    """

    tool: str = "brush"
    colour: Colour = BLACK
    ground: Colour = WHITE
    size: int = 1
    round: bool = True
    filled: bool = False
    tolerance: int = 0
    symmetric: bool = False

    @property
    def kind(self) -> "Kind":
        """How the hand moves this tool."""
        return TOOLS[self.tool].kind

    @property
    def paint(self) -> Colour:
        """The colour that the tool leaves."""
        return self.ground if self.tool == "eraser" else self.colour

    @property
    def reach(self) -> int:
        """How many pixels across it touches where it is."""
        outlined = self.tool in ("rectangle", "ellipse") and not self.filled
        return self.size if outlined or self.tool in ("brush", "eraser", "line") else 1

    def touched(self, image: Image.Image, *points: Point) -> Image.Image:
        """The stencil of this tool on ``image``, moved from the first point to the last."""
        stencil = TOOLS[self.tool].touch(self, image, *points)
        return stencils.mirrored(stencil) if self.symmetric else stencil

    def larger(self, by: int) -> "Pen":
        """With the number of its tool moved: the size, or of a flood its tolerance."""
        if self.tool in FLOODS:
            return replace(
                self, tolerance=_within(TOLERANCES, self.tolerance + by * TOLERANCE_STEP)
            )
        return replace(self, size=_within(SIZES, self.size + by))


Kind = Literal["stroke", "shape", "touch", "pick"]
"""stroke: touches wherever it passes; shape: from an anchor to where it is placed; touch: at one
point; pick: takes a colour and leaves none."""
Touch = Callable[..., Image.Image]
"""From a pen, a picture, and the points that it was moved along (two, or a polygon's corners)."""


class Tool(NamedTuple):
    """How a tool is moved, and what it touches."""

    kind: Kind
    touch: Touch


def _line(pen: Pen, image: Image.Image, start: Point, end: Point) -> Image.Image:
    return stencils.line(image.size, start, end, stencils.tip(pen.size, pen.round))


def _rectangle(pen: Pen, image: Image.Image, start: Point, end: Point) -> Image.Image:
    return stencils.rectangle(image.size, start, end, 0 if pen.filled else pen.size)


def _ellipse(pen: Pen, image: Image.Image, start: Point, end: Point) -> Image.Image:
    return stencils.ellipse(image.size, start, end, 0 if pen.filled else pen.size)


def _polygon(_: Pen, image: Image.Image, *corners: Point) -> Image.Image:
    return stencils.polygon(image.size, corners)


def _region(pen: Pen, image: Image.Image, _: Point, end: Point) -> Image.Image:
    return stencils.region(image, end, pen.tolerance)


def _nothing(_: Pen, image: Image.Image, *__: Point) -> Image.Image:
    return Image.new("L", image.size)


TOOLS = {
    "brush": Tool("stroke", _line),
    "eraser": Tool("stroke", _line),
    "line": Tool("shape", _line),
    "rectangle": Tool("shape", _rectangle),
    "ellipse": Tool("shape", _ellipse),
    "polygon": Tool("shape", _polygon),
    "fill": Tool("touch", _region),
    "wand": Tool("touch", _region),
    "pick": Tool("pick", _nothing),
}


def _within(bounds: tuple[int, int], value: int) -> int:
    return max(bounds[0], min(value, bounds[1]))
