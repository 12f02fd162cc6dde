"""From one reading of a picture to another: the way that a turning takes between two views."""

import numpy as np
from PIL import Image

from engine.views.animate import check, eased, turning
from engine.views.view import LinearMap, Resolution, View


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
