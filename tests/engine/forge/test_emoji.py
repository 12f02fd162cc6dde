"""Rendered data sets: reproducible, varied, in a form that the forge reads."""

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from engine.errors import BadInput
from engine.forge import emoji, emoji_art
from engine.forge.captions import COLOURS, Concept
from engine.forge.pictures import rows
from engine.forge.styles import STYLE_FILTERS

DISC = Concept("1f534", ("a disc",))
UNKNOWN = Concept("ffff", ("a thing that no vendor draws",))


def disc(code: str) -> Image.Image | None:
    if code != DISC.code:
        return None
    picture = Image.new("RGBA", (32, 32))
    ImageDraw.Draw(picture).ellipse((4, 4, 28, 28), fill=(255, 128, 0, 255))
    return picture


def test_a_folder_is_a_function_of_its_seed_and_can_be_rendered_in_parts(tmp_path: Path) -> None:
    emoji.render_folder(tmp_path / "whole", [disc], [DISC, UNKNOWN], range(8), seed=1)
    emoji.render_folder(tmp_path / "parts", [disc], [DISC, UNKNOWN], range(5), seed=1)
    emoji.render_folder(tmp_path / "parts", [disc], [DISC, UNKNOWN], range(5, 8), seed=1)
    whole, parts = (sorted(rows(tmp_path / name)) for name in ("whole", "parts"))
    assert [text for _, text in whole] == [text for _, text in parts]
    assert len({a.read_bytes() for a, _ in whole}) == 8
    assert all(
        a.read_bytes() == b.read_bytes() for (a, _), (b, _) in zip(whole, parts, strict=True)
    )


@pytest.mark.parametrize("style", STYLE_FILTERS)
def test_a_style_keeps_the_size_and_shows_the_ground(style: str) -> None:
    drawing = disc(DISC.code)
    assert drawing is not None
    corners = {}
    for name in ("red", "blue", "white", "black"):
        picture = STYLE_FILTERS[style](drawing, COLOURS[name], random.Random(0))
        assert (picture.size, picture.mode) == ((32, 32), "RGB")
        corners[name] = np.asarray(picture, float)[:4, :4].mean((0, 1))
    assert corners["red"][0] > corners["red"][2] + 30
    assert corners["blue"][2] > corners["blue"][0] + 30
    assert corners["white"].mean() > corners["black"].mean() + 60


def test_square_crops_to_what_is_drawn_and_fills_the_side() -> None:
    wide = Image.new("RGBA", (100, 100))
    wide.paste((1, 2, 3, 255), (20, 40, 80, 60))
    assert emoji_art.square(wide).getbbox() == (0, 42, 128, 85)


def test_sources_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="not the Noto colour emoji font"):
        emoji_art.noto(tmp_path / "none.ttf")
    pytest.importorskip("resvg_py")
    with pytest.raises(BadInput, match=r"expected 1f680\.svg"):
        emoji_art.twemoji(tmp_path)
    with pytest.raises(BadInput, match=r"expected emoji_u1f680\.svg"):
        emoji_art.noto_vectors(tmp_path)


@pytest.mark.parametrize(
    ("vendor", "rocket", "astronaut"),
    [(emoji_art.twemoji, "1f680", "1f9d1-200d-1f680"),
     (emoji_art.noto_vectors, "emoji_u1f680", "emoji_u1f9d1_200d_1f680")],
)  # fmt: skip
def test_vectors_are_drawn_at_the_side_asked_for_under_their_vendors_names(
    tmp_path: Path, vendor: Callable[[Path, int], emoji_art.Art], rocket: str, astronaut: str
) -> None:
    pytest.importorskip("resvg_py")
    for name, width in ((rocket, 36), (astronaut, 18)):
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"><rect width="{width}"'
        (tmp_path / f"{name}.svg").write_text(f'{svg} height="36" fill="#123456"/></svg>')
    draw = vendor(tmp_path, 256)
    assert draw("1f680").getbbox() == (0, 0, 256, 256)  # type: ignore[union-attr]
    assert draw("1f9d1-200d-1f680").getbbox() == (64, 0, 192, 256)  # type: ignore[union-attr]
    assert draw("1f431") is None


@pytest.mark.parametrize("style", STYLE_FILTERS)
def test_grain_and_strokes_are_as_strong_on_a_larger_picture_that_is_reduced(style: str) -> None:
    strengths = []
    for side in (128, 256):
        grey = Image.new("RGBA", (side, side), (120, 120, 120, 255))
        picture = STYLE_FILTERS[style](grey, COLOURS["green"], random.Random(0))
        small = np.asarray(picture.resize((128, 128), Image.Resampling.BOX), float)[16:-16, 16:-16]
        strengths.append(np.diff(small, axis=1).std())
    assert strengths[1] == pytest.approx(strengths[0], rel=0.4, abs=0.01)
