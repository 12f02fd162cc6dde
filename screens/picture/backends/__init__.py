"""The ways that a picture takes to the terminal: what is drawn as cells, and what is sent."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from screens.picture.quality import Quality
from screens.picture.transmission import PictureState, Transmission
from screens.picture.visible_region import VisibleRegion

if TYPE_CHECKING:
    from screens.picture.widget import Picture


class Backend(Protocol):
    """One way to the terminal.

    ``spot`` is what of a sight must be the same for what was sent to be right still, None where
    nothing can be sent there. ``work`` is made on the event loop and called beside it: it encodes
    the picture at a quality, in pieces of about ``piece`` bytes. ``gone`` frees what is held.
    A ``fragile`` way's pixels are lost where cells are written over them; where ``cells`` are all
    that is drawn, a picture whose cells were drawn is shown.
    """

    name: str
    fragile: bool
    cells: bool

    def spot(self, region: VisibleRegion) -> object: ...

    def work(
        self,
        held: PictureState,
        picture: "Picture",
        region: VisibleRegion,
        quality: Quality,
        piece: int,
    ) -> Callable[[], Transmission]: ...

    def gone(self, held: PictureState) -> bytes: ...
