"""The views of :mod:`engine.views` on tensors."""

from functools import cached_property

import torch
from torch import Tensor

from engine.views import LinearMap


class TensorView:
    """What is seen through a view at one size, and the way back; never in place."""

    def __init__(self, moves: LinearMap, device: torch.device | str = "cpu") -> None:
        self.moves, self.device = moves, torch.device(device)

    def view(self, x: Tensor) -> Tensor:
        """x (B, C, side, side) as it is seen."""
        if self.moves.identity:
            return x
        pixels = _gathered(x, self._index, self._weight)
        return pixels if self._colour is None else _mixed(pixels, self._colour)

    def inverse_view(self, x: Tensor) -> Tensor:
        """The way back, the transpose: of x (B, C, side, side) what the picture itself gets."""
        if self.moves.identity:
            return x
        turned = x if self._colour is None else _mixed(x, self._colour.T)
        return self._returned(turned, self._weight)

    def inverse_view_variance(self, v: Tensor) -> Tensor:
        """The way back for variances: pixels move, but keep their sign and colour."""
        return v if self.moves.identity else self._returned(v, self._weight.abs())

    def _returned(self, x: Tensor, weight: Tensor) -> Tensor:
        if self.moves.is_permutation:
            flat = (x.flatten(2) * weight[:, 0].to(x.dtype))[..., self._inverse]
            return flat.reshape(x.shape)
        flat, total = x.flatten(2), torch.zeros_like(x).flatten(2)
        for tap in range(weight.shape[1]):
            total.index_add_(2, self._index[:, tap], flat * weight[:, tap].to(x.dtype))
        return total.reshape(x.shape)

    @cached_property
    def _index(self) -> Tensor:
        return torch.from_numpy(self.moves.index).to(self.device)

    @cached_property
    def _weight(self) -> Tensor:
        return torch.from_numpy(self.moves.weight).to(self.device)

    @cached_property
    def _colour(self) -> Tensor | None:
        colour = self.moves.colour
        return None if colour is None else torch.from_numpy(colour).to(self.device)

    @cached_property
    def _inverse(self) -> Tensor:
        return torch.argsort(self._index[:, 0])


def _gathered(x: Tensor, index: Tensor, weight: Tensor) -> Tensor:
    flat = x.flatten(2)
    taps = (flat[..., index[:, k]] * weight[:, k].to(x.dtype) for k in range(index.shape[1]))
    total = next(taps)
    for tap in taps:
        total = total + tap
    return total.reshape(x.shape)


def _mixed(x: Tensor, colour: Tensor) -> Tensor:
    return torch.einsum("dc,bchw->bdhw", colour.to(x.dtype), x)
