"""A picture of any shape as the square that a model takes, and as an array in [-1, 1]."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

How = Literal["crop", "fit", "stretch"]
Array = NDArray[np.float32]


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
    integral = all(old % new == 0 for old, new in zip(image.size, size, strict=True))
    return image.resize(size, Image.Resampling.BOX if integral else Image.Resampling.LANCZOS)


def to_array(image: Image.Image) -> Array:
    """An RGB picture as float32 (3, H, W) in [-1, 1]."""
    levels = np.asarray(image.convert("RGB"), np.float32).transpose(2, 0, 1)
    return np.ascontiguousarray(levels / 127.5 - 1)


def to_image(array: Array) -> Image.Image:
    """An array (3, H, W) as an RGB picture, clipped to [-1, 1] and rounded as diffusers does."""
    levels = (np.clip(array / 2 + 0.5, 0, 1) * 255).round().astype(np.uint8)
    return Image.fromarray(np.ascontiguousarray(levels.transpose(1, 2, 0)))
