"""Pictures as sixels: their own palette first, then bands of six rows.

DEC STD 070, chapter 9; https://vt100.net/docs/vt3xx-gp/chapter14.html
"""

import numpy as np
from PIL import Image

from screens.picture.encode.sixel_bands import BAND, bands
from screens.picture.quality import MOST, reduced

LIMIT = 1_000_000
"""Bytes of one picture: tmux drops what is longer."""
FEW = 16
SNUG = 0.8
"""Share of the room that is enough."""
Size = tuple[int, int]


def sixel(image: Image.Image, width_px: int, height_px: int, colours: int = MOST) -> bytes:
    """``image`` as one sixel string that fills exactly ``width_px`` by ``height_px`` pixels.

    At most ``colours`` registers (2 to 256), all of them defined first. Each pixel becomes a
    rectangle (nearest neighbour); a picture that is too large is averaged down. Never more than
    1 MB: what would be has fewer colours, and then fewer pixels.
    """
    image = _fitted(image, width_px, height_px)
    while len(data := _string(reduced(image, colours), width_px, height_px)) > LIMIT:
        if colours > FEW:
            colours = max(FEW, colours // 4)
        else:
            image = _fitted(image, image.width // 2, image.height // 2)
    return data


def snug(picture: Size, room: Size) -> Size:
    """A size in pixels within ``room`` at which ``picture``'s rows and the bands share their edges.

    Then all pixels are equal squares, and noise costs half the bytes: no row of pixels is painted
    twice. ``room`` itself where that size would be much smaller.
    """
    most = min(room[0] // picture[0], room[1] // picture[1])
    factor = next((f for f in range(most, 0, -1) if f % BAND == 0 or BAND % f == 0), 0)
    width, height = picture[0] * factor, picture[1] * factor
    return (width, height) if width * height >= SNUG * room[0] * room[1] else room


def drawn(data: bytes, column: int, line: int) -> bytes:
    """``data`` with its upper left corner in a cell (from 0), in one go, the cursor left alone."""
    there = f"\x1b[{line + 1};{column + 1}H".encode()
    return b"\x1b[?2026h\x1b7" + there + data + b"\x1b8\x1b[?2026l"


def _fitted(image: Image.Image, width: int, height: int) -> Image.Image:
    size = max(1, min(image.width, width)), max(1, min(image.height, height))
    if size == image.size:
        return image
    return image.convert("RGB").resize(size, Image.Resampling.BOX)


def _string(image: Image.Image, width: int, height: int) -> bytes:
    """A picture of mode P: the frequent colours get the short numbers."""
    pixels = np.asarray(image)
    counts = np.bincount(pixels.ravel(), minlength=MOST)
    order = np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)]
    registers = np.zeros(MOST, np.int32)
    registers[order] = np.arange(len(order))
    head = f'\x1bP0;1;0q"1;1;{width};{height}{_palette(image, order)}'.encode()
    return head + bands(registers[pixels], width, height) + b"\x1b\\"


def _palette(image: Image.Image, order: np.ndarray) -> str:
    """A register for each colour, in percent, which is all that sixels can say."""
    percent = np.rint(np.array(image.getpalette()).reshape(-1, 3)[order] * (100 / 255)).astype(int)
    return "".join(f"#{n};2;{r};{g};{b}" for n, (r, g, b) in enumerate(percent.tolist()))
