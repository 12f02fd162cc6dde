"""Two ways from a picture to the terminal, as widgets: ours, and textual-image's."""

import os
from typing import Any

from PIL import Image
from textual.driver import Driver
from textual.widget import Widget

Side = tuple[Widget, type[Driver] | None]
"""A widget, and what the app is to read the terminal with (None: as Textual does)."""


def ours(way: str) -> Side:
    """Our widget, the terminal asked as the program asks it."""
    from screens.picture import picture_mode
    from screens.picture.capabilities import window_cell
    from screens.picture.detect import detect
    from screens.picture.probe.exchange import Quiet
    from screens.picture.widget import Picture
    from tui.driver import driver

    quiet = Quiet(0, 2).__enter__()
    picture_mode.choose(way, detect(os.environ, quiet.ask, window_cell(2)))
    return Picture(id="picture"), driver(quiet)


def theirs(way: str) -> Side:
    """textual-image's widget; its import asks the terminal."""
    from textual_image import widget

    from screens.picture import picture_mode

    picture_mode.choose("off")
    kinds: dict[str, Any] = {
        "kitty": widget.TGPImage,
        "sixel": widget.SixelImage,
        "half": widget.HalfcellImage,
    }
    return kinds[way](id="picture"), None


def show(widget: Any, image: Image.Image) -> None:
    """Give either of them a picture."""
    if hasattr(widget, "show"):
        widget.show(image)
    else:
        widget.image = image
