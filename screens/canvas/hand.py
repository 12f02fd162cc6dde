"""What the hand does to a drawing, from touching it to leaving it."""

from dataclasses import dataclass, replace
from typing import Protocol

from PIL import Image

from screens.canvas import stencils
from screens.canvas.stencils import Point
from screens.canvas.tools import Pen


class DrawnOn(Protocol):
    """What a hand draws on: ``image`` is there without what the hand is doing."""

    @property
    def image(self) -> Image.Image: ...

    def take(self, image: Image.Image) -> None: ...


@dataclass(frozen=True)
class Gesture:
    """One movement: ``stencil`` is what it touches so far, from ``anchor`` to where it is ``at``.

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


class Hand:
    """One gesture, from :meth:`begin` to :meth:`end`, is one step of the drawing's history."""

    def __init__(self, drawing: DrawnOn) -> None:
        self._drawing = drawing
        self.gesture: Gesture | None = None

    @property
    def shown(self) -> Image.Image:
        """The picture with the stroke or shape in progress."""
        image = self._drawing.image
        return self.gesture.on(image) if self.gesture else image

    @property
    def placing(self) -> bool:
        """Whether a shape has its anchor and waits for its end."""
        return self.gesture is not None and self.gesture.pen.kind == "shape"

    def begin(self, pen: Pen, at: Point) -> None:
        """The hand comes down at ``at``; what it was doing before is finished first."""
        self.end()
        self.gesture = Gesture.begun(pen, at, self._drawing.image)

    def move(self, at: Point) -> None:
        """The hand goes on to ``at``, if it is down."""
        if self.gesture is not None:
            self.gesture = self.gesture.moved(at, self._drawing.image)

    def change(self, pen: Pen) -> None:
        """Another pen in mid-air: a shape takes it on, a stroke ends and the next one begins."""
        doing = self.gesture
        if doing is None:
            return
        if doing.pen.kind == pen.kind == "shape":
            corners = doing.through if pen.tool == "polygon" else ()
            self.gesture = replace(doing, pen=pen, through=corners)
            return self.move(doing.at)
        if doing.pen.kind == "stroke":
            self.end()
        self.drop()
        if doing.pen.kind == pen.kind == "stroke":
            self.begin(pen, doing.at)

    def end(self) -> None:
        """The hand leaves: what it did is one step."""
        if self.gesture is not None:
            shown, self.gesture = self.shown, None
            self._drawing.take(shown)

    def place(self) -> None:
        """A shape ends here; a polygon gets a corner, and ends where it began."""
        doing = self.gesture
        if doing is None or doing.pen.tool != "polygon" or (doing.through and doing.closed):
            self.end()
        else:
            self.gesture = doing.turned

    def drop(self) -> None:
        """Forget what the hand is doing."""
        self.gesture = None

    def undo(self) -> bool:
        """Take back a corner, or what the hand is doing; False where it does nothing."""
        gesture = self.gesture
        if gesture is None:
            return False
        if gesture.through:
            self.gesture = replace(gesture, through=gesture.through[:-1])
            self.move(gesture.at)
        else:
            self.drop()
        return True
