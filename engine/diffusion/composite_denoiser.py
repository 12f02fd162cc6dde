"""One denoiser made of terms: each has a prompt and a view, and a share in each band.

Visual anagrams (Geng et al. 2024, arXiv 2311.17919), factorized diffusion (arXiv 2404.11615) and
composition (Liu et al. 2022, arXiv 2206.01714) are settings of it. All terms of a step are one
batch; what two of them ask alike is asked once, as the unconditional half of every view.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.bands import Band
from engine.diffusion.band_ops import summed
from engine.diffusion.denoiser import Denoiser, Estimate, LowRes, UNet, predict, split
from engine.diffusion.view_ops import TensorView


@dataclass(frozen=True)
class Term:
    """A prompt's embedding (1, L, D), the view it is seen through, its share in each band."""

    text: Tensor
    look: TensorView
    shares: Sequence[float]


@dataclass(frozen=True)
class NetworkCall:
    """One call of the network: a view and an embedding."""

    look: TensorView
    text: Tensor


def combined(
    unet: UNet,
    terms: Sequence[Term],
    uncond: Tensor,
    guidance: float,
    bands: Mapping[str, Band],
    extra: LowRes | None = None,
) -> Denoiser:
    """ε = Σ_bands band(Σ_terms share · view⁻¹(ε(view(x), prompt))), guided after the way back.

    uncond is (1, L, D). The variance is the mean of the terms' own. γ = 0 and γ = 1 evaluate one
    half only, as in :func:`~engine.diffusion.denoiser.guided`.
    """
    conds = [] if guidance == 0 else [NetworkCall(term.look, term.text) for term in terms]
    unconds = [] if guidance == 1 else [NetworkCall(term.look, uncond) for term in terms]

    def denoise(x: Tensor, t: int) -> Estimate:
        answers = _answers(unet, [*unconds, *conds], x, t, extra)
        u, c = answers[: len(unconds)], answers[len(unconds) :]
        eps_u, eps_c = (_joined([eps for eps, _ in half], terms, bands) for half in (u, c))
        variance = _mean([v for _, v in c or u])
        if eps_u is None or eps_c is None:
            eps = eps_u if eps_c is None else eps_c
            assert eps is not None
        else:
            eps = eps_u + guidance * (eps_c - eps_u)
        return Estimate(eps, variance, eps_u, eps_c)

    return denoise


def alternating(denoisers: Sequence[Denoiser], turn: Callable[[int], int]) -> Denoiser:
    """One after the other: `turn` gives of a timestep t the number of the step that it begins."""

    def denoise(x: Tensor, t: int) -> Estimate:
        return denoisers[turn(t) % len(denoisers)](x, t)

    return denoise


def _answers(
    unet: UNet, calls: Sequence[NetworkCall], x: Tensor, t: int, extra: LowRes | None
) -> list[tuple[Tensor, Tensor | None]]:
    """(ε, v) of each, brought back from its view; the same thing is asked once."""
    once = {(id(a.look), id(a.text)): a for a in calls}
    views = {id(a.look): a.look.view(x) for a in once.values()}
    batch = torch.cat([views[id(a.look)] for a in once.values()])
    text = torch.cat([a.text.expand(x.shape[0], -1, -1) for a in once.values()])
    out = predict(unet, batch, t, text, extra and _seen(extra, list(once.values())))
    answers = {
        key: _back(part, a.look, x.shape[1])
        for (key, a), part in zip(once.items(), out.chunk(len(once)), strict=True)
    }
    return [answers[id(a.look), id(a.text)] for a in calls]


def _seen(extra: LowRes, calls: Sequence[NetworkCall]) -> LowRes:
    """What stage II sees beside x, through the view of each call."""
    return LowRes(torch.cat([a.look.view(extra.upscaled) for a in calls]), extra.noise_level)


def _back(out: Tensor, look: TensorView, channels: int) -> tuple[Tensor, Tensor | None]:
    eps, variance = split(out, channels)
    return look.inverse_view(eps), None if variance is None else look.inverse_view_variance(
        variance
    )


def _joined(
    estimates: Sequence[Tensor], terms: Sequence[Term], bands: Mapping[str, Band]
) -> Tensor | None:
    if not estimates:
        return None
    parts = {
        name: _weighted(estimates, [term.shares[at] for term in terms])
        for at, name in enumerate(bands)
    }
    return summed(parts, bands)


def _weighted(estimates: Sequence[Tensor], shares: Sequence[float]) -> Tensor:
    parts = [share * eps for share, eps in zip(shares, estimates, strict=True) if share]
    return parts[0] if len(parts) == 1 else torch.stack(parts).sum(dim=0)


def _mean(variances: Sequence[Tensor | None]) -> Tensor | None:
    given = [v for v in variances if v is not None]
    return torch.stack(given).mean(dim=0) if given else None
