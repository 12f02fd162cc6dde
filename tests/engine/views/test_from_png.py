"""Views as pictures whose red and green say where a pixel comes from."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.views import Resolution, open_view
from tests.engine.views.conftest import noise, refused


def drawn(n: int = 8) -> np.ndarray:
    """A permutation as a picture: turned by half, its upper half negated."""
    rows, columns = np.divmod(np.arange(n * n)[::-1].reshape(n, n), n)
    blue = np.where(np.arange(n)[:, None] < n // 2, 255, 0) + 0 * columns
    return np.stack([rows, columns, blue], axis=2).astype(np.uint8)


def png(path: Path, levels: np.ndarray) -> str:
    Image.fromarray(levels).save(path)
    return str(path)


@pytest.mark.parametrize("side", [8, 64])
def test_a_picture_says_where_pixels_go(tmp_path: Path, side: int) -> None:
    moves = open_view(png(tmp_path / "mine.png", drawn())).at(Resolution(side))
    x, block = noise(8), np.ones((1, side // 8, side // 8), np.float32)
    right = np.rot90(x, 2, axes=(1, 2)).copy()
    right[:, :4] *= -1
    np.testing.assert_array_equal(moves.view(np.kron(x, block)), np.kron(right, block))
    assert moves.orthogonal


def test_the_largest_picture_is_a_view(tmp_path: Path) -> None:
    moves = open_view(png(tmp_path / "large.png", drawn(256))).at(Resolution(256, 64))
    assert moves.orthogonal


def changed(row: int, column: int, *value: int) -> np.ndarray:
    levels = drawn()
    levels[row, column] = value
    return levels


BAD_PICTURES = {
    "twice": (changed(0, 1, 7, 7, 255), "row 7, column 7 is shown twice, at (0, 0) and (0, 1)"),
    "red": (changed(2, 3, 8, 0, 0), "red is 8 at row 2, column 3: 0 to 7"),
    "green": (changed(2, 3, 0, 200, 0), "green is 200 at row 2, column 3"),
    "blue": (changed(0, 0, 7, 7, 254), "blue is 254 at row 0, column 0"),
    "oblong": (np.zeros((32, 64, 3), np.uint8), "a view needs a square, this is 64×32"),
    "large": (np.zeros((300, 300, 3), np.uint8), "at most 256×256"),
    "alpha": (np.zeros((8, 8, 4), np.uint8), "is RGBA, 8 bits: save it as RGB"),
    "grey": (np.zeros((8, 8), np.uint8), "is grey, 8 bits"),
    "deep": (np.zeros((8, 8), np.uint16), "is grey, 16 bits"),
    "seven": (drawn(7), "7×7 pixels do not divide a picture of 32"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_PICTURES)
def test_a_bad_picture_is_one_line(tmp_path: Path, name: str) -> None:
    levels, said = BAD_PICTURES[name]
    line = refused(png(tmp_path / f"{name}.png", levels))
    assert line.startswith(f"{name}.png")
    assert said in line


def test_what_is_no_picture_is_one_line(tmp_path: Path) -> None:
    jpeg, cut = tmp_path / "jpeg.png", tmp_path / "cut.png"
    Image.fromarray(drawn()).save(jpeg, "JPEG")
    assert "is no PNG" in refused(str(jpeg))
    Image.fromarray(drawn(64)).save(cut)
    cut.write_bytes(cut.read_bytes()[:100])
    assert "cut short" in refused(str(cut))
    assert "no such file" in refused(str(tmp_path / "nothing.png"))
