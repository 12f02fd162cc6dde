"""Noise and pictures for the tests of views."""

import numpy as np
import pytest
from PIL import Image

from engine.views.taps import Array


def noise(side: int, *lead: int, dtype: type = np.float32) -> Array:
    """Unit noise (*lead, side, side)."""
    draw = np.random.default_rng(side)
    return draw.standard_normal((*(lead or (3,)), side, side)).astype(dtype)


@pytest.fixture
def picture() -> Image.Image:
    levels = np.random.default_rng(7).integers(0, 256, (64, 64, 3), np.uint8)
    return Image.fromarray(levels)
