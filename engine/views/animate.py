"""From a picture as it is to the picture as it is seen: the frames of a short animation."""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.errors import BadInput
from engine.views.grids import grid
from engine.views.resolve import view as named
from engine.views.view import LinearMap, Resolution, View

Levels = NDArray[np.float32]


def turning(view: str | View, image: Image.Image, steps: int, cells: int = 0) -> list[Image.Image]:
    """`steps` RGB frames from a square picture as it is to what is seen through the view.

    Rotations turn about the centre. Other permutations move every pixel along a straight line,
    changing sign and colour on the way, over the picture's mean colour; what is no permutation
    fades. The first frame and the last are exact. cells is stage I's side (0: the picture's
    own). Raises BadInput for fewer than 2 steps, or a picture that is no square.
    """
    check(steps, image)
    looked = named(view) if isinstance(view, str) else view
    moves = looked.at(Resolution(image.width, cells))
    first = image.convert("RGB")
    last = moves.seen_image(first)
    return [first, *_between(moves, first, last, eased(steps)[1:-1]), last]


def check(steps: int, image: Image.Image) -> None:
    """BadInput for what cannot be turned."""
    if steps < 2:
        raise BadInput(f"steps: an animation has at least 2 pictures, not {steps}")
    if image.width != image.height:
        raise BadInput(f"a view needs a square, this is {image.width}×{image.height}")


def eased(steps: int) -> list[float]:
    """From 0 to 1, slow at both ends."""
    return [(1 - math.cos(math.pi * step / (steps - 1))) / 2 for step in range(steps)]


def _between(
    moves: LinearMap, first: Image.Image, last: Image.Image, shares: list[float]
) -> list[Image.Image]:
    if not moves.is_permutation:
        return [Image.blend(first, last, share) for share in shares]
    if angle := _angle(moves):
        ground = _ground(first)
        return [first.rotate(angle * share, fillcolor=ground) for share in shares]
    return _moved(moves, first, last, shares)


def _angle(moves: LinearMap) -> int:
    """Degrees counter-clockwise, by the shorter way; 0 where it is no rotation."""
    if moves.colour is not None or (moves.weight != 1).any():
        return 0
    pixels = grid(moves.side)
    for quarters, angle in ((1, 90), (2, 180), (3, -90)):
        if np.array_equal(np.rot90(pixels, quarters).ravel(), moves.index[:, 0]):
            return angle
    return 0


def _ground(image: Image.Image) -> tuple[int, int, int]:
    red, green, blue = np.asarray(image).reshape(-1, 3).mean(axis=0).round().astype(int).tolist()
    return red, green, blue


def _moved(
    moves: LinearMap, first: Image.Image, last: Image.Image, shares: list[float]
) -> list[Image.Image]:
    """Pixels that go far are drawn over those that go less far, and those that stay."""
    side = moves.side
    ends, starts = _places(np.arange(side**2), side), _places(moves.index[:, 0], side)
    order = np.argsort(np.abs(ends - starts).sum(axis=1), kind="stable")
    ends, starts = ends[order], starts[order]
    old, new = _levels(first)[moves.index[order, 0]], _levels(last)[order]
    grounds = _levels(first).mean(axis=0), _levels(last).mean(axis=0)
    frames = []
    for share in shares:
        frame = np.tile((1 - share) * grounds[0] + share * grounds[1], (side**2, 1))
        rows, columns = ((1 - share) * starts + share * ends).round().astype(np.int64).T
        frame[rows * side + columns] = (1 - share) * old + share * new
        frames.append(Image.fromarray(frame.round().astype(np.uint8).reshape(side, side, 3)))
    return frames


def _places(pixels: NDArray[np.int64], side: int) -> Levels:
    return np.stack(np.divmod(pixels, side), axis=1).astype(np.float32)


def _levels(image: Image.Image) -> Levels:
    return np.asarray(image, np.float32).reshape(-1, 3)
