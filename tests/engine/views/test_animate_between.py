"""From one reading to another."""

from itertools import product

import numpy as np
import pytest
from PIL import Image

from engine.errors import BadInput
from engine.views import Resolution, between, names, turning, view
from engine.views.animate import onward

SQUARE = Resolution(64)
PERMUTING = [n for n in names() if view(n).orthogonal]


def seen(name: str, picture: Image.Image) -> bytes:
    return view(name).at(SQUARE).seen_image(picture).tobytes()


@pytest.mark.parametrize("first", ["identity", "rotate-90", "jigsaw", "negate", "blur"])
@pytest.mark.parametrize("second", names())
def test_both_ends_are_the_readings(first: str, second: str, picture: Image.Image) -> None:
    frames = between(view(first), view(second), picture, 3)
    assert [frames[0].tobytes(), frames[-1].tobytes()] == [
        seen(first, picture), seen(second, picture)
    ]  # fmt: skip
    assert len(frames) == 3


@pytest.mark.parametrize(("first", "second"), product(PERMUTING[:4], PERMUTING))
def test_the_way_on_is_exact_by_itself(first: str, second: str) -> None:
    a, b = (view(name).at(SQUARE) for name in (first, second))
    x = np.random.default_rng(0).standard_normal((3, 64, 64), np.float32)
    np.testing.assert_allclose(onward(a, b).view(a.view(x)), b.view(x), atol=1e-6)


def test_two_rotations_turn_by_what_lies_between(picture: Image.Image) -> None:
    start = view("rotate-90").at(SQUARE).seen_image(picture)
    found = between(view("rotate-90"), view("rotate-180"), picture, 4)
    assert [f.tobytes() for f in found] == [
        f.tobytes() for f in turning("rotate-90", start, 4)
    ]  # fmt: skip


def test_from_the_picture_as_it_is_it_is_the_turning(picture: Image.Image) -> None:
    found = between(view("identity"), view("skew"), picture, 4)
    assert [f.tobytes() for f in found] == [f.tobytes() for f in turning("skew", picture, 4)]


def test_what_is_no_permutation_fades(picture: Image.Image) -> None:
    a, b = between(view("blur"), view("flip"), picture, 3)[::2]
    middle = between(view("blur"), view("flip"), picture, 3)[1]
    assert middle.tobytes() == Image.blend(a, b, 0.5).tobytes()


def test_what_it_cannot_do_is_one_line(picture: Image.Image) -> None:
    with pytest.raises(BadInput, match="at least 2 pictures"):
        between(view("identity"), view("blur"), picture, 1)
    with pytest.raises(BadInput, match="64×32"):
        between(view("identity"), view("flip"), picture.crop((0, 0, 64, 32)), 3)
