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
MOST = 256
ROUGH = 64
"""Up to so many colours an octree's are not good enough: at 32 noise is three times as far off."""
SAMPLE = 32
"""Pixels a side that are looked at for them."""


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


def reduced(image: Image.Image, colours: int | None) -> Image.Image:
    """``image`` with at most ``colours`` (2 to 256) of its own, mode P; as RGB for None.

    Not dithered: what stays the same from step to step should look the same. A picture of mode P
    that has no more colours is left as it is, so parts of one may be sent with its one palette.
    """
    if colours is not None and not 2 <= colours <= MOST:
        raise ValueError(f"{colours} colours: use 2 to {MOST}")
    if image.mode == "P" and _has(image, colours or MOST):
        return image
    image = image.convert("RGB")
    if colours is None:
        return image
    if colours > ROUGH:
        return _octree(image, colours)
    return image.quantize(palette=_palette(image, colours), dither=Image.Dither.NONE)


def _has(image: Image.Image, colours: int) -> bool:
    """Whether so many colours are enough for a picture of mode P, all of them in its palette."""
    used = image.getcolors() or []
    listed = len(image.getpalette() or ()) // 3
    return len(used) <= colours and all(number < listed for _, number in used)  # type: ignore[operator]


def _octree(image: Image.Image, colours: int) -> Image.Image:
    return image.quantize(colours, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)


def _palette(image: Image.Image, colours: int) -> Image.Image:
    """An octree's colours of a sample, each moved to the mean of what lies nearest (Lloyd 1982)."""
    import numpy as np

    size = min(image.width, SAMPLE), min(image.height, SAMPLE)
    sample = image.resize(size, Image.Resampling.NEAREST)
    listed = _octree(sample, colours).getpalette() or []
    centres = np.array(listed, np.float32).reshape(-1, 3)
    pixels = np.asarray(sample, np.float32).reshape(-1, 3)
    nearest = ((centres**2).sum(1) - 2 * pixels @ centres.T).argmin(1)
    count = np.bincount(nearest, minlength=len(centres))
    sums = [np.bincount(nearest, channel, len(centres)) for channel in pixels.T]
    means = np.stack(sums, 1)[count > 0] / count[count > 0, None]
    palette = Image.new("P", (1, 1))
    palette.putpalette(np.rint(means).astype(np.uint8).tobytes())
    return palette
