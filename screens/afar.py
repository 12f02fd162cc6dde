"""A picture as it looks from ever farther away. Pure."""

from PIL import Image

from screens.picture.fit import scaled

SIDES = (32, 16, 8)
"""Pixels along a side that are left to tell apart. A hybrid's far band is what is left at 8: its
spread is a 32nd of the picture, and a picture of 8 pixels holds waves down to a quarter of it."""
SMALLER = (1, 2, 4, 8)
FULL = 256
"""Pixels of the first of the smaller ones."""
GAP = 1 / 24


def softened(image: Image.Image, side: int) -> Image.Image:
    """The picture at its own size, with no more detail than ``side`` pixels hold."""
    few = image.resize((side, side), Image.Resampling.LANCZOS)
    return few.resize(image.size, Image.Resampling.BICUBIC)


def smaller(image: Image.Image, ground: tuple[int, int, int]) -> Image.Image:
    """The picture at 1, 1/2, 1/4 and 1/8 of its size, side by side on ``ground``, feet level."""
    copies = [scaled(image, (FULL // by, FULL // by)) for by in SMALLER]
    gap = round(FULL * GAP)
    width = sum(copy.width for copy in copies) + gap * (len(copies) - 1)
    whole, left = Image.new("RGB", (width, FULL), ground), 0
    for copy in copies:
        whole.paste(copy, (left, FULL - copy.height))
        left += copy.width + gap
    return whole
