"""The forward process, and noise whose every draw belongs to one sample's own generator."""

from collections.abc import Sequence

import torch
from torch import Tensor


def forward(x0: Tensor, t: int, eps: Tensor, alphas_cumprod: Tensor) -> Tensor:
    """x_t = √ᾱ_t x0 + √(1−ᾱ_t) ε, shapes (B, C, H, W), fp32 (Ho et al. 2020, eq. 4)."""
    alpha_bar = alphas_cumprod[t]
    return alpha_bar**0.5 * x0 + (1 - alpha_bar) ** 0.5 * eps


class NoiseSource:
    """Unit normal noise, one CPU generator per sample.

    Sample i sees the same numbers alone or in a batch, on any device. `drawn` counts the draws, so
    that a branch can fast-forward a fresh source to where its parent stood.
    """

    def __init__(
        self, generators: Sequence[torch.Generator], device: torch.device | str = "cpu"
    ) -> None:
        self.generators = list(generators)
        self.device = torch.device(device)
        self.drawn = 0

    @classmethod
    def for_seeds(cls, seed: int, count: int, device: torch.device | str = "cpu") -> "NoiseSource":
        """A source for `count` samples; generator i is seeded `seed` + i."""
        return cls([torch.Generator().manual_seed(seed + i) for i in range(count)], device)

    def draw(self, shape: Sequence[int]) -> Tensor:
        """Noise (B, *shape) fp32 on the device, B the number of generators."""
        self.drawn += 1
        each = [torch.randn((1, *shape), generator=g) for g in self.generators]
        return torch.cat(each).to(self.device)

    def skip(self, draws: int, shape: Sequence[int]) -> None:
        """Draw `draws` times and forget it: the generators advance exactly as if it were used."""
        for _ in range(draws):
            self.draw(shape)
