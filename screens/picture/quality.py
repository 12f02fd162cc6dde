"""How good a frame of a stream is: fewer colours and smaller pictures cost fewer bytes. Pure."""

from typing import NamedTuple

from PIL import Image

SMALLEST = 32
"""Pixels of the longer side below which a picture is not made smaller for the link's sake."""


class Quality(NamedTuple):
    """``colours`` of the palette (None: exact), the size's divisor, and the bytes' share of all."""

    colours: int | None
    divisor: int
    cost: float

    def sized(self, image: Image.Image) -> Image.Image:
        """The RGB picture at the size of this quality."""
        image = image.convert("RGB")
        divisor = min(self.divisor, max(1, max(image.size) // SMALLEST))
        if divisor == 1:
            return image
        width, height = (max(1, side // divisor) for side in image.size)
        return image.resize((width, height), Image.Resampling.BOX)

    def __str__(self) -> str:
        colours = f"{self.colours} colours" if self.colours else "exact"
        return colours if self.divisor == 1 else f"{colours} · 1/{self.divisor} size"


LADDERS: dict[str, tuple[Quality, ...]] = {
    "kitty": (
        Quality(None, 1, 1.0),
        Quality(256, 1, 0.37),
        Quality(64, 1, 0.27),
        Quality(16, 1, 0.14),
        Quality(16, 2, 0.04),
        Quality(16, 4, 0.01),
    ),
    "sixel": (
        Quality(256, 1, 1.0),
        Quality(64, 1, 0.7),
        Quality(16, 1, 0.4),
        Quality(16, 2, 0.2),
        Quality(16, 4, 0.1),
    ),
    "half": (Quality(None, 1, 1.0), Quality(256, 1, 0.45)),
    "off": (Quality(None, 1, 1.0),),
}
"""From the best to the cheapest, by the way that pictures take."""
