"""What the terminal has of one picture, and what is on its way there."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from PIL import Image

from screens.picture.quality import Quality


class Chunk(NamedTuple):
    """Bytes that go in one write; ``landed`` is called when they are written."""

    data: bytes
    landed: Callable[[], None] | None = None


class Transmission(NamedTuple):
    """A frame in chunks. ``joined``: all of them must go, and no other picture's between them."""

    chunks: list[Chunk]
    joined: bool = False


class Rendition(NamedTuple):
    """An image at a quality in a place; none at all to begin with.

    ``level`` is that of a stream's ladder, None for a picture that stands still.
    """

    image: Image.Image | None = None
    quality: Quality | None = None
    spot: object = None
    level: int | None = None


NOTHING = Rendition()


@dataclass(eq=False)
class PictureState:
    """``shown`` is what the terminal shows, ``rest`` the chunks of ``coming`` still to be sent.

    ``size`` says what it keeps under ``ident`` (kitty), ``asked`` and ``turn`` when the image was
    changed and when something of it was sent.
    """

    ident: int
    shown: Rendition = NOTHING
    coming: Rendition = NOTHING
    rest: deque[Chunk] = field(default_factory=deque)
    joined: bool = False
    begun: bool = False
    size: tuple[object, ...] = ()
    asked: float = float("-inf")
    turn: float = float("-inf")

    def load(self, coming: Rendition, transmission: Transmission) -> None:
        """A frame is ready to be sent."""
        self.coming, self.joined, self.begun = coming, transmission.joined, False
        self.rest = deque(transmission.chunks)

    def take(self) -> Chunk:
        """The next chunk to be sent; with the last one the frame is shown."""
        chunk, self.begun = self.rest.popleft(), True
        if not self.rest:
            self.shown, self.joined = self.coming, False
        return chunk

    def settle(self, image: Image.Image | None, spot: object) -> None:
        """Drop what is of no use now: meant for elsewhere, or of an image that has moved on.

        A stream's frame that has begun is finished, or one that takes long would never be whole.
        """
        stale = self.coming.level is None and self.coming.image is not image
        if self.rest and not self.joined and (stale or self.coming.spot != spot):
            self.rest.clear()

    def spoilt(self) -> None:
        """Something was drawn over it."""
        self.shown = self.shown._replace(spot=None)
        if not self.joined:
            self.rest.clear()

    def forget(self) -> None:
        """The terminal has nothing of it any longer."""
        self.shown, self.size, self.joined = NOTHING, (), False
        self.rest.clear()
