"""Masks as a whole: each operation does what it says, on every pixel."""

import random

import pytest
from PIL import Image, ImageChops

from screens.canvas import masks, stencils
from screens.canvas.drawing import Drawing
from screens.canvas.tools import Pen

SIZE = (24, 16)


def blob(seed: int) -> Image.Image:
    """A random black and white mask."""
    rand = random.Random(seed)
    mask = Image.new("L", SIZE)
    for _ in range(3):
        left, top = rand.randrange(18), rand.randrange(10)
        mask.paste(255, (left, top, left + rand.randint(1, 6), top + rand.randint(1, 6)))
    return mask


def inside(one: Image.Image, other: Image.Image) -> bool:
    """Whether no pixel of one is lighter than the same of the other."""
    return ImageChops.subtract(one, other).getbbox() is None


@pytest.mark.parametrize("seed", range(8))
def test_growing_is_shrinking_the_rest_and_both_bound_the_mask(seed: int) -> None:
    mask = blob(seed)
    grown, shrunk = masks.grow(mask), masks.shrink(mask)
    assert inside(shrunk, mask)
    assert inside(mask, grown)
    assert grown.tobytes() != mask.tobytes()
    assert masks.grow(masks.invert(mask)).tobytes() == masks.invert(shrunk).tobytes()


def test_growing_takes_one_pixel_on_every_side_and_shrinking_gives_it_back() -> None:
    mask = Image.new("L", SIZE)
    mask.paste(255, (5, 6, 9, 8))
    assert masks.grow(mask).getbbox() == (4, 5, 10, 9)
    assert masks.shrink(masks.grow(mask)).tobytes() == mask.tobytes()
    assert masks.shrink(masks.left_half(SIZE)).getbbox() == (0, 0, 11, 16)


@pytest.mark.parametrize("seed", range(4))
def test_feathering_blends_at_the_border_alone(seed: int) -> None:
    mask = blob(seed)
    soft = masks.feather(mask)
    assert any(soft.histogram()[1:255])
    for _ in range(4):
        mask_in, mask_out = masks.shrink(mask), masks.grow(mask)
        mask = mask_out
    assert inside(soft, mask)
    assert abs(masks.share(soft) - masks.share(blob(seed))) < 0.05
    assert mask_in.size == soft.size


def test_inverting_twice_changes_nothing_and_shares_add_up() -> None:
    mask = masks.feather(blob(1))
    assert masks.invert(masks.invert(mask)).tobytes() == mask.tobytes()
    assert masks.share(mask) + masks.share(masks.invert(mask)) == pytest.approx(1)


@pytest.mark.parametrize("name", masks.PRESETS)
@pytest.mark.parametrize("size", [(32, 32), (64, 64), (7, 5), (1, 1)])
def test_a_preset_is_black_and_white_at_any_size(name: str, size: tuple[int, int]) -> None:
    mask = masks.PRESETS[name](size)
    assert (mask.mode, mask.size) == ("L", size)
    assert sum(mask.histogram()[1:255]) == 0


def test_the_presets_are_where_they_say() -> None:
    assert masks.centre((32, 32)).getbbox() == (8, 8, 24, 24)
    assert masks.left_half((32, 32)).getbbox() == (0, 0, 16, 32)
    assert masks.invert(masks.border((32, 32))).getbbox() == (4, 4, 28, 28)
    assert masks.share(masks.centre((32, 32))) == 0.25


def test_the_wand_takes_what_is_like_the_picture_within_its_tolerance() -> None:
    picture = Image.merge("RGB", [Image.linear_gradient("L").rotate(90)] * 3)
    mask = Image.new("L", picture.size)
    rand = random.Random(3)
    for _ in range(5):
        at, tolerance = (rand.randrange(256), rand.randrange(256)), rand.randrange(60)
        here = picture.getpixel(at)[0]
        taken = masks.wand(mask, picture, at, tolerance)
        for x in range(256):
            near = abs(picture.getpixel((x, at[1]))[0] - here) <= tolerance
            assert taken.getpixel((x, at[1])) == (255 if near else 0)
        assert masks.wand(taken, picture, at, tolerance, 0).getbbox() is None


def test_the_edge_is_of_the_mask_and_one_pixel_wide_also_at_the_pictures_end() -> None:
    mask = masks.left_half(SIZE)
    edge = masks.edge(mask)
    assert inside(edge, mask)
    assert sum(level > 0 for level in edge.tobytes()) == 2 * 12 + 2 * 14


@pytest.mark.parametrize("name", masks.LOOKS)
def test_each_look_leaves_the_picture_or_the_region_as_it_is(name: str) -> None:
    picture = Image.effect_noise((32, 32), 80).convert("RGB")
    mask = masks.centre((32, 32))
    seen = masks.LOOKS[name](picture, mask)
    changed = ImageChops.difference(seen, picture).convert("L").point(lambda v: 255 if v else 0)
    kept = masks.invert(mask) if name != "region to replace" else mask
    assert ImageChops.multiply(changed, kept).getbbox() is None
    assert changed.getbbox() is not None


def test_looks_take_turns() -> None:
    names = list(masks.LOOKS)
    assert [masks.next_look(name) for name in names] == [*names[1:], names[0]]
    assert masks.next_look("something else") == names[0]


def polygon(*corners: tuple[int, int]) -> Drawing:
    drawing = Drawing(Image.new("L", (32, 32)))
    drawing.hand.begin(Pen("polygon", (255,), (0,)), corners[0])
    for corner in corners[1:]:
        drawing.hand.move(corner)
        drawing.hand.place()
    return drawing


def test_a_polygon_of_four_right_angles_is_a_rectangle() -> None:
    drawing = polygon((4, 5), (20, 5), (20, 12), (4, 12))
    drawing.hand.end()
    assert drawing.image.tobytes() == stencils.rectangle((32, 32), (4, 5), (20, 12)).tobytes()


def test_a_polygon_ends_where_it_began_and_undo_takes_its_corners_back() -> None:
    drawing = polygon((4, 5), (20, 5), (20, 12))
    assert drawing.hand.placing
    assert drawing.undo()
    assert drawing.undo()
    assert drawing.hand.placing
    assert drawing.undo()
    assert not drawing.hand.placing
    drawing = polygon((4, 5), (20, 5), (20, 12), (4, 5))
    assert not drawing.hand.placing
    assert drawing.image.getbbox() == (4, 5, 21, 13)
