"""What tools touch: without gaps, symmetric, and as a slow reference says."""

import itertools
import random

import pytest
from PIL import Image, ImageOps

from screens.canvas import stencils
from screens.canvas.stencils import Point, path, tip

SIZE = (24, 20)


def touched(stencil: Image.Image) -> set[Point]:
    """The pixels of a stencil; it has no levels between."""
    assert set(stencil.tobytes()) <= {0, stencils.TOUCHED}
    width, height = stencil.size
    return {p for p in itertools.product(range(width), range(height)) if stencil.getpixel(p)}


def points(count: int, seed: int = 1, beyond: int = 6) -> list[Point]:
    draw = random.Random(seed)
    low, (right, down) = -beyond, (n + beyond for n in SIZE)
    return [(draw.randrange(low, right), draw.randrange(low, down)) for _ in range(count)]


@pytest.mark.parametrize(("start", "end"), zip(points(60), points(60, 2), strict=True))
def test_a_path_has_no_gap_and_is_the_straight_one(start: Point, end: Point) -> None:
    found = list(path(start, end))
    assert found[0] == start
    assert found[-1] == end
    long = max(abs(end[0] - start[0]), abs(end[1] - start[1]))
    assert len(found) == long + 1
    for (x, y), (u, v) in itertools.pairwise(found):
        assert max(abs(u - x), abs(v - y)) == 1
    for n, (x, y) in enumerate(found):
        share = n / long if long else 0
        assert abs(start[0] + share * (end[0] - start[0]) - x) <= 0.5
        assert abs(start[1] + share * (end[1] - start[1]) - y) <= 0.5


@pytest.mark.parametrize("round_", [True, False])
@pytest.mark.parametrize("size", range(1, 10))
def test_a_tip_is_symmetric_and_as_wide_as_it_says(size: int, round_: bool) -> None:
    brush = tip(size, round_)
    assert brush.getbbox() == (0, 0, size, size)
    assert brush.tobytes() == ImageOps.mirror(brush).tobytes() == ImageOps.flip(brush).tobytes()
    assert (len(touched(brush)) < size**2) == (round_ and size > 2)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_a_line_is_its_tip_at_every_point_of_the_path(size: int) -> None:
    back = (size - 1) // 2
    for start, end in zip(points(10, 3), points(10, 4), strict=True):
        expected = {
            (x - back + u, y - back + v)
            for x, y in path(start, end)
            for u, v in touched(tip(size, True))
        }
        inside = {p for p in expected if stencils.inside(SIZE, p)}
        assert touched(stencils.line(SIZE, start, end, tip(size, True))) == inside


@pytest.mark.parametrize("width", [0, 1, 3, 9])
def test_a_rectangle_is_what_lies_between_its_corners(width: int) -> None:
    for (a, b), (c, d) in zip(points(20, 5), points(20, 6), strict=True):
        left, right, top, bottom = min(a, c), max(a, c), min(b, d), max(b, d)
        expected = {
            (x, y)
            for x in range(max(0, left), min(SIZE[0], right + 1))
            for y in range(max(0, top), min(SIZE[1], bottom + 1))
            if not width or min(x - left, right - x, y - top, bottom - y) < width
        }
        assert touched(stencils.rectangle(SIZE, (a, b), (c, d), width)) == expected


@pytest.mark.parametrize("width", [0, 1, 2, 4, 9])
def test_an_ellipse_is_symmetric_and_touches_all_four_sides(width: int) -> None:
    for right, bottom in itertools.product(range(2, 22, 3), range(1, 18, 4)):
        box = (2, 1, right + 1, bottom + 1)
        stencil = stencils.ellipse(SIZE, (right, 1), (2, bottom), width)
        assert stencil.getbbox() == box
        part = stencil.crop(box)
        assert part.tobytes() == ImageOps.mirror(part).tobytes() == ImageOps.flip(part).tobytes()


def test_an_edge_lies_within_what_is_filled() -> None:
    for draw in (stencils.rectangle, stencils.ellipse):
        whole = touched(draw(SIZE, (2, 3), (20, 15)))
        edge = touched(draw(SIZE, (2, 3), (20, 15), 2))
        assert edge < whole
        assert (11, 9) in whole - edge


def reference(image: Image.Image, at: Point, tolerance: int) -> set[Point]:
    """Step by step from neighbour to neighbour."""
    wanted, found, todo = image.getpixel(at), {at}, [at]
    while todo:
        x, y = todo.pop()
        for near in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
            if stencils.inside(image.size, near) and near not in found:
                gaps = (abs(a - b) for a, b in zip(image.getpixel(near), wanted, strict=True))
                if max(gaps) <= tolerance:
                    found.add(near)
                    todo.append(near)
    return found


@pytest.mark.parametrize("tolerance", [0, 30, 90, 255])
@pytest.mark.parametrize("seed", range(6))
def test_a_region_is_what_a_slow_search_finds(seed: int, tolerance: int) -> None:
    draw = random.Random(seed)
    image = Image.new("RGB", (13, 9))
    image.putdata([tuple(draw.choice((0, 30, 120)) for _ in "rgb") for _ in range(13 * 9)])
    at = (draw.randrange(13), draw.randrange(9))
    assert touched(stencils.region(image, at, tolerance)) == reference(image, at, tolerance)


def test_a_region_of_a_mask_and_one_from_outside() -> None:
    mask = stencils.rectangle(SIZE, (4, 4), (9, 9))
    assert touched(stencils.region(mask, (5, 5))) == touched(mask)
    assert touched(stencils.region(mask, (30, 5))) == set()


def test_mirrored_is_both_sides() -> None:
    half = stencils.line(SIZE, (1, 2), (7, 11), tip(1, True))
    whole = stencils.mirrored(half)
    assert whole.tobytes() == ImageOps.mirror(whole).tobytes()
    assert touched(whole) == touched(half) | {(SIZE[0] - 1 - x, y) for x, y in touched(half)}
