"""Sums of pixels, and the transpose of that, on arrays (..., n) whose pixels lie in one row."""

import numpy as np
from numpy.typing import NDArray

Index = NDArray[np.int64]
Weight = NDArray[np.float32]
Array = NDArray[np.floating]


def gathered(flat: Array, index: Index, weight: Weight) -> Array:
    """Pixel i becomes Σ_k weight[i, k] · pixel index[i, k]; index and weight are (n, k).

    One tap keeps the dtype's own bits; several are summed in float32 at least.
    """
    if index.shape[1] == 1:
        return flat[..., index[:, 0]] * weight[:, 0].astype(flat.dtype)
    total = np.zeros(flat.shape, np.result_type(flat.dtype, np.float32))
    for pixels, weights in zip(index.T, weight.T, strict=True):
        total += flat[..., pixels] * weights
    return total.astype(flat.dtype)


def scattered(flat: Array, index: Index, weight: Weight) -> Array:
    """The transpose of `gathered`: pixel j becomes the sum of weight[i, k] · pixel i over
    all index[i, k] = j."""
    wide = np.result_type(flat.dtype, np.float32)
    total = np.zeros((flat.shape[-1], *flat.shape[:-1]), wide)
    rows = np.moveaxis(flat, -1, 0)
    for pixels, weights in zip(index.T, weight.T, strict=True):
        np.add.at(total, pixels, rows * weights.reshape(-1, *[1] * (flat.ndim - 1)))
    return np.ascontiguousarray(np.moveaxis(total, 0, -1)).astype(flat.dtype)


def coloured(x: Array, colour: NDArray[np.float32] | None) -> Array:
    """x (..., C, side, side) with colour @ channels, for each three of its channels."""
    if colour is None:
        return x
    threes = x.reshape(*x.shape[:-3], -1, 3, *x.shape[-2:])
    mixed: Array = np.einsum("dc,...chw->...dhw", colour, threes)
    return mixed.astype(x.dtype).reshape(x.shape)
