"""One movement of the hand, from touching the picture to leaving it. Pure."""

from dataclasses import dataclass, replace

from PIL import Image

from screens.canvas import stencils
from screens.canvas.stencils import Point
from screens.canvas.tools import Pen


@dataclass(frozen=True)
class Gesture:
    """``stencil`` is what it touches so far; it began at ``anchor`` and is now ``at``.

    ``through`` are the corners that a polygon has beside its anchor.
    """

    pen: Pen
    anchor: Point
    at: Point
    stencil: Image.Image
    through: tuple[Point, ...] = ()

    @classmethod
    def begun(cls, pen: Pen, at: Point, image: Image.Image) -> "Gesture":
        """The hand comes down."""
        return cls(pen, at, at, pen.touched(image, at, at))

    def moved(self, at: Point, image: Image.Image) -> "Gesture":
        """The hand goes on: a stroke touches all between, a shape now ends here."""
        if self.pen.kind != "stroke":
            points = (self.anchor, *self.through, at)
            return replace(self, at=at, stencil=self.pen.touched(image, *points))
        further = self.pen.touched(image, self.at, at)
        return replace(self, at=at, stencil=stencils.both(self.stencil, further))

    @property
    def closed(self) -> bool:
        """Whether it has come back to where it began."""
        return self.at == self.anchor

    @property
    def turned(self) -> "Gesture":
        """With a corner where it is now."""
        last = (self.anchor, *self.through)[-1]
        return self if self.at == last else replace(self, through=(*self.through, self.at))

    def on(self, image: Image.Image) -> Image.Image:
        """A new picture: ``image`` painted through the stencil."""
        painted = image.copy()
        painted.paste(self.pen.paint, (0, 0), self.stencil)
        return painted
