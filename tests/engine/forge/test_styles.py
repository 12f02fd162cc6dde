"""Styles: the ground shows, grain keeps its strength, light shapes what it falls on."""

import random

import numpy as np
import pytest
from PIL import Image, ImageDraw

from engine.forge import shading
from engine.forge.captions import COLOURS, STYLE_SHARES, STYLES
from engine.forge.styles import STYLE_FILTERS


def disc(side: int = 32) -> Image.Image:
    picture = Image.new("RGBA", (side, side))
    rim = side // 8
    ImageDraw.Draw(picture).ellipse((rim, rim, side - rim, side - rim), fill=(255, 128, 0, 255))
    return picture


def test_every_style_has_captions_a_share_and_a_filter() -> None:
    assert STYLES.keys() == STYLE_SHARES.keys() == STYLE_FILTERS.keys()
    assert sum(STYLE_SHARES.values()) == pytest.approx(1)


@pytest.mark.parametrize("style", STYLE_FILTERS)
def test_a_style_keeps_the_size_and_shows_the_ground(style: str) -> None:
    drawing = disc()
    corners = {}
    for name in ("red", "blue", "white", "black"):
        picture = STYLE_FILTERS[style](drawing, COLOURS[name], random.Random(0))
        assert (picture.size, picture.mode) == ((32, 32), "RGB")
        corners[name] = np.asarray(picture, float)[:4, :4].mean((0, 1))
    assert corners["red"][0] > corners["red"][2] + 30
    assert corners["blue"][2] > corners["blue"][0] + 30
    assert corners["white"].mean() > corners["black"].mean() + 60


@pytest.mark.parametrize("style", STYLE_FILTERS)
def test_grain_and_strokes_are_as_strong_on_a_larger_picture_that_is_reduced(style: str) -> None:
    strengths = []
    for side in (128, 256):
        grey = Image.new("RGBA", (side, side), (120, 120, 120, 255))
        picture = STYLE_FILTERS[style](grey, COLOURS["green"], random.Random(0))
        small = np.asarray(picture.resize((128, 128), Image.Resampling.BOX), float)[16:-16, 16:-16]
        strengths.append(np.diff(small, axis=1).std())
    assert strengths[1] == pytest.approx(strengths[0], rel=0.4, abs=0.01)


def test_relief_is_bright_where_it_faces_the_lamp_and_dark_where_it_does_not() -> None:
    lit = shading.relief(disc(128), shading.Light(-0.6, -0.6, 0.53))
    tones = np.asarray(lit.convert("L"), float)
    towards, flat, away = tones[34, 34], tones[64, 64], tones[94, 94]
    assert towards > flat + 15 > away + 30
    assert lit.getchannel("A") == disc(128).getchannel("A")


def test_a_shadow_falls_away_from_the_lamp() -> None:
    light = shading.Light(-0.6, -0.6, 0.53)
    ground = Image.new("RGB", (128, 128), (200, 200, 200))
    tones = np.asarray(shading.shadowed(ground, disc(128), light).convert("L"), float)
    assert tones[100:106, 100:106].mean() < 0.9 * tones[22:28, 22:28].mean()
    assert tones[4, 4] == 200


def test_a_ground_falls_off_away_from_the_lamp_and_keeps_its_colour() -> None:
    lit = np.asarray(
        shading.ground((64, 64), (50, 95, 210), shading.Light(-0.6, -0.6, 0.53)), float
    )
    assert lit[4, 4].sum() > lit[32, 32].sum() > lit[60, 60].sum()
    assert (np.abs(lit - (50, 95, 210)) < 45).all()
