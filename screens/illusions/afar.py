"""A picture as it looks from ever farther away. Pure."""

from PIL import Image

from engine.runs.illusions.display import AFAR
from screens.picture.fit import scaled

SIDES = (16, 8)
"""Pixels along a side that are left to tell apart. A hybrid's far band is what is left at 8: its
spread is a 32nd of the picture, and a picture of 8 pixels holds waves down to a quarter of it."""
SMALLER = (1, *AFAR)
GAP = 2


def softened(image: Image.Image, side: int) -> Image.Image:
    """The picture at its own size, with no more detail than ``side`` pixels hold."""
    few = image.resize((side, side), Image.Resampling.LANCZOS)
    return few.resize(image.size, Image.Resampling.BICUBIC)


def smaller(image: Image.Image, room: tuple[int, int], ground: tuple[int, int, int]) -> Image.Image:
    """The picture at 1, 1/2, 1/4 and 1/8 of the size that the room has, feet level on ``ground``.

    It has the width of the room (in pixels), so that nothing of it need be scaled again.
    """
    gaps = GAP * (len(SMALLER) - 1)
    side = min(room[1], int((room[0] - gaps) / sum(1 / by for by in SMALLER))) // 2 * 2
    sides = [max(1, side // by) for by in SMALLER]
    whole, left = Image.new("RGB", (max(1, room[0]), max(1, side)), ground), 0
    for one in sides:
        whole.paste(scaled(image, (one, one)), (left, whole.height - one))
        left += one + GAP
    return whole
