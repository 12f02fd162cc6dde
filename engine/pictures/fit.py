"""A picture of any shape as the square that a model takes."""

from typing import Literal

from PIL import Image, ImageOps

How = Literal["crop", "fit", "stretch"]


def fitted(image: Image.Image, side: int, how: How = "crop", ground: str = "white") -> Image.Image:
    """An RGB square of `side` pixels.

    crop: the largest centred square; fit: the whole picture on `ground`; stretch: the whole
    picture, its sides pulled to one length.
    """
    image = image.convert("RGB")
    if how == "crop":
        image = image.crop(_centre(image.size))
    if how == "fit":
        image = ImageOps.pad(_scaled(image, _inside(image.size, side)), (side, side), color=ground)
    return _scaled(image, (side, side))


def squared(
    image: Image.Image, how: How = "crop", ground: str = "white", most: int = 1024
) -> Image.Image:
    """An RGB square as large as the picture has it, at most `most` pixels."""
    edge = min(image.size) if how == "crop" else max(image.size)
    return fitted(image, min(edge, most), how, ground)


def _centre(size: tuple[int, int]) -> tuple[int, int, int, int]:
    width, height = size
    square = min(size)
    left, top = (width - square) // 2, (height - square) // 2
    return left, top, left + square, top + square


def _inside(size: tuple[int, int], side: int) -> tuple[int, int]:
    width, height = (max(1, round(length * side / max(size))) for length in size)
    return width, height


def _scaled(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """By a whole factor down each pixel is the mean of what it covers, as the models' own were."""
    if image.size == size:
        return image
    whole = all(old % new == 0 for old, new in zip(image.size, size, strict=True))
    return image.resize(size, Image.Resampling.BOX if whole else Image.Resampling.LANCZOS)
