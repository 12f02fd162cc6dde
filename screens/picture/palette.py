"""The fixed colours of a terminal without truecolor, and the nearest of them to every colour."""

from functools import cache
from typing import Any

from PIL import Image
from rich.color import Color

CHROMA = 1.5
"""How much more a hue counts than a lightness: otherwise faint hues all turn to greys."""


class Palette:
    """Colours ``first`` to ``last`` of a terminal's 256 (0-15 differ from theme to theme)."""

    def __init__(self, first: int, last: int) -> None:
        self.first, self.last = first, last

    def nearest(self, image: Image.Image) -> bytes:
        """The colour number of each pixel, row by row: nearest in Oklab (Ottosson 2020)."""
        import numpy as np

        levels = (np.asarray(image, np.uint16) * 31 + 127) // 255
        cells = (levels[..., 0] * 32 + levels[..., 1]) * 32 + levels[..., 2]
        return bytes(_table(self.first, self.last)[cells].tobytes())


FIXED = Palette(16, 255)
STANDARD = Palette(0, 15)


@cache
def _table(first: int, last: int) -> Any:
    """Number of the nearest colour for 32 levels of each of red, green, blue: (32768,) uint8."""
    import numpy as np

    level = np.arange(32) * 255 / 31
    asked = _oklab(np.stack(np.meshgrid(level, level, level, indexing="ij"), -1).reshape(-1, 3))
    triplets = [tuple(Color.from_ansi(n).get_truecolor()) for n in range(first, last + 1)]
    given = _oklab(np.array(triplets, np.float64))
    gaps = (given**2).sum(-1) - 2 * asked @ given.T
    return (gaps.argmin(-1) + first).astype(np.uint8)


def _oklab(rgb: Any) -> Any:
    """(N, 3) sRGB of 0 to 255 as Oklab lightness and twice weighted chroma."""
    import numpy as np

    unit = rgb / 255
    linear = np.where(unit <= 0.04045, unit / 12.92, ((unit + 0.055) / 1.055) ** 2.4)
    cones = np.cbrt(linear @ np.array(_TO_CONES).T)
    return cones @ np.array(_TO_LAB).T * np.array((1, CHROMA, CHROMA))


_TO_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
