"""The bundled pictures are there, and are what our own program draws."""

from pathlib import Path

import numpy as np
import pytest

from engine.pictures import BUNDLED, open_picture, to_array
from tests.tools.drawings.__main__ import DRAWINGS


def test_a_bundled_name_opens_wherever_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in BUNDLED:
        loaded = open_picture(name)
        assert (loaded.title, loaded.note) == (name, "")
        assert (loaded.image.mode, loaded.image.size) == ("RGB", (256, 256))


@pytest.mark.parametrize("name", BUNDLED)
def test_the_file_is_what_the_program_draws(name: str) -> None:
    gap = np.abs(to_array(DRAWINGS[name]()) - to_array(open_picture(name).image))
    assert gap.mean() < 0.01  # another release of Pillow may draw an edge a little differently
