"""kitty and sixel through textual-image. Importing this module queries the terminal."""

from typing import Any

from PIL import Image
from textual.app import ComposeResult
from textual.widget import Widget
from textual_image.widget import SixelImage, TGPImage

from screens.picture.fit import Box
from screens.picture.mode import Mode


class Graphics(Widget):
    """Draws a picture by the terminal's own protocol, in the cells that half-blocks would take."""

    DEFAULT_CSS = """
    Graphics > * { width: 1fr; height: 1fr; }
    """

    def __init__(self, mode: Mode, **options: Any) -> None:
        super().__init__(**options)
        self._body: Widget = (SixelImage if mode == "sixel" else TGPImage)()

    def compose(self) -> ComposeResult:
        yield self._body

    def show(self, image: Image.Image | None, place: Box) -> None:
        """Show ``image`` at ``place`` of the parent; None clears it."""
        self.display = image is not None and place.width > 0
        self.styles.margin = (place.top // 2, 0, 0, place.left)
        self.styles.width, self.styles.height = place.width, place.height // 2
        if image is not self._body.image:  # type: ignore[attr-defined]
            self._body.image = image  # type: ignore[attr-defined]
