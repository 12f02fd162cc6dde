"""Which part of a picture is looked at, and how: sharp or smooth. Pure."""

from typing import NamedTuple

from PIL import Image

from screens.picture.fit import Size

ZOOMS = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0)
LEAST = 4
"""Pixels of the shorter side that are seen at the closest."""
STEP = 0.25
"""Of what is seen, by which it moves."""


class Viewport(NamedTuple):
    """``zoom`` 1 is the whole picture; ``x`` and ``y`` are the middle of the part, 0 to 1."""

    zoom: float = 1.0
    x: float = 0.5
    y: float = 0.5
    smooth: bool = False

    def zoomed(self, by: int, picture: Size) -> "Viewport":
        """Closer (1) or farther (-1), as far as a picture of that size allows."""
        allowed = [z for z in ZOOMS if z == 1 or min(picture) / z >= LEAST]
        at = min(range(len(allowed)), key=lambda n: abs(allowed[n] - self.zoom)) + by
        return self._replace(zoom=allowed[max(0, min(at, len(allowed) - 1))])._inside()

    def moved(self, right: int, down: int) -> "Viewport":
        """A quarter of what is seen to the right and down, not beyond the picture's edge."""
        by = STEP / self.zoom
        return self._replace(x=self.x + right * by, y=self.y + down * by)._inside()

    def box(self, picture: Size) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the part, in pixels of the picture."""
        wide, high = picture[0] / self.zoom, picture[1] / self.zoom
        left, top = self.x * picture[0] - wide / 2, self.y * picture[1] - high / 2
        return (
            max(0.0, left),
            max(0.0, top),
            min(picture[0], left + wide),
            min(picture[1], top + high),
        )

    def of(self, image: Image.Image, size: Size) -> Image.Image:
        """The part of an RGB picture, ``size`` pixels large. What is made smaller is smooth."""
        box = self.box(image.size)
        smaller = box[2] - box[0] > size[0] or box[3] - box[1] > size[1]
        way = Image.Resampling.LANCZOS if self.smooth or smaller else Image.Resampling.NEAREST
        return image.resize(size, way, box=box)

    def said(self, picture: Size) -> str:
        """``64 × 64 · ×4 · smooth``."""
        words = [f"{picture[0]} × {picture[1]}"]
        if self.zoom > 1:
            words.append(f"×{self.zoom:g}")
        return " · ".join(["", *words, "smooth" if self.smooth else "sharp"]).removeprefix(" ")

    def _inside(self) -> "Viewport":
        half = 0.5 / self.zoom
        x, y = (max(half, min(1 - half, middle)) for middle in (self.x, self.y))
        return self._replace(x=x, y=y)
