"""A person's permutation at stage II: the very same view, with blocks for pixels."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.views.view import Index, LinearMap

Steps = NDArray[np.int64]
"""(n, n, 2): where the neighbour of each pixel's source lies, in rows and columns."""
T = TypeVar("T", bound=np.generic)
NEAR_PIXELS, ALIKE_SHARE = 2, 0.9


def enlarged(moves: LinearMap, side: int) -> LinearMap:
    """A permutation for pictures of `side` pixels, a multiple of its own side.

    Every pixel becomes a block. Where its neighbours come from one turned or mirrored place, as
    in a rotation, the block is turned with them, so that its finer detail fits too.
    """
    n, scale = moves.side, side // moves.side
    within = np.arange(side) % scale * 2 - (scale - 1)
    down, right = (_blocks(step, scale) for step in _frames(moves.index.reshape(n, n)))
    turned = (within[:, None, None] * down + within[None, :, None] * right + scale - 1) // 2
    cells = np.stack(np.divmod(moves.index.reshape(n, n), n), axis=2)
    rows, columns = np.moveaxis(_blocks(cells, scale) * scale + turned, 2, 0)
    weight = _blocks(moves.weight.reshape(n, n), scale)
    return LinearMap((rows * side + columns).reshape(-1, 1), weight.reshape(-1, 1), moves.colour)


def alike(fine: LinearMap, coarse: LinearMap) -> bool:
    """Whether nearly every pixel comes from where its cell does in the coarse permutation.

    With the same sign, and the same colours.
    """
    scale = fine.side // coarse.side
    rows, columns = np.divmod(fine.index[:, 0], fine.side)
    large = np.divmod(_blocks(coarse.index.reshape(coarse.side, -1), scale).ravel(), coarse.side)
    far = np.maximum(np.abs(rows // scale - large[0]), np.abs(columns // scale - large[1]))
    signs = _blocks(coarse.weight.reshape(coarse.side, -1), scale).ravel() == fine.weight[:, 0]
    one, other = (np.eye(3) if c is None else c for c in (fine.colour, coarse.colour))
    return (
        np.allclose(one, other, atol=1e-3)
        and float(((far <= NEAR_PIXELS) & signs).mean()) >= ALIKE_SHARE
    )


def _frames(index: Index) -> tuple[Steps, Steps]:
    """For each pixel, which way the picture goes at its source: one step down, one right.

    Plainly down and right where the pixel's neighbours come from elsewhere.
    """
    source = np.stack(np.divmod(index, index.shape[0]), axis=2)
    down, right = np.zeros_like(source), np.zeros_like(source)
    down[..., 0] = right[..., 1] = 1
    open_ = np.ones(index.shape, bool)
    for below in _steps(source, 0):
        for beside in _steps(source, 1):
            lengths = np.abs(below).sum(axis=2), np.abs(beside).sum(axis=2)
            square = (lengths[0] == 1) & (lengths[1] == 1) & ((below * beside).sum(axis=2) == 0)
            fits = open_ & square
            down[fits], right[fits], open_ = below[fits], beside[fits], open_ & ~fits
    return down, right


def _steps(source: Steps, axis: int) -> tuple[Steps, Steps]:
    """To the next pixel along an axis, and from the one before; 0 at the border."""
    steps = np.diff(source, axis=axis)
    none = np.zeros_like(source.take([0], axis=axis))
    return np.concatenate([steps, none], axis), np.concatenate([none, steps], axis)


def _blocks(cells: NDArray[T], scale: int) -> NDArray[T]:
    return cells.repeat(scale, axis=0).repeat(scale, axis=1)
