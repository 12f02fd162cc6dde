"""Bands that a picture gives: the state's own are replaced by the picture's, noised alike.

Geng et al. 2024 (arXiv 2404.11615, section 3.6), after ILVR (Choi et al. 2021, arXiv 2108.02938).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from engine.bands import Band
from engine.diffusion.band_ops import summed
from engine.diffusion.noise import NoiseSource, forward
from engine.diffusion.sampler import Hook


@dataclass(frozen=True)
class GivenBands(Hook):
    """`pictures` (1, C, H, W) in [-1, 1] by the band that each gives, among all `bands`.

    `noise` is drawn from once for every state but the clean one.
    """

    pictures: Mapping[str, Tensor]
    bands: Mapping[str, Band]
    alphas_cumprod: Tensor
    noise: NoiseSource

    def after(self, x: Tensor, t_next: int | None) -> Tensor:
        parts = dict.fromkeys(self.bands, x)
        eps = None if t_next is None else self.noise.draw(x.shape[1:])
        for name, clean in self.pictures.items():
            whole = clean.expand_as(x)
            parts[name] = (
                whole
                if eps is None or t_next is None
                else forward(whole, t_next, eps, self.alphas_cumprod)
            )
        return summed(parts, self.bands)
