"""How good a frame of a stream is: fewer colours and smaller pictures cost fewer bytes. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from PIL import Image

SMALLEST = 32
"""Pixels of the longer side below which a picture is not made smaller for the link's sake."""
BACK = 3
"""Quick frames in a row after which the next ones may be better."""
HASTE = 0.7
"""Share of the time that a better frame would have to keep to."""


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


class Ladder:
    """Qualities from the best to the cheapest, and the ``level`` that the link allows now."""

    def __init__(self, steps: Sequence[Quality], level: int = 0) -> None:
        self._steps = tuple(steps)
        self.level = min(level, len(self._steps) - 1)
        self._quick = 0

    @property
    def quality(self) -> Quality:
        """What the next frame of a stream should be like."""
        return self._steps[self.level]

    @property
    def best(self) -> Quality:
        """What a picture is like that stands still."""
        return self._steps[0]

    def adapt(self, took: float, target: float) -> None:
        """A frame of this level took so many seconds, and should take at most ``target``."""
        dearer = self._steps[max(0, self.level - 1)].cost / self.quality.cost
        if took > target:
            self._quick = 0
            self.level = min(len(self._steps) - 1, self.level + (2 if took > 3 * target else 1))
        elif self.level and took * dearer < HASTE * target:
            self._quick += 1
            if self._quick >= BACK:
                self._quick, self.level = 0, self.level - 1
        else:
            self._quick = 0
