"""kitty and sixel through textual-image. Importing this module queries the terminal."""

from typing import Any

from PIL import Image
from textual.app import ComposeResult
from textual.widget import Widget
from textual_image.widget import SixelImage, TGPImage

from screens.picture.mode import Mode


class Graphics(Widget):
    """Draws a picture with the terminal's own protocol, as large as fits, aspect kept."""

    DEFAULT_CSS = """
    Graphics { width: 1fr; height: 1fr; align: center middle; }
    Graphics > * { width: auto; height: auto; }
    """

    def __init__(self, mode: Mode, **options: Any) -> None:
        super().__init__(**options)
        self._body: Widget = (SixelImage if mode == "sixel" else TGPImage)()

    def compose(self) -> ComposeResult:
        yield self._body

    def show(self, image: Image.Image | None) -> None:
        """Show ``image``; None clears the place."""
        self._body.image = image  # type: ignore[attr-defined]
