"""Pictures to encode: noise of a fixed seed, and one that is mostly flat."""

import numpy as np
from PIL import Image


def noise(width: int, height: int | None = None, seed: int = 0) -> Image.Image:
    """Even noise, the worst case: no two pixels are alike."""
    random = np.random.default_rng(seed)
    return Image.fromarray(random.integers(0, 256, (height or width, width, 3), np.uint8))


def x_t(size: int, seed: int = 0) -> Image.Image:
    """The first preview of a run: Gaussian noise, clipped as previews are."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(size, size, 3)).clip(-1, 1)
    return Image.fromarray(((values + 1) * 127.5).astype(np.uint8))


def smooth(width: int, height: int | None = None) -> Image.Image:
    """A ramp in each channel, and a flat square."""
    y, x = np.mgrid[: height or width, :width]
    pixels = np.stack([x * 255 // width, y * 255 // (height or width), (x + y) % 256], -1)
    pixels[width // 4 : width // 2, width // 4 : width // 2] = (200, 30, 60)
    return Image.fromarray(pixels.astype(np.uint8))
