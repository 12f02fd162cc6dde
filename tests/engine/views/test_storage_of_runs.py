"""Views in safetensors files, at the sides of a run."""

from pathlib import Path

import numpy as np
import pytest

from engine.views import Resolution, keep, open_view, view
from tests.engine.views.conftest import refused


@pytest.mark.parametrize("name", ["jigsaw", "negate"])
def test_a_kept_view_is_read_back(tmp_path: Path, name: str) -> None:
    squares = [Resolution(32), Resolution(128, 32)]
    keep(view(name), squares, tmp_path / "kept.safetensors")
    found = open_view(str(tmp_path / "kept.safetensors"), run_code=False)
    for square in squares:
        moves, right = found.at(square), view(name).at(square)
        np.testing.assert_array_equal(moves.index, right.index)
        np.testing.assert_array_equal(moves.weight, right.weight)
        assert moves.colour is None
    assert "at 32 and 128 pixels, not at 64" in refused(str(tmp_path / "kept.safetensors"), 64)


def test_a_failing_view_is_not_opened_from_a_file(tmp_path: Path) -> None:
    keep(view("white-balance"), [Resolution(32)], tmp_path / "w.safetensors")
    assert "w.safetensors: not orthogonal" in refused(str(tmp_path / "w.safetensors"))
