"""A drawing remembers: gestures are steps, steps go back and forth."""

import random
from dataclasses import replace

import pytest
from PIL import Image, ImageOps

from screens.canvas.colours import BLACK, WHITE
from screens.canvas.drawing import Drawing
from screens.canvas.tools import SIZES, TOLERANCES, TOOLS, Pen

RED, SKY = (200, 0, 0), (120, 190, 240)


def blank(size: tuple[int, int] = (16, 12)) -> Drawing:
    return Drawing(Image.new("RGB", size, WHITE))


def draw(drawing: Drawing, pen: Pen, *path: tuple[int, int]) -> None:
    drawing.hand.begin(pen, path[0])
    for at in path[1:]:
        drawing.hand.move(at)
    drawing.hand.end()


def scribbled(seed: int, steps: int, drawing: Drawing) -> list[bytes]:
    """Random gestures; what the picture was before each that changed it, and at the end."""
    rand = random.Random(seed)
    states = [drawing.image.tobytes()]
    tools = [name for name, tool in TOOLS.items() if tool.kind != "pick"]
    for _ in range(steps):
        colour = tuple(rand.randrange(256) for _ in "rgb")
        flags = {"filled": rand.random() < 0.5, "symmetric": rand.random() < 0.5}
        pen = Pen(rand.choice(tools), colour, size=rand.randint(*SIZES), **flags)
        draw(drawing, pen, *((rand.randrange(-4, 20), rand.randrange(-4, 16)) for _ in range(3)))
        if (now := drawing.image.tobytes()) != states[-1]:
            states.append(now)
    return states


@pytest.mark.parametrize("seed", range(5))
def test_undo_goes_back_through_every_step_and_redo_forth(seed: int) -> None:
    drawing = blank()
    states = scribbled(seed, 30, drawing)
    assert len(states) > 15
    for state in reversed(states[:-1]):
        assert drawing.undo()
        assert drawing.image.tobytes() == state
    assert not drawing.undo()
    for state in states[1:]:
        assert drawing.redo()
        assert drawing.image.tobytes() == state
    assert not drawing.redo()


def test_the_history_is_bounded_and_a_new_step_ends_redo() -> None:
    drawing = Drawing(Image.new("RGB", (8, 8)), limit=3)
    for level in range(1, 8):
        drawing.clear((level, 0, 0))
    undone = sum(drawing.undo() for _ in range(10))
    assert undone == 3
    assert drawing.colour((0, 0)) == (4, 0, 0)
    drawing.clear(SKY)
    assert not drawing.redo()


def test_a_stroke_is_one_step_without_gaps_however_far_apart_its_positions_are() -> None:
    drawing = blank((64, 64))
    draw(drawing, Pen(colour=RED), (0, 0), (63, 20), (5, 63))
    rows = [any(drawing.colour((x, y)) == RED for x in range(64)) for y in range(64)]
    assert all(rows)
    drawing.undo()
    assert drawing.image.getcolors() == [(64 * 64, WHITE)]


def test_a_step_that_changes_nothing_is_none() -> None:
    drawing = blank()
    draw(drawing, Pen("eraser"), (2, 2), (9, 9))
    drawing.clear(WHITE)
    assert not drawing.undo()


def test_mirroring_twice_is_nothing_and_once_exchanges_the_sides() -> None:
    drawing = blank()
    draw(drawing, Pen("line"), (1, 1), (5, 9))
    before = drawing.image
    drawing.mirror()
    assert drawing.image.tobytes() == ImageOps.mirror(before).tobytes()
    drawing.mirror()
    assert drawing.image.tobytes() == before.tobytes()


def test_a_symmetric_pen_leaves_a_symmetric_picture() -> None:
    drawing = blank()
    for tool in ("brush", "line", "ellipse", "rectangle"):
        draw(drawing, Pen(tool, RED, size=2, symmetric=True), (1, 2), (4, 9), (9, 3))
        assert drawing.image.tobytes() == ImageOps.mirror(drawing.image).tobytes()


