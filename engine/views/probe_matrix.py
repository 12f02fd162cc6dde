"""What an orthogonal function does, read off as data: where pixels go, signs, colours.

Pictures of one channel that count rows and columns go through it and say where they came from.
"""

import numpy as np
from numpy.typing import NDArray

from engine.errors import BadInput
from engine.views.checking import TOLERANCE, Probe
from engine.views.view import Array, LinearMap

Matrix = NDArray[np.float64]


def read(seen: Probe, name: str, side: int) -> LinearMap:
    """A checked function on (3, side, side) as a LinearMap, verified on noise.

    Raises BadInput where it does more than to permute and negate pixels and to turn all colours
    alike.
    """
    colour, signs = _colours(seen, side)
    row, column = np.unravel_index(np.argmax(np.abs(colour)), colour.shape)
    ticks = np.arange(side, dtype=np.float32)

    def source(field: Array) -> Matrix:
        """Of a field (side, side), what stands where each pixel was taken from."""
        response = seen(_one_channel(np.broadcast_to(field, (side, side)), int(column)))[row]
        return np.asarray(response * signs / colour[row, column])

    places = np.stack([source(ticks[:, None]), source(ticks[None])])
    index = np.clip(places.round(), 0, side - 1).astype(np.int64)
    moves = LinearMap(
        (index[0] * side + index[1]).reshape(-1, 1),
        signs.astype(np.float32).reshape(-1, 1),
        None if np.allclose(colour, np.eye(3), atol=TOLERANCE) else colour.astype(np.float32),
    )
    _verify(moves, seen, name)
    return moves


def _colours(seen: Probe, side: int) -> tuple[Matrix, Matrix]:
    """The colour matrix (3, 3) and the sign of every pixel, from plain pictures.

    Both may be negated together; the signs are those that leave most of the colours positive.
    """
    plain = np.ones((side, side), np.float32)
    out = np.stack([seen(_one_channel(plain, channel)) for channel in range(3)], axis=1)
    sizes = np.abs(out).mean(axis=(2, 3))
    row, column = np.unravel_index(np.argmax(sizes), sizes.shape)
    signs = np.where(out[row, column] < 0, -1.0, 1.0)
    colour = (out * signs).mean(axis=(2, 3))
    flip = -1.0 if np.trace(colour) < 0 else 1.0
    exact = colour.round()
    return flip * np.where(np.abs(colour - exact) < TOLERANCE, exact, colour), flip * signs


def _one_channel(field: Array, channel: int) -> Array:
    picture = np.zeros((3, *field.shape), np.float32)
    picture[channel] = field
    return picture


def _verify(moves: LinearMap, seen: Probe, name: str) -> None:
    noise = np.random.default_rng(31).standard_normal((3, moves.side, moves.side), np.float32)
    gap = float(np.linalg.norm(moves.view(noise) - seen(noise)))
    if not moves.orthogonal or gap > 10 * TOLERANCE * float(np.linalg.norm(noise)):
        raise BadInput(
            f"{name}: orthogonal, but it mixes pixels with one another; a view may move whole"
            " pixels, all channels alike, negate them, and turn the colours"
        )
