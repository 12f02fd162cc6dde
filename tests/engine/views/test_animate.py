"""The frames of a turning picture."""

import numpy as np
import pytest
from PIL import Image

from engine.errors import BadInput
from engine.views import Resolution, names, turning, view


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("steps", [2, 12])
def test_first_and_last_frames_are_exact(name: str, steps: int, picture: Image.Image) -> None:
    before = picture.tobytes()
    frames = turning(name, picture, steps)
    assert len(frames) == steps
    assert all(frame.mode == "RGB" and frame.size == (64, 64) for frame in frames)
    assert frames[0].tobytes() == before
    assert frames[-1].tobytes() == view(name).at(Resolution(64)).seen_image(picture).tobytes()
    assert picture.tobytes() == before


@pytest.mark.parametrize("name", [n for n in names() if n != "identity"])
def test_frames_on_the_way_are_neither(name: str, picture: Image.Image) -> None:
    frames = [frame.tobytes() for frame in turning(name, picture, 5)]
    assert len({*frames}) == 5


def test_what_does_not_move_stands_still(picture: Image.Image) -> None:
    assert {frame.tobytes() for frame in turning("identity", picture, 4)} == {picture.tobytes()}
    outside = np.asarray(turning("inner-circle", picture, 5)[2])[:8]
    np.testing.assert_array_equal(outside, np.asarray(picture)[:8])


def test_a_negative_goes_through_grey(picture: Image.Image) -> None:
    assert np.ptp(np.asarray(turning("negate", picture, 3)[1]).astype(int)) <= 1


@pytest.mark.parametrize(
    ("name", "angle"), [("rotate-90", 30), ("rotate-180", 60), ("rotate-270", -30)]
)
def test_rotations_turn_the_shorter_way(name: str, angle: int, picture: Image.Image) -> None:
    """The second of four frames is eased: a quarter of the whole angle."""
    middle = np.asarray(turning(name, picture, 4)[1])[16:48, 16:48]
    turned = np.asarray(picture.rotate(angle * 0.75))[16:48, 16:48]
    np.testing.assert_array_equal(middle, turned)


def test_a_flip_folds_to_a_line_on_the_ground(picture: Image.Image) -> None:
    middle = np.asarray(turning("flip", picture, 3)[1]).reshape(64, -1)
    moved = np.flatnonzero((middle != middle[0]).any(axis=1))
    assert 1 <= len(moved) <= 2
    assert abs(moved.mean() - 31.5) <= 1


def test_large_pictures_turn_as_small_ones_do(picture: Image.Image) -> None:
    large = picture.resize((256, 256), Image.Resampling.NEAREST)
    seen = turning("pixels", picture, 2)[-1].resize((256, 256), Image.Resampling.NEAREST)
    assert turning("pixels", large, 2, cells=64)[-1].tobytes() == seen.tobytes()


def test_what_cannot_turn_is_one_line(picture: Image.Image) -> None:
    with pytest.raises(BadInput, match="a view needs a square, this is 64×32"):
        turning("flip", picture.crop((0, 0, 64, 32)), 4)
    with pytest.raises(BadInput, match="at least 2"):
        turning("flip", picture, 1)
    with pytest.raises(BadInput, match="64×64 pixels, not 32×32"):
        view("flip").at(Resolution(64)).seen_image(picture.resize((32, 32)))
