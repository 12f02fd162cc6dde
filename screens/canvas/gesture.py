"""One movement of the hand, from touching the picture to leaving it. Pure."""

from dataclasses import dataclass, replace

from PIL import Image

from screens.canvas import stencils
from screens.canvas.stencils import Point
from screens.canvas.tools import Pen


@dataclass(frozen=True)
class Gesture:
    """``stencil`` is what it touches so far; it began at ``anchor`` and is now ``at``."""

    pen: Pen
    anchor: Point
    at: Point
    stencil: Image.Image

    @classmethod
    def begun(cls, pen: Pen, at: Point, image: Image.Image) -> "Gesture":
        """The hand comes down."""
        return cls(pen, at, at, pen.touched(image, at, at))

    def moved(self, at: Point, image: Image.Image) -> "Gesture":
        """The hand goes on: a stroke touches all between, a shape now ends here."""
        if self.pen.kind != "stroke":
            return replace(self, at=at, stencil=self.pen.touched(image, self.anchor, at))
        further = self.pen.touched(image, self.at, at)
        return replace(self, at=at, stencil=stencils.both(self.stencil, further))

    def on(self, image: Image.Image) -> Image.Image:
        """A new picture: ``image`` painted through the stencil."""
        painted = image.copy()
        painted.paste(self.pen.paint, (0, 0), self.stencil)
        return painted
