"""Averages of the weights along a training, whose lengths grow with it.

In such an average the weights after step τ of t count in proportion to τ^γ (Karras et al. 2024,
EDM2, arXiv 2312.02696, section 3.1). Its length is told as the standard deviation of that profile
in relation to t, the relative width σ_rel. From snapshots of two of them any other length can be
made when the training is over: `engine.training.average_profiles` has that.
"""

import math
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

WIDTHS = (0.05, 0.10)
"""The relative widths that EDM2 keeps; with these two others are made to within a percent."""
WIDEST = 1 / math.sqrt(12)
"""That of the plain mean of all weights, γ = 0."""


def exponent(width: float) -> float:
    """γ of a relative width σ in (0, `WIDEST`], where (γ + 1) = σ² (γ + 2)² (γ + 3).

    The largest root of that cubic is the one that is not negative (EDM2, algorithm 2). Raises
    ValueError for other widths.
    """
    if not 0 < width <= WIDEST:
        raise ValueError(f"{width:g} is no relative width; it lies above 0, and up to 0.288")
    peak = width**-2
    roots = np.roots([1.0, 7.0, 16.0 - peak, 12.0 - peak])
    return max(0.0, float(roots.real.max()))


def weight_of_newest(gamma: float, count: int) -> float:
    """What the newest of `count` ≥ 1 weights counts in their average: 1 - (1 - 1/count)^(γ+1).

    The average is then exactly the continuous profile's integral over weights that stay as they
    are from one step to the next.
    """
    return -math.expm1((gamma + 1) * math.log1p(-1 / count)) if count > 1 else 1.0


class PowerAverages:
    """Averages of a model's parameters, one for each relative width, since the step `began`.

    They lie beside the parameters, in their dtype and layout. Where a checkpoint has none, they
    begin with its weights, as if the training had begun there.
    """

    def __init__(self, model: nn.Module, widths: tuple[float, ...] = WIDTHS) -> None:
        self.began = 0
        self.exponents = {width: exponent(width) for width in widths}
        self.averages = {width: _copies(model) for width in widths}

    def begin(self, model: nn.Module, step: int) -> None:
        """Forget what was, and begin after `step` with the weights of now."""
        self.began = step
        self.averages = {width: _copies(model) for width in self.exponents}

    @torch.no_grad()
    def update(self, model: nn.Module, step: int) -> None:
        """Take the weights in that there are after `step` steps of the whole training."""
        weights = [value.detach() for value in model.parameters()]
        for width, gamma in self.exponents.items():
            share = weight_of_newest(gamma, step - self.began)
            torch._foreach_lerp_(list(self.averages[width].values()), weights, share)

    def tensors(self) -> dict[str, Tensor]:
        """All of them, named `power.WIDTH.PARAMETER`; the very tensors, no copies."""
        return {
            f"power.{width:g}.{name}": value
            for width, average in self.averages.items()
            for name, value in average.items()
        }

    @torch.no_grad()
    def restore(self, tensors: Mapping[str, Tensor], began: int) -> bool:
        """Put back what `tensors` gave, begun after the step `began`; False where not all is there.

        Nothing is changed then.
        """
        own = self.tensors()
        if not own.keys() <= tensors.keys():
            return False
        for name, value in own.items():
            value.copy_(tensors[name])
        self.began = began
        return True


def _copies(model: nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in model.named_parameters()}
