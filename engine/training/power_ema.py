"""Power-function EMAs: averages of the weights whose length grows with the training.

At time t the weights of time τ count in proportion to τ^γ (Karras et al. 2024, EDM2, arXiv
2312.02696, section 3.1). The length of such an EMA is its relative width σ_rel: the standard
deviation of that profile, divided by t. From snapshots of two of them an EMA of any length can be
reconstructed after the training: see `engine.training.post_hoc`.
"""

import math
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

WIDTHS = (0.05, 0.10)
"""The relative widths that EDM2 records."""
WIDEST = 1 / math.sqrt(12)
"""σ_rel of γ = 0, the plain mean of all weights."""


def exponent(width: float) -> float:
    """γ of a relative width σ in (0, `WIDEST`], where (γ + 1) = σ² (γ + 2)² (γ + 3).

    The largest root of that cubic is the one that is not negative (EDM2, algorithm 2). Raises
    ValueError for other widths.
    """
    if not 0 < width <= WIDEST:
        raise ValueError(f"{width:g} is no relative width; write one above 0, up to 0.288")
    inverse = width**-2
    roots = np.roots([1.0, 7.0, 16.0 - inverse, 12.0 - inverse])
    return max(0.0, float(roots.real.max()))


def newest_share(gamma: float, count: int) -> float:
    """What the newest of `count` ≥ 1 weights counts in their average: 1 - (1 - 1/count)^(γ+1).

    The average is then exactly the integral of the continuous profile over weights that are
    constant between steps.
    """
    return -math.expm1((gamma + 1) * math.log1p(-1 / count)) if count > 1 else 1.0


class PowerEma:
    """EMAs of a model's parameters, one for each relative width, since the step `began`.

    Time is counted from `began`. They lie beside the parameters, in their dtype and layout. A
    checkpoint without them (of an earlier version) begins them at its step, with its weights.
    """

    def __init__(self, model: nn.Module, widths: tuple[float, ...] = WIDTHS) -> None:
        self.began = 0
        self.exponents = {width: exponent(width) for width in widths}
        self.averages = {width: _copies(model) for width in widths}

    def begin(self, model: nn.Module, step: int) -> None:
        """Start anew after `step`, with the model's weights."""
        self.began = step
        self.averages = {width: _copies(model) for width in self.exponents}

    @torch.no_grad()
    def update(self, model: nn.Module, step: int) -> None:
        """Include the weights after `step` steps of the whole training."""
        weights = [value.detach() for value in model.parameters()]
        for width, gamma in self.exponents.items():
            share = newest_share(gamma, step - self.began)
            torch._foreach_lerp_(list(self.averages[width].values()), weights, share)

    def tensors(self) -> dict[str, Tensor]:
        """All averages, named `power.WIDTH.PARAMETER`; not copies."""
        return {
            f"power.{width:g}.{name}": value
            for width, average in self.averages.items()
            for name, value in average.items()
        }

    @torch.no_grad()
    def restore(self, tensors: Mapping[str, Tensor], began: int) -> bool:
        """Load what `tensors` returned; False, and nothing changed, where some are missing."""
        own = self.tensors()
        if not own.keys() <= tensors.keys():
            return False
        for name, value in own.items():
            value.copy_(tensors[name])
        self.began = began
        return True


def _copies(model: nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in model.named_parameters()}
