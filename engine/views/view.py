"""A view: a linear map on the pixels of a square picture, described as data.

numpy here and torch in :mod:`engine.diffusion.view_ops` apply the same description.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import isqrt

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.errors import BadInput
from engine.pictures.fit import to_array, to_image

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


@dataclass(frozen=True)
class Resolution:
    """A picture of side × side pixels, of which cells × cells may be told apart.

    cells is stage I's side (0: the side itself). Stage II has a multiple of it, and sees through
    one and the same view. Raises BadInput where the one is no multiple of the other.
    """

    side: int
    cells: int = 0

    def __post_init__(self) -> None:
        if not self.cells:
            object.__setattr__(self, "cells", self.side)
        if self.side < 1 or self.cells < 1 or self.side % self.cells:
            raise BadInput(
                f"a view of {self.side} pixels over {self.cells} cells: the side must be a multiple"
            )

    @property
    def scale(self) -> int:
        """Pixels along a cell."""
        return self.side // self.cells


@dataclass(frozen=True, eq=False)
class LinearMap:
    """A view at one size: seen.flat[i] = Σ_k weight[i, k] · x.flat[index[i, k]].

    index is int64 (side², k) in reading order, weight float32 (side², k). colour is float32
    (3, 3), by which the channels are then multiplied, or None where they stay as they are.
    """

    index: Index
    weight: Weight
    colour: NDArray[np.float32] | None = None

    @cached_property
    def side(self) -> int:
        """Pixels along a side."""
        return isqrt(self.index.shape[0])

    @cached_property
    def is_permutation(self) -> bool:
        """Whether every pixel goes to one place of its own; its sign and colour may change."""
        n, taps_ = self.index.shape
        return taps_ == 1 and bool((np.bincount(self.index[:, 0], minlength=n) == 1).all())

    @cached_property
    def identity(self) -> bool:
        """Whether all stays as it is."""
        if self.index.shape[1] != 1 or self.colour is not None:
            return False
        still = np.array_equal(self.index[:, 0], np.arange(self.index.shape[0]))
        return still and bool((self.weight == 1).all())

    @cached_property
    def orthogonal(self) -> bool:
        """Whether the description itself says that unit noise stays unit noise."""
        colour = np.eye(3) if self.colour is None else self.colour
        turns = np.allclose(colour @ colour.T, np.eye(3), atol=1e-4)
        return turns and self.is_permutation and bool((np.abs(self.weight) == 1).all())

    def view(self, x: Array) -> Array:
        """What a person sees who looks through the view at x (..., C, side, side), in [-1, 1].

        A new array of x's dtype. With a colour matrix C is a multiple of 3, and each three
        channels are one picture.
        """
        flat = gathered(_rows(x), self.index, self.weight)
        return coloured(flat.reshape(x.shape), self.colour)

    def inverse_view(self, x: Array) -> Array:
        """The way back: the transpose of `view`, its inverse exactly where it is orthogonal."""
        colour = None if self.colour is None else self.colour.T
        return self._returned(coloured(x, colour), self.weight)

    def inverse_view_variance(self, v: Array) -> Array:
        """The way back for variance channels: as `inverse_view`, without sign and colour.

        DeepFloyd's v interpolates between two variances, so that to negate a picture does not
        negate it (Geng et al. 2024, "Visual Anagrams", arXiv 2311.17919).
        """
        return self._returned(v, np.abs(self.weight))

    def seen_image(self, image: Image.Image) -> Image.Image:
        """A picture of the view's size as RGB, seen through it; BadInput for another size."""
        if image.size != (self.side, self.side):
            wide, high = image.size
            raise BadInput(f"this view is for {self.side}×{self.side} pixels, not {wide}×{high}")
        return to_image(self.view(to_array(image)).astype(np.float32))

    def _returned(self, x: Array, weight: Weight) -> Array:
        flat = _rows(x)
        if self.is_permutation:
            back = self._inverse
            return gathered(flat, back, weight[back[:, 0]]).reshape(x.shape)
        return scattered(flat, self.index, weight).reshape(x.shape)

    @cached_property
    def _inverse(self) -> Index:
        return np.argsort(self.index, axis=0)


def _rows(x: Array) -> Array:
    """(..., side, side) as (..., side²)."""
    return x.reshape(*x.shape[:-2], -1)


@dataclass(frozen=True)
class View:
    """A view at any size: `text` is one line for help, `at` describes it for a square.

    orthogonal is False for those that are there to fail. place orders them; name is set by
    whoever finds it, a built-in one's from its file.
    """

    text: str
    at: Callable[[Resolution], LinearMap]
    orthogonal: bool = True
    place: int = 100
    name: str = ""
