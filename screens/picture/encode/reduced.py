"""A picture with fewer colours, quickly: noise is the usual case, and it comes every frame."""

from PIL import Image

MOST = 256
ROUGH = 64
"""Up to so many colours an octree's are not good enough: at 32 noise is three times as far off."""
SAMPLE = 32
"""Pixels a side that are looked at for them."""


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
