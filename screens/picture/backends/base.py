"""What a protocol for pictures has: every other module of this package is one.

A module's name is the protocol's own, as ``--images`` takes it, and its ``PROTOCOL`` says the
rest; :mod:`screens.picture.picture_mode` lists them, :mod:`screens.picture.detect` finds out what
a terminal can.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from screens.picture.capabilities import Capabilities
from screens.picture.quality import Quality

if TYPE_CHECKING:
    from PIL import Image
    from textual.strip import Strip

    from screens.picture.color_encoding import ColorEncoding
    from screens.picture.fit import Box
    from screens.picture.half_blocks import Margin
    from screens.picture.transmission import PictureState, Transmission
    from screens.picture.visible_region import VisibleRegion

Size = tuple[int, int]
Body = Callable[[int, int, int, "Margin"], list["Strip"]]
"""Draws the cells of a picture, from its number, its columns and lines, and what is beside it."""


class Terminal(NamedTuple):
    """What was found of it; the pixels of a cell and its height in lines, as of now."""

    capabilities: Capabilities
    cell: Callable[[], Size]
    lines: Callable[[], int]


class ShownCells(Protocol):
    """The cells of a picture as they are now.

    ``place`` is where the picture lies in its room and ``region`` where that is seen on the
    screen, None where there is nothing to see; ``body`` has the lines of the picture itself.
    """

    @property
    def place(self) -> "Box": ...

    @property
    def margin(self) -> "Margin": ...

    @property
    def body(self) -> "list[Strip]": ...

    @property
    def region(self) -> "VisibleRegion | None": ...

    def reform(self) -> None: ...


class ShownPicture(Protocol):
    """What must be known of a widget to send its picture.

    ``take`` says which lines are its cells now, and whether they are on the terminal already.
    """

    image: "Image.Image | None"

    @property
    def cells(self) -> ShownCells: ...

    @property
    def encoding(self) -> "ColorEncoding | None": ...

    def take(self, first: int, strips: "Sequence[Strip]", drawn: bool = True) -> None: ...

    def has_class(self, *names: str) -> bool: ...

    def refresh(self) -> object: ...


class Backend(Protocol):
    """A protocol at work on a terminal.

    ``spot`` is what of a region must be the same for what was sent to be right still, None where
    nothing can be sent there. ``encoder`` is made on the event loop and called beside it: it
    encodes the picture at a quality, in chunks of about ``chunk_size`` bytes. ``release`` frees
    what is held. ``body`` draws the cells of a picture where it is now, None where half-blocks do.
    A ``fragile`` protocol's pixels are lost where cells are written over them; where ``cells`` are
    all that is drawn, a picture whose cells were drawn is shown.
    """

    fragile: bool
    cells: bool

    def spot(self, region: "VisibleRegion") -> object: ...

    def encoder(
        self,
        state: "PictureState",
        picture: ShownPicture,
        region: "VisibleRegion",
        quality: Quality,
        chunk_size: int,
    ) -> "Callable[[], Transmission]": ...

    def release(self, state: "PictureState") -> bytes: ...

    def body(self, picture: ShownPicture) -> Body | None: ...


@dataclass(frozen=True)
class ImageProtocol:
    """``title`` is what reports call it; of those ``supported``, auto takes the highest ``rank``.

    ``ladder`` is from the best quality to the cheapest. ``pixels`` says that it draws the
    terminal's own, finer than half a cell. ``refusal`` says why it cannot be had even by name, ''
    where it may be tried: a terminal may be able and not say so.
    """

    title: str
    rank: int
    supported: Callable[[Capabilities], bool]
    ladder: tuple[Quality, ...]
    open: Callable[[Terminal], Backend]
    pixels: bool = True
    refusal: Callable[[Capabilities], str] = lambda _: ""
