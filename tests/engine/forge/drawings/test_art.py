"""Drawings that nobody vouches for: bounded, cropped, squared."""

import io
from pathlib import Path

import pytest
from PIL import Image

from engine.forge.drawings import art


def png(size: tuple[int, int], mode: str = "RGBA", colour: object = (1, 2, 3, 255)) -> bytes:
    written = io.BytesIO()
    Image.new(mode, size, colour).save(written, "PNG")  # type: ignore[arg-type]
    return written.getvalue()


def test_square_crops_to_what_is_drawn_and_fills_the_side() -> None:
    wide = Image.new("RGBA", (100, 100))
    wide.paste((1, 2, 3, 255), (20, 40, 80, 60))
    drawn = art.square(wide)
    assert drawn is not None
    assert drawn.getbbox() == (0, 42, 128, 85)


def test_what_is_empty_too_large_or_no_picture_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert art.raster(png((8, 8), colour=(0, 0, 0, 0))) is None
    assert art.raster(b"GIF89a, or so it says") is None
    assert art.raster(png((8, 8))[:40]) is None
    assert art.raster(png((8, 8))) is not None
    monkeypatch.setattr(art, "MOST_PIXELS", 63)
    assert art.raster(png((8, 8))) is None
    monkeypatch.setattr(art, "MOST_BYTES", 10)
    assert art.raster(png((4, 4))) is None


@pytest.mark.parametrize(
    "body",
    ['<image href="FILE" width="8" height="8"/>', '<use xlink:href="FILE#a"/>',
     '<use href = "file:///etc/passwd"/>', "<script>1</script>"],
)  # fmt: skip
def test_a_vector_that_is_more_than_a_drawing_is_none(body: str, tmp_path: Path) -> None:
    pytest.importorskip("resvg_py")
    (tmp_path / "a.png").write_bytes(png((8, 8)))
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">'
    drawing = '<rect width="8" height="8"/>'
    whole = f"{head}{drawing}{body.replace('FILE', str(tmp_path / 'a.png'))}</svg>"
    assert art.vector(whole.encode()) is None
    assert art.vector(f"{head}{drawing}</svg>".encode()) is not None
    assert art.vector(b"<svg") is None