def test_the_eraser_leaves_the_ground_and_the_brush_the_colour() -> None:
    drawing = blank()
    drawing.clear(SKY)
    pen = Pen("brush", RED, ground=SKY, size=3)
    draw(drawing, pen, (5, 5))
    assert drawing.colour((5, 5)) == RED
    draw(drawing, replace(pen, tool="eraser"), (5, 5))
    assert drawing.image.getcolors() == [(16 * 12, SKY)]


def test_a_shape_is_seen_before_it_is_placed_and_can_be_dropped() -> None:
    drawing = blank()
    drawing.hand.begin(Pen("rectangle", RED, filled=True), (2, 2))
    drawing.hand.move((6, 6))
    drawing.hand.move((4, 4))
    assert drawing.hand.placing
    assert {c: n for n, c in drawing.hand.shown.getcolors()}[RED] == 9
    assert drawing.picture is drawing.image
    drawing.hand.drop()
    assert drawing.hand.shown is drawing.image
    assert not drawing.undo()


def test_undo_in_the_middle_of_a_gesture_forgets_that_gesture_alone() -> None:
    drawing = blank()
    draw(drawing, Pen(colour=RED), (1, 1))
    drawing.hand.begin(Pen(), (5, 5))
    assert not drawing.redo()
    assert drawing.undo()
    assert drawing.colour((5, 5)) == WHITE
    assert drawing.colour((1, 1)) == RED


def test_another_pen_in_mid_air() -> None:
    drawing = blank()
    drawing.hand.begin(Pen("rectangle", RED, filled=True), (2, 2))
    drawing.hand.move((4, 4))
    drawing.hand.change(Pen("ellipse", SKY))
    drawing.hand.end()
    assert {c for _, c in drawing.image.getcolors()} == {WHITE, SKY}
    drawing.hand.begin(Pen("brush", RED), (8, 8))
    drawing.hand.change(Pen("brush", BLACK))
    drawing.hand.move((10, 8))
    drawing.hand.end()
    assert [drawing.colour((x, 8)) for x in (8, 9, 10)] == [BLACK] * 3
    drawing.undo()
    assert drawing.colour((8, 8)) == RED
    drawing.hand.begin(Pen("line"), (0, 0))
    drawing.hand.change(Pen("fill"))
    assert drawing.hand.gesture is None


def test_a_fill_stops_at_what_it_does_not_like() -> None:
    drawing = blank()
    draw(drawing, Pen("line", BLACK), (8, 0), (8, 11))
    draw(drawing, Pen("fill", SKY), (2, 2))
    assert drawing.colour((7, 11)) == SKY
    assert drawing.colour((9, 0)) == WHITE
    draw(drawing, Pen("fill", RED, tolerance=255), (2, 2))
    assert drawing.image.getcolors() == [(16 * 12, RED)]


def test_no_picture_is_ever_changed() -> None:
    drawing = blank()
    first, before = drawing.image, drawing.image.tobytes()
    scribbled(9, 5, drawing)
    assert first.tobytes() == before


def test_a_mask_is_drawn_by_the_same_tools() -> None:
    mask = Drawing(Image.new("L", (16, 12)))
    pen = Pen("ellipse", colour=(255,), ground=(0,), filled=True)
    draw(mask, pen, (2, 2), (9, 9))
    draw(mask, replace(pen, tool="eraser"), (5, 5))
    draw(mask, replace(pen, tool="fill", colour=(128,)), (15, 0))
    assert set(mask.image.tobytes()) == {0, 128, 255}
    assert mask.colour((5, 5)) == (0,)


def test_a_pens_number_stays_within_its_bounds() -> None:
    pen, fill = Pen(), Pen("fill")
    assert {pen.larger(by).size for by in (-99, 99)} == set(SIZES)
    assert {fill.larger(by).tolerance for by in (-99, 99)} == set(TOLERANCES)
    assert fill.larger(1).size == fill.size
