"""kitty and sixel through textual-image. Importing this module queries the terminal."""

from textual.widget import Widget
from textual_image.widget import SixelImage, TGPImage

from screens.picture.mode import Mode


def body(mode: Mode) -> Widget:
    """A widget with a settable ``image`` that draws it with the terminal's own protocol."""
    made: Widget = (SixelImage if mode == "sixel" else TGPImage)()
    return made
