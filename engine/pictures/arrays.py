"""Between RGB pictures and float32 arrays in [-1, 1]."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Array = NDArray[np.float32]


def to_array(image: Image.Image) -> Array:
    """An RGB picture as float32 (3, H, W) in [-1, 1]."""
    levels = np.asarray(image.convert("RGB"), np.float32).transpose(2, 0, 1)
    return np.ascontiguousarray(levels / 127.5 - 1)


def to_image(array: Array) -> Image.Image:
    """An array (3, H, W) as an RGB picture, clipped to [-1, 1] and rounded as diffusers does."""
    levels = (np.clip(array / 2 + 0.5, 0, 1) * 255).round().astype(np.uint8)
    return Image.fromarray(np.ascontiguousarray(levels.transpose(1, 2, 0)))
