"""A picture that is being drawn: what it is, what it was, and what the hand is doing."""

from dataclasses import replace

from PIL import Image, ImageOps

from screens.canvas.colours import Colour
from screens.canvas.gesture import Gesture
from screens.canvas.history import LIMIT, History
from screens.canvas.stencils import Point, Size
from screens.canvas.tools import Pen


class Drawing:
    """A picture of any size and of mode RGB or L; no picture is ever changed once it is there.

    One gesture, from :meth:`begin` to :meth:`end`, is one step of the history, and so is every
    other change; a step that changes nothing is none.
    """

    def __init__(self, image: Image.Image, limit: int = LIMIT) -> None:
        self._history = History(image, limit)
        self.gesture: Gesture | None = None

    @property
    def image(self) -> Image.Image:
        """The picture without what the hand is doing."""
        return self._history.now

    @property
    def shown(self) -> Image.Image:
        """The picture with the stroke or shape in progress."""
        return self.gesture.on(self.image) if self.gesture else self.image

    @property
    def picture(self) -> Image.Image:
        """What is drawn: a stroke in progress is, a shape that is still being placed is not."""
        return self.image if self.placing else self.shown

    @property
    def placing(self) -> bool:
        """Whether a shape has its anchor and waits for its end."""
        return self.gesture is not None and self.gesture.pen.kind == "shape"

    @property
    def size(self) -> Size:
        """Width and height in pixels."""
        return self.image.size

    def colour(self, at: Point) -> Colour:
        """The colour of a pixel, one level a band."""
        found = self.image.getpixel(at)
        return tuple(found) if isinstance(found, tuple) else (int(found or 0),)

    def begin(self, pen: Pen, at: Point) -> None:
        """The hand comes down at ``at``; what it was doing before is finished first."""
        self.end()
        self.gesture = Gesture.begun(pen, at, self.image)

    def move(self, at: Point) -> None:
        """The hand goes on to ``at``, if it is down."""
        if self.gesture is not None:
            self.gesture = self.gesture.moved(at, self.image)

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
            self.take(shown)

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

    def take(self, image: Image.Image) -> None:
        """Go on with another picture of the same size, as one step."""
        self.end()
        if image.tobytes() != self.image.tobytes():
            self._history.push(image)

    def clear(self, colour: Colour) -> None:
        """Nothing but one colour."""
        self.take(Image.new(self.image.mode, self.size, colour))

    def mirror(self) -> None:
        """Exchange left and right."""
        self.end()
        self.take(ImageOps.mirror(self.image))

    def undo(self) -> bool:
        """Take back a corner, what the hand is doing, or the last step; False for none."""
        if self.gesture is not None and self.gesture.through:
            self.gesture = replace(self.gesture, through=self.gesture.through[:-1])
            self.move(self.gesture.at)
            return True
        if self.gesture is not None:
            self.drop()
            return True
        return self._history.undo()

    def redo(self) -> bool:
        """Do again what was taken back; False where nothing was."""
        return self.gesture is None and self._history.redo()
