"""The bands of :mod:`engine.bands` on tensors, and a hook for those that a picture gives.

The state's own are replaced by the picture's, noised alike: Geng et al. 2024 (arXiv 2404.11615,
section 3.6), after ILVR (Choi et al. 2021, arXiv 2108.02938).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from engine.bands import Array, Band, Filter
from engine.diffusion.noise import NoiseSource, forward
from engine.diffusion.sampler import Hook


def filtered(x: Tensor, lowpass: Filter) -> Tensor:
    """x (B, C, H, W) through a filter, the edge mirrored."""
    for kernel in lowpass.kernels:
        x = _correlated(x, kernel)
    return x.mean(dim=1, keepdim=True).expand_as(x) if lowpass.grey else x


def band(x: Tensor, terms: Band) -> Tensor:
    """One band of x (B, C, H, W)."""
    parts = [factor * (x if f is None else filtered(x, f)) for factor, f in terms]
    return parts[0] if len(parts) == 1 else torch.stack(parts).sum(dim=0)


def summed(parts: Mapping[str, Tensor], bands: Mapping[str, Band]) -> Tensor:
    """The picture whose band `name` is that of parts[name], each (B, C, H, W).

    Every filter runs once on all that passes it: bands of one picture give the picture.
    """
    unfiltered: Tensor | None = None
    passing: dict[int, tuple[Filter, Tensor]] = {}
    for name, terms in bands.items():
        for factor, f in terms:
            share = factor * parts[name]
            if f is None:
                unfiltered = share if unfiltered is None else unfiltered + share
            else:
                before = passing.get(id(f))
                passing[id(f)] = (f, share if before is None else before[1] + share)
    smooth = [filtered(x, f) for f, x in passing.values()]
    return sum(smooth, start=torch.zeros(()) if unfiltered is None else unfiltered)


def _correlated(x: Tensor, kernel: Array) -> Tensor:
    weight = torch.from_numpy(kernel).to(x.device, x.dtype)
    height, width = weight.shape
    padded = F.pad(x, (width // 2, width // 2, height // 2, height // 2), mode="reflect")
    channels = x.shape[1]
    return F.conv2d(padded, weight.expand(channels, 1, height, width), groups=channels)


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
            picture = clean.expand_as(x)
            parts[name] = (
                picture
                if eps is None or t_next is None
                else forward(picture, t_next, eps, self.alphas_cumprod)
            )
        return summed(parts, self.bands)
