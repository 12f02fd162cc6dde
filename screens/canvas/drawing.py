"""A picture that is being drawn: what it is, what it was, and what the hand is doing. Pure."""

from collections import deque
from typing import Generic, TypeVar

from PIL import Image, ImageOps

from screens.canvas.colours import Colour
from screens.canvas.hand import Hand
from screens.canvas.stencils import Point, Size

State = TypeVar("State")
LIMIT = 200


class History(Generic[State]):
    """States that nothing ever changes, the newest ``limit`` of those before ``now``."""

    def __init__(self, now: State, limit: int = LIMIT) -> None:
        self.now = now
        self._past: deque[State] = deque(maxlen=limit)
        self._future: list[State] = []

    def push(self, state: State) -> None:
        """Go on from here: what was taken back is gone."""
        self._past.append(self.now)
        self._future.clear()
        self.now = state

    def undo(self) -> bool:
        """The state before; False where none is known."""
        if not self._past:
            return False
        self._future.append(self.now)
        self.now = self._past.pop()
        return True

    def redo(self) -> bool:
        """The state that was taken back; False where none was."""
        if not self._future:
            return False
        self._past.append(self.now)
        self.now = self._future.pop()
        return True


class Drawing:
    """A picture of any size and of mode RGB or L; no picture is ever changed once it is there.

    What the :class:`Hand` does is one step of the history, and so is every other change; a step
    that changes nothing is none.
    """

    def __init__(self, image: Image.Image, limit: int = LIMIT) -> None:
        self._history = History(image, limit)
        self.hand = Hand(self)

    @property
    def image(self) -> Image.Image:
        """The picture without what the hand is doing."""
        return self._history.now

    @property
    def picture(self) -> Image.Image:
        """What is drawn: a stroke in progress is, a shape that is still being placed is not."""
        return self.image if self.hand.placing else self.hand.shown

    @property
    def size(self) -> Size:
        """Width and height in pixels."""
        return self.image.size

    def colour(self, at: Point) -> Colour:
        """The colour of a pixel, one level a band."""
        pixel = self.image.getpixel(at)
        return tuple(pixel) if isinstance(pixel, tuple) else (int(pixel or 0),)

    def take(self, image: Image.Image) -> None:
        """Go on with another picture of the same size, as one step."""
        self.hand.end()
        if image.tobytes() != self.image.tobytes():
            self._history.push(image)

    def clear(self, colour: Colour) -> None:
        """Nothing but one colour."""
        self.take(Image.new(self.image.mode, self.size, colour))

    def mirror(self) -> None:
        """Exchange left and right."""
        self.hand.end()
        self.take(ImageOps.mirror(self.image))

    def undo(self) -> bool:
        """Take back what the hand is doing, or the last step; False for none."""
        return self.hand.undo() or self._history.undo()

    def redo(self) -> bool:
        """Do again what was taken back; False where nothing was."""
        return self.hand.gesture is None and self._history.redo()
