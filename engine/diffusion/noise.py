"""The forward process, and noise whose every draw belongs to one sample's own generator."""

from collections.abc import Sequence

import torch
from torch import Tensor


def forward(x0: Tensor, t: int, eps: Tensor, alphas_cumprod: Tensor) -> Tensor:
    """x_t = √ᾱ_t x0 + √(1−ᾱ_t) ε, shapes (B, C, H, W), fp32 (Ho et al. 2020, eq. 4)."""
    alpha_bar = alphas_cumprod[t]
    return alpha_bar**0.5 * x0 + (1 - alpha_bar) ** 0.5 * eps


def back_up(x: Tensor, t: int, t_up: int, eps: Tensor, alphas_cumprod: Tensor) -> Tensor:
    """x_t (B, C, H, W) noised further, to t' > t: √α x_t + √(1−α) ε with α = ᾱ_t' / ᾱ_t."""
    alpha = alphas_cumprod[t_up] / alphas_cumprod[t]
    return alpha**0.5 * x + (1 - alpha) ** 0.5 * eps


class NoiseSource:
    """Unit normal noise, one CPU generator per sample.

    Sample i sees the same numbers alone or in a batch, on any device. `drawn` counts the draws of
    each sample, so that a branch can fast-forward a fresh source to where its parent stood. A
    source of some only of a run's `count` samples names them in `samples`, empty otherwise.
    """

    def __init__(
        self, generators: Sequence[torch.Generator], device: torch.device | str = "cpu"
    ) -> None:
        self.generators = list(generators)
        self.device = torch.device(device)
        self._drawn = [0] * len(self.generators)
        self.samples: tuple[int, ...] = ()
        self.count = len(self.generators)

    @classmethod
    def for_seeds(
        cls, seed: int, count: int, device: torch.device | str = "cpu", rows: int = 1
    ) -> "NoiseSource":
        """A source for `rows` × `count` samples, row after row; column i is seeded `seed` + i."""
        seeds = [seed + i for _ in range(rows) for i in range(count)]
        return cls([torch.Generator().manual_seed(s) for s in seeds], device)

    @property
    def drawn(self) -> tuple[int, ...]:
        """How often each sample has drawn."""
        return tuple(self._drawn)

    def of(self, samples: Sequence[int]) -> "NoiseSource":
        """A source for these samples alone, from where they stand; the generators are shared."""
        source = NoiseSource([self.generators[i] for i in samples], self.device)
        source._drawn = [self._drawn[i] for i in samples]
        source.samples, source.count = tuple(samples), self.count
        return source

    def move(self, device: torch.device | str) -> None:
        """Draw for another device from now on; the numbers stay the same."""
        self.device = torch.device(device)

    def draw(self, shape: Sequence[int]) -> Tensor:
        """Noise (B, *shape) fp32 on the device, B the number of generators."""
        return self._sent(torch.cat([self._one(i, shape) for i in range(len(self._drawn))]))

    def draw_for(self, sample: int, shape: Sequence[int]) -> Tensor:
        """Noise (1, *shape) of one sample; the others' generators stay where they are."""
        return self._sent(self._one(sample, shape))

    def skip(self, draws: Sequence[int], shape: Sequence[int]) -> None:
        """Let sample i draw `draws[i]` times and forget it, as if the noise had been used."""
        for sample, times in enumerate(draws):
            for _ in range(times):
                self._one(sample, shape)

    def _sent(self, noise: Tensor) -> Tensor:
        """To the device; from pinned memory, since CUDA would wait for its work in hand first."""
        if self.device.type == "cuda":
            return noise.pin_memory().to(self.device, non_blocking=True)
        return noise.to(self.device)

    def _one(self, sample: int, shape: Sequence[int]) -> Tensor:
        self._drawn[sample] += 1
        return torch.randn((1, *shape), generator=self.generators[sample])
