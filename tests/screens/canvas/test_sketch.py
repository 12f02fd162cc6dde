"""A sketch without a screen: a pen, a cursor, and who hears of their changes."""

from PIL import Image

from screens.canvas.colours import BLACK, WHITE
from screens.canvas.sketch import Sketch, blank

RED = (200, 0, 0)


def heard(sketch: Sketch) -> list[Image.Image]:
    """The picture after each change from now on."""
    pictures: list[Image.Image] = []
    sketch.changed = lambda: pictures.append(sketch.picture)
    return pictures


def test_every_change_is_said_and_the_cursor_stays_on_the_picture() -> None:
    sketch = blank((16, 12))
    pictures = heard(sketch)
    assert sketch.cursor == (8, 6)
    sketch.touch((8, 6))
    sketch.go((40, -3))
    assert sketch.cursor == (15, 0)
    assert sketch.down
    assert len(pictures) == 2
    assert pictures[-1].getpixel((8, 6)) == BLACK


def test_a_tool_of_its_own_is_called_instead_of_touching() -> None:
    sketch = blank((8, 8))
    at: list[tuple[int, int]] = []
    sketch.tools["wand"] = at.append
    sketch.hold(tool="wand")
    sketch.touch((3, 4))
    assert at == [(3, 4)]
    assert not sketch.down


def test_the_pick_takes_a_colour_and_none_beside_the_picture() -> None:
    sketch = blank((8, 8), RED)
    sketch.hold(tool="pick")
    sketch.touch((99, 0))
    assert sketch.pen.colour == BLACK
    sketch.touch((1, 1))
    assert sketch.pen.colour == RED


def test_another_size_fits_the_picture_and_forgets_its_steps() -> None:
    sketch = blank((16, 16))
    sketch.take(Image.new("RGB", (32, 32), RED))
    sketch.become((4, 4))
    assert sketch.picture.size == (4, 4)
    assert sketch.cursor == (3, 3)
    assert sketch.picture.getpixel((0, 0)) == RED
    assert not sketch.drawing.undo()
    sketch.do(lambda: sketch.drawing.clear(WHITE))
    assert sketch.picture.getcolors() == [(16, WHITE)]
