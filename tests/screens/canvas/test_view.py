"""Where pixels are seen, and which pixel a place is."""

import itertools

import pytest
from PIL import Image

from screens.canvas.view import View, with_cursor


@pytest.mark.parametrize(
    ("side", "room", "factor", "place"),
    [
        (32, (64, 32), 2, (0, 0)),
        (32, (100, 36), 2, (18, 2)),
        (64, (64, 32), 1, (0, 0)),
        (64, (128, 64), 2, (0, 0)),
        (32, (50, 40), 1, (9, 12)),
        (20, (60, 30), 3, (0, 0)),
        (5, (9, 9), 1, (2, 3)),
    ],
)
def test_as_large_as_whole_factors_allow(side, room, factor, place) -> None:
    view = View.of((side, side), room, (0, 0))
    assert (view.factor, (view.left, view.top)) == (factor, place)
    assert view.seen == (side, side)


@pytest.mark.parametrize(("side", "room"), [(32, (80, 40)), (64, (70, 33)), (20, (61, 31))])
def test_a_place_means_the_pixel_that_is_seen_there(side, room) -> None:
    view = View.of((side, side), room, (0, 0))
    for at in itertools.product(range(0, side, 3), range(side)):
        x, y = view.place(at)
        column, line = view.left + x, view.top + y / 2
        assert view.pixel(column, line) == at
        assert view.pixel(column + view.factor - 0.01, line + view.factor / 2 - 0.01) == at


def test_beside_the_picture_lies_outside() -> None:
    view = View.of((32, 32), (100, 40), (0, 0))
    assert view.pixel(0, 0) < (0, 0)
    assert view.pixel(99, 39) > (31, 31)


def test_a_window_follows_the_cursor_only_as_far_as_it_must() -> None:
    size, room = (64, 64), (80, 11)
    view = View.of(size, room, (32, 5))
    assert (view.first, view.seen) == ((0, 0), (64, 22))
    view = View.of(size, room, (32, 22), view.first)
    assert view.first == (0, 1)
    assert View.of(size, room, (32, 10), view.first).first == (0, 1)
    assert View.of(size, room, (32, 63), view.first).first == (0, 42)
    assert View.of(size, room, (32, 0), (0, 42)).first == (0, 0)


def test_every_pixel_can_be_reached_in_the_smallest_room() -> None:
    for at in itertools.product(range(0, 64, 7), range(0, 64, 7)):
        view = View.of((64, 64), (1, 1), at, (20, 20))
        assert view.seen == (1, 2)
        x, y = view.place(at)
        assert (x, y) in ((0, 0), (0, 1))


@pytest.mark.parametrize("colour", [(255, 255, 255), (0, 0, 0), (128, 128, 128), (250, 216, 56)])
@pytest.mark.parametrize("factor", [1, 2, 3])
def test_the_cursor_is_seen_on_any_colour_and_hides_no_pixel_whole(colour, factor) -> None:
    image = Image.new("RGB", (10 * factor, 10 * factor), colour)
    marked = with_cursor(image, (5 * factor, 5 * factor), factor, size=3)
    own = marked.crop((5 * factor, 5 * factor, 6 * factor, 6 * factor)).getcolors()
    assert any(sum(abs(a - b) for a, b in zip(c, colour, strict=True)) > 300 for _, c in own)
    assert (factor == 1) != (colour in {c for _, c in own})
    reach = 3 * factor
    assert marked.getpixel((5 * factor - reach, 5 * factor)) != colour
    assert marked.getpixel((5 * factor, 5 * factor + reach)) != colour


def test_a_cursor_in_the_corner_loses_the_arms_outside() -> None:
    image = Image.new("RGB", (6, 6), "white")
    marked = with_cursor(image, (0, 0), 1)
    assert {c: n for n, c in marked.getcolors()}[(0, 0, 0)] == 3
