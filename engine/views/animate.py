"""From a picture to what is seen through a view, and from one view to another: short animations."""

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


def between(
    first: View, second: View, image: Image.Image, steps: int, cells: int = 0
) -> list[Image.Image]:
    """`steps` RGB frames from what is seen through the one view to what is seen through the other.

    As `turning`, and by the shorter way where both are rotations: the first frame and the last
    are the readings themselves. Where one of the views is no permutation the readings fade.
    Raises BadInput for fewer than 2 steps, or a picture that is no square.
    """
    check(steps, image)
    square = Resolution(image.width, cells)
    a, b = first.at(square), second.at(square)
    both = a.is_permutation and b.is_permutation
    step = onward(a, b) if both else None
    start, end = a.seen_image(image), b.seen_image(image)
    if step is None:
        return [Image.blend(start, end, share) for share in eased(steps)]
    frames = turning(View("from reading to reading", lambda _: step), start, steps, cells)
    return [*frames[:-1], end]


def onward(a: LinearMap, b: LinearMap) -> LinearMap:
    """What turns the reading through a into the one through b; both must be permutations."""
    places = np.empty_like(a.index[:, 0])
    places[a.index[:, 0]] = np.arange(len(places))
    index = places[b.index[:, 0]]
    weight = b.weight[:, 0] / a.weight[index, 0]
    colour = _colour(b) @ np.linalg.inv(_colour(a))
    still = a.colour is None and b.colour is None
    return LinearMap(index[:, None], weight[:, None], None if still else colour.astype(np.float32))


def _colour(moves: LinearMap) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.eye(3, dtype=np.float32) if moves.colour is None else moves.colour
