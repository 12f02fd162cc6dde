"""A red truck on a road."""

from PIL import Image

from tests.tools.drawings.pen import Pen


def truck() -> Image.Image:
    """The drawing."""
    pen = Pen("#86cdf5", "#e6f6fd")
    for x, r in ((30, 44), (92, 30), (226, 48)):
        pen.ellipse(x, 182, r * 1.5, r, "#9bd58a", "#6cb562")
    pen.box(0, 176, 256, 256, "#6d737d", "#4e535c")
    pen.box(0, 176, 256, 182, "#8ac074", "#6fa85e")
    for x in range(-14, 256, 58):
        pen.box(x, 228, x + 34, 234, "#fbe9a3", "#f3d878", 2)
    pen.shade([(20, 206), (240, 206), (246, 217), (14, 217)], 0.55, 3)
    _load(pen)
    _cab(pen)
    for x in (62, 196):
        _wheel(pen, x)
    return pen.finished()


def _load(pen: Pen) -> None:
    pen.box(14, 64, 160, 186, "#f2574a", "#b81f1c", 7)
    pen.box(14, 64, 160, 78, "#ff8473", "#ee5546", 6)
    for x in range(34, 154, 22):
        pen.box(x, 86, x + 3, 172, "#c93029", "#9c1816", 1.5)
    pen.box(14, 178, 244, 194, "#454a55", "#2d313a", 3)


def _cab(pen: Pen) -> None:
    pen.shape([(166, 184), (166, 92), (206, 92), (228, 132), (244, 138), (244, 184)],
              "#f4604f", "#c0241f")  # fmt: skip
    pen.shape([(176, 102), (202, 102), (217, 132), (176, 132)], "#d9f2ff", "#83bfe3")
    pen.shape([(180, 102), (191, 102), (182, 126), (176, 130), (176, 108)], "#f4fcff", "#c9e9fa")
    pen.line([(172, 140), (172, 180)], 1.8, "#98191a")
    pen.line([(206, 140), (206, 180)], 1.8, "#98191a")
    pen.box(178, 144, 189, 148, "#fbe0d8", "#e2b5aa", 2)
    pen.ellipse(239, 156, 6, 8, "#fff3b0", "#ffcf4a")
    pen.box(228, 176, 250, 188, "#d4d8de", "#9298a3", 3)


def _wheel(pen: Pen, x: float) -> None:
    pen.ellipse(x, 190, 29, 29, "#7e1413", "#7e1413")
    pen.ellipse(x, 197, 25, 25, "#3a3d45", "#17181c")
    pen.ellipse(x, 197, 13, 13, "#eceff3", "#a0a6b0")
    pen.ellipse(x, 197, 5, 5, "#6b717c", "#444953")
