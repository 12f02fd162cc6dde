"""How far a result is from its original, as a picture and as one number. Pure."""

from PIL import Image, ImageChops

GAIN = 4
"""How many times as large a difference is shown."""


def outside(result: Image.Image, original: Image.Image, mask: Image.Image) -> int:
    """The largest difference of any band where the mask is black; all of one size."""
    gap = ImageChops.difference(result, original)
    kept = mask.convert("L").point(lambda level: 0 if level else 255)
    gap.paste((0, 0, 0), mask=ImageChops.invert(kept))
    return max(int(high) for _, high in gap.getextrema())  # type: ignore[misc]


def picture(result: Image.Image, original: Image.Image) -> Image.Image:
    """The difference, GAIN times as large: black is none."""
    return ImageChops.difference(result, original).point(lambda level: min(255, GAIN * level))
