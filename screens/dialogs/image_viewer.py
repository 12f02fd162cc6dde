"""One picture by itself, as large as the terminal allows: closer, farther, left and right."""

from typing import ClassVar

from PIL import Image
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen

from screens import keys
from screens.picture import picture_mode
from screens.picture.fit import SQUARE_CELL, Size, Viewport, fitted
from screens.picture.widget import Picture
from screens.widgets.key_line import KeyLine


class ImageViewer(ModalScreen[None]):
    """Left with ``q``. ``cell`` is in pixels, where the terminal draws pixels and not cells."""

    BINDINGS: ClassVar[list[BindingType]] = [*keys.bindings("still"), *keys.bindings("modal.leave")]
    HELP = """
    ## A picture by itself

    **+** and **−** go closer and farther, the arrows move, **0** shows all of it. Sharp pixels are
    the picture's own; **s** makes them smooth.
    """
    DEFAULT_CSS = """
    ImageViewer { background: $background; }
    """

    def __init__(self, image: Image.Image, name: str, cell: Size) -> None:
        super().__init__()
        self.image, self.part = image.convert("RGB"), Viewport()
        self._title, self._cell = name, cell if picture_mode.fine() else SQUARE_CELL
        self._picture = Picture()

    def compose(self) -> ComposeResult:
        yield self._picture
        yield KeyLine()

    def on_mount(self) -> None:
        self.call_after_refresh(self._look)

    def on_resize(self) -> None:
        self.call_after_refresh(self._look)

    def action_zoom(self, by: int) -> None:
        self.part = self.part.zoomed(by, self.image.size)
        self._look()

    def action_whole(self) -> None:
        self.part = Viewport(smooth=self.part.smooth)
        self._look()

    def action_pan(self, right: int, down: int) -> None:
        self.part = self.part.moved(right, down)
        self._look()

    def action_smooth(self) -> None:
        self.part = self.part._replace(smooth=not self.part.smooth)
        self._look()

    def action_dismiss_none(self) -> None:
        self.dismiss(None)

    def _look(self) -> None:
        """Show the part at the pixels that there are."""
        columns, lines = self._picture.content_size
        room = columns * self._cell[0], max(0, lines - 1) * self._cell[1]
        if min(room) < 1:
            return
        seen = self.part.of(self.image, fitted(self.image.size, room))
        self._picture.show(seen, f"{self._title} {self.part.said(self.image.size)}".strip())
