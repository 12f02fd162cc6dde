"""A tower on a hill under a blue sky."""

from PIL import Image

from tests.tools.drawings.pen import Pen


def tower() -> Image.Image:
    """The drawing."""
    pen = Pen("#4aa3e8", "#d3effb")
    pen.ellipse(212, 44, 21, 21, "#ffe27a", "#ffc233")
    for x, y, size in ((52, 62, 1.0), (204, 122, 0.75)):
        _cloud(pen, x, y, size)
    pen.ellipse(36, 262, 130, 62, "#6fbf58", "#4b9444")
    pen.ellipse(150, 282, 190, 84, "#8ed16a", "#4f9c46")
    _walls(pen)
    _roof(pen)
    for x, y in ((108, 214), (154, 212), (96, 219), (165, 218)):
        pen.ellipse(x, y, 9, 7, "#5fae4e", "#3f8a3c")
    return pen.finished()


def _cloud(pen: Pen, x: float, y: float, size: float) -> None:
    for dx, dy, r in ((-18, 4, 11), (0, -4, 16), (17, 3, 12)):
        pen.ellipse(x + dx * size, y + dy * size, r * size, r * size, "#ffffff", "#eef7fd")
    pen.box(x - 28 * size, y + 3 * size, x + 28 * size, y + 15 * size, "#f8fcff", "#e6f3fb", 6)


def _walls(pen: Pen) -> None:
    body = [(106, 100), (150, 100), (157, 214), (99, 214)]
    pen.shape(body, "#f0dcb6", "#d2b488")
    pen.shape([(136, 100), (150, 100), (157, 214), (139, 214)], "#d8bd92", "#b4946a")
    for row, y in enumerate(range(118, 208, 15)):
        for x in (109, 127) if row % 2 else (116, 134):
            pen.box(x, y, x + 11, y + 4, "#c9a97c", "#bf9d70", 1.5)
    pen.box(98, 90, 158, 104, "#e5cda2", "#bf9f73", 2)
    pen.box(117, 186, 139, 214, "#6b4429", "#533420", 2)
    pen.ellipse(128, 187, 11, 11, "#6b4429", "#5f3c25")
    pen.ellipse(135, 199, 1.6, 1.6, "#f2c95c", "#d9a93a")
    for y in (122, 154):
        pen.box(122, y, 134, y + 17, "#3c5c86", "#2b456b", 6)
        pen.box(127, y, 129, y + 17, "#e5cda2", "#e5cda2")


def _roof(pen: Pen) -> None:
    pen.shape([(128, 26), (166, 92), (90, 92)], "#f0634d", "#c8321f")
    pen.shape([(128, 26), (166, 92), (138, 92)], "#cf4331", "#a52517")
    pen.ellipse(128, 92, 40, 4, "#b42c1c", "#941f12")
    pen.line([(128, 26), (128, 8)], 2.5, "#6b4a34")
    pen.shape([(129, 8), (154, 14), (129, 21)], "#ffd34d", "#f2ac2b")
