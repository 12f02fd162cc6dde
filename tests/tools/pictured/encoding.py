"""What one frame costs before it can be sent, both sides, outside of any app."""

import io
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from PIL import Image
from rich.console import Console
from rich.style import Style

CELLS, PIXELS = (40, 20), (400, 400)
COLOURS = 64
"""Of kitty's frames while they stream."""
TIMES = 5
Encode = Callable[[Image.Image], object]


def milliseconds(side: str, way: str, images: list[Image.Image]) -> float:
    """The median of some frames between noise and photo."""
    encode = {"ours": _ours, "theirs": _theirs}[side](way)
    took = []
    for image in images[:: max(1, len(images) // TIMES)]:
        begun = time.perf_counter()
        encode(image)
        took.append(time.perf_counter() - begun)
    return 1000 * median(took[1:] or took)


def _ours(way: str) -> Encode:
    from screens.picture.color_encoding import TRUECOLOR
    from screens.picture.encode import kitty, sixel
    from screens.picture.fit import scaled
    from screens.picture.half_blocks import Margin, half_blocks

    console, margin = _console(), Margin(0, 0, Style())
    size = CELLS[0], CELLS[1] * 2

    def half(image: Image.Image) -> list[str]:
        return [s.render(console) for s in half_blocks(scaled(image, size), TRUECOLOR, margin)]

    ways: dict[str, Encode] = {
        "kitty": lambda image: kitty.frame(1, image, COLOURS),
        "sixel": lambda image: sixel.sixel(image, *PIXELS),
        "half": half,
    }
    return ways[way]


def _theirs(way: str) -> Encode:
    from textual_image._pixeldata import PixelData
    from textual_image._sixel import image_to_sixels
    from textual_image.renderable import HalfcellImage, TGPImage, tgp

    def send(**keys: Any) -> None:
        """Instead of the one that writes."""

    def printed(kind: Any, image: Image.Image) -> None:
        _console().print(kind(image, *CELLS))

    def kitty(image: Image.Image) -> None:
        written, tgp._send_tgp_message = tgp._send_tgp_message, send
        try:
            printed(TGPImage, image)
        finally:
            tgp._send_tgp_message = written

    ways: dict[str, Encode] = {
        "kitty": kitty,
        "sixel": lambda image: image_to_sixels(
            PixelData(image).scaled(*PIXELS).pil_image, None, (18, 18, 18, 255)
        ),
        "half": lambda image: printed(HalfcellImage, image),
    }
    return ways[way]


def _console() -> Console:
    width, height = CELLS
    options: dict[str, Any] = {"color_system": "truecolor", "force_terminal": True}
    return Console(file=io.StringIO(), width=width, height=height, **options)
