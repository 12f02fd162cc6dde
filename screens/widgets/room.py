"""The pixels that a widget has for pictures, under a line for their label."""

from textual.widget import Widget

from screens.picture import picture_mode

FINE = 8
"""Pixels in a half-cell of a terminal that draws real ones, or more."""


def pixels(widget: Widget) -> tuple[int, int]:
    """Wide and high: a half-block is one pixel, a terminal's own pixels are many more."""
    width, height = widget.content_size
    fine = 1 if picture_mode.chosen() == "half" else FINE
    return width * fine, max(0, height - 1) * 2 * fine
