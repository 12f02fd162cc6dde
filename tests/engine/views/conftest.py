"""Noise, pictures and files for the tests of views."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import BadInput
from engine.views import Resolution, open_view
from engine.views.view import Array

Write = Callable[[str, str], str]


def noise(side: int, *lead: int, dtype: type = np.float32) -> Array:
    """Unit noise (*lead, side, side)."""
    draw = np.random.default_rng(side)
    return draw.standard_normal((*(lead or (3,)), side, side)).astype(dtype)


@pytest.fixture
def picture() -> Image.Image:
    levels = np.random.default_rng(7).integers(0, 256, (64, 64, 3), np.uint8)
    return Image.fromarray(levels)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file of that name and text, and say where."""

    def made(name: str, text: str) -> str:
        path = tmp_path / name
        path.write_text(text)
        return str(path)

    return made


def refused(name: str, side: int = 32) -> str:
    """The line with which a file is refused, when it is opened or looked through."""
    with pytest.raises(BadInput) as error:
        open_view(name).at(Resolution(side))
    assert "\n" not in str(error.value)
    return str(error.value)
