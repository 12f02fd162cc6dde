"""One drawing in many poses: turned, warped a little, another hue, size and place."""

import random

from PIL import Image

from engine.forge.drawings.art import square

MIRRORED = 0.15
"""Share of mirrored drawings: at one half, a slanting thing is first learned as a cross."""
TURN = 12.0
"""Degrees either way."""
HUE = 6
"""Steps of 256 around the circle of hues, either way."""
WARP, MESH = 0.03, 4
"""Share of the side by which the corners of a mesh of so many fields move, either way."""

Point = tuple[float, float]


def posed(drawing: Image.Image, rng: random.Random) -> Image.Image:
    """The RGBA drawing in a random pose on a transparent square of its side."""
    return place(turned(warped(tinged(drawing, rng), rng), rng), rng)


def tinged(drawing: Image.Image, rng: random.Random) -> Image.Image:
    """All hues turned by the same angle, at most `HUE`; greys stay grey."""
    hue, saturation, value = drawing.convert("RGB").convert("HSV").split()
    by = rng.randint(-HUE, HUE)
    other = Image.merge("HSV", [hue.point(lambda h: (h + by) % 256), saturation, value])
    return Image.merge("RGBA", [*other.convert("RGB").split(), drawing.getchannel("A")])


def warped(drawing: Image.Image, rng: random.Random) -> Image.Image:
    """Elastically distorted: the inner corners of a mesh move, the rim stays."""
    side, step = drawing.width, drawing.width / MESH

    def corner(x: int, y: int) -> Point:
        inside = 0 < x < MESH and 0 < y < MESH
        reach = WARP * side if inside else 0.0
        return x * step + rng.uniform(-reach, reach), y * step + rng.uniform(-reach, reach)

    corners = {(x, y): corner(x, y) for x in range(MESH + 1) for y in range(MESH + 1)}
    fields = [_field(corners, x, y, step) for x in range(MESH) for y in range(MESH)]
    return drawing.transform(drawing.size, Image.Transform.MESH, fields, Image.Resampling.BILINEAR)


def _field(
    corners: dict[tuple[int, int], Point], x: int, y: int, step: float
) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """A field of the mesh as Pillow takes it: its box, and the corners that it is filled from."""
    box = tuple(round(edge * step) for edge in (x, y, x + 1, y + 1))
    around = (x, y), (x, y + 1), (x + 1, y + 1), (x + 1, y)
    return box, tuple(value for at in around for value in corners[at])


def turned(drawing: Image.Image, rng: random.Random) -> Image.Image:
    """Turned by at most `TURN` degrees, and made as large as the square allows again."""
    angle = rng.uniform(-TURN, TURN)
    whole = drawing.rotate(angle, Image.Resampling.BICUBIC, expand=True)
    return square(whole, drawing.width) or drawing


def place(drawing: Image.Image, rng: random.Random) -> Image.Image:
    """The drawing at a random size (0.78-1 of the side) and position, sometimes mirrored."""
    side = drawing.width
    size = round(side * rng.uniform(0.78, 1.0))
    canvas = Image.new("RGBA", drawing.size)
    small = drawing.resize((size, size), Image.Resampling.LANCZOS)
    if rng.random() < MIRRORED:
        small = small.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    canvas.paste(small, (rng.randint(0, side - size), rng.randint(0, side - size)))
    return canvas
