"""A black cat, sitting, looking at you."""

from PIL import Image

from tests.tools.drawings.pen import Pen

FUR, DARK = "#3d3d46", "#17171c"
STEPS = [i / 24 for i in range(25)]


def cat() -> Image.Image:
    """The drawing."""
    pen = Pen("#fbd78a", "#f6b765")
    pen.ellipse(128, 232, 104, 17, "#dc9748", "#d28b3d")
    _tail(pen)
    pen.ellipse(128, 190, 54, 50, "#33333b", "#121216")
    pen.ellipse(128, 176, 20, 30, "#4a4a54", "#2a2a31")
    for x in (108, 148):
        pen.ellipse(x, 222, 19, 13, "#3a3a43", "#1b1b20")
        for dx in (-5, 5):
            pen.line([(x + dx, 225), (x + dx, 232)], 1.6, "#0d0d10")
    _head(pen)
    return pen.finished()


def _tail(pen: Pen) -> None:
    """A cubic Bézier curve, out of the body and up in an S."""
    ends = (158, 226), (262, 236), (176, 166), (228, 148)
    weights = [((1 - u) ** 3, 3 * u * (1 - u) ** 2, 3 * u**2 * (1 - u), u**3) for u in STEPS]
    curve = [
        (
            sum(w * x for w, (x, _) in zip(row, ends, strict=True)),
            sum(w * y for w, (_, y) in zip(row, ends, strict=True)),
        )
        for row in weights
    ]
    pen.line(curve, 17, "#1d1d23")


def _head(pen: Pen) -> None:
    for side in (-1, 1):
        ear = [(128 + side * x, y) for x, y in ((18, 56), (60, 24), (65, 92))]
        pen.shape(ear, FUR, DARK)
        inner = [(128 + side * x, y) for x, y in ((32, 58), (55, 37), (57, 76))]
        pen.shape(inner, "#e88f96", "#a5565f")
    pen.ellipse(128, 100, 66, 56, "#474751", "#15151a")
    for side in (-1, 1):
        _eye(pen, 128 + side * 28)
        for rise in (-7, 1, 9):
            whisker = [(128 + side * 24, 122 + rise / 3), (128 + side * 76, 118 + rise)]
            pen.line(whisker, 1.7, "#e9e4da")
    pen.ellipse(118, 125, 12, 9, "#4d4d57", "#2b2b32")
    pen.ellipse(138, 125, 12, 9, "#4d4d57", "#2b2b32")
    pen.shape([(120, 112), (136, 112), (128, 121)], "#f29aa1", "#d2727c")
    pen.line([(128, 121), (128, 127), (122, 131)], 2, "#0c0c0f")
    pen.line([(128, 127), (134, 131)], 2, "#0c0c0f")


def _eye(pen: Pen, x: float) -> None:
    pen.ellipse(x, 92, 19, 17, "#0b0b0d", "#0b0b0d")
    pen.ellipse(x, 92, 16.5, 14.5, "#d8f07a", "#7fbf3a")
    pen.ellipse(x, 92, 5.5, 13, "#0b0b0d", "#0b0b0d")
    pen.ellipse(x - 5, 86, 4, 3.6, "#ffffff", "#ffffff")
