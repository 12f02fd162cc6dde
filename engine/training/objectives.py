"""Objectives of diffusion models: what a step's loss is."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from engine.training.devices import moved

MOST_PULL = 50.0  # the largest 1/SNR by which an error of ε̂ counts as one of x̂0
FLOOR = 0.1  # no timestep is drawn less than this share of the most frequent ones
LOG_SIGMA, LOG_SPREAD = -1.2, 1.2  # of EDM's σ, for pictures in [-1,1]

Chances = Callable[[Tensor], Tensor]
"""From cumulative products ᾱ (T,) to how often each t is drawn, (T,), sum 1."""


def min_snr_weight(alphas_cumprod: Tensor, gamma: float = 5.0) -> Tensor:
    """min(SNR, γ) / SNR, the weight of an ε-loss (Hang et al. 2023)."""
    snr = alphas_cumprod / (1 - alphas_cumprod)
    return snr.clamp(max=gamma) / snr.clamp(min=1e-12)


def min_snr(alphas_cumprod: Tensor) -> Tensor:
    """Chances in proportion to the min-SNR weight, floored."""
    weight = min_snr_weight(alphas_cumprod).clamp(min=FLOOR)
    return weight / weight.sum()


def uniform(alphas_cumprod: Tensor) -> Tensor:
    """Every t as often as any other (Ho et al. 2020)."""
    return torch.full_like(alphas_cumprod, 1 / len(alphas_cumprod))


def log_normal(alphas_cumprod: Tensor) -> Tensor:
    """Chances by which ln σ is normal, σ² = (1-ᾱ)/ᾱ (Karras et al. 2022, EDM)."""
    log_sigma = ((1 - alphas_cumprod) / alphas_cumprod).log() / 2
    (width,) = torch.gradient(log_sigma)
    weight = width * (-0.5 * ((log_sigma - LOG_SIGMA) / LOG_SPREAD).square()).exp()
    return weight / weight.sum()


def halves(one: Chances, other: Chances) -> Chances:
    """Half of the draws by one, half by the other."""
    return lambda alphas_cumprod: (one(alphas_cumprod) + other(alphas_cumprod)) / 2


@dataclass(frozen=True)
class Noising:
    """A schedule for training: cumulative products ᾱ (T,) float32, the largest t last.

    They are on the device of the pictures, and so are the timesteps that are drawn, by `drawn_by`.
    """

    alphas_cumprod: Tensor
    drawn_by: Chances = min_snr

    def noised(self, clean: Tensor, noise: Tensor, t: Tensor) -> Tensor:
        """x_t = √ᾱ_t x0 + √(1-ᾱ_t) ε for pictures (B,C,H,W) and timesteps (B,)."""
        level = self.alphas_cumprod[t].view(-1, 1, 1, 1)
        return level.sqrt() * clean + (1 - level).sqrt() * noise

    @cached_property
    def chances(self) -> Tensor:
        """How often each t is drawn, (T,), sum 1.

        On the CPU, as the draws are: so every device gets the same ones.
        """
        return self.drawn_by(self.alphas_cumprod.cpu())

    @cached_property
    def evening(self) -> Tensor:
        """What weights draws by `chances` as uniform ones, (T,)."""
        return (1 / (self.chances * len(self.chances))).to(self.alphas_cumprod.device)

    def timesteps(self, count: int, generator: torch.Generator) -> Tensor:
        """Timesteps (count,) int64 by `chances`, on the CPU."""
        return torch.multinomial(self.chances, count, replacement=True, generator=generator)

    def draw(self, count: int, generator: torch.Generator) -> Tensor:
        """The same on the device."""
        return moved(self.timesteps(count, generator), self.alphas_cumprod.device)


def hybrid(
    noising: Noising, estimate: Tensor, clean: Tensor, noisy: Tensor, noise: Tensor, t: Tensor,
    scales: Sequence[int] = (), coarse_weight: float = 1.0,
) -> dict[str, Tensor]:  # fmt: skip
    """L_simple plus L_vlb for the learned range (Improved DDPM, eq. 15-16), t from `noising.draw`.

    What a t counts is in how often it is drawn, so L_simple has no weight here; the bound is
    weighted back to a uniform t. `estimate` is (B,2C,H,W): ε̂ and v in [-1,1]. Gradients of the
    bound reach v alone. `scales` add the errors of x̂0 that are left at those scales to the loss,
    `coarse_weight` times.
    """
    eps, v = estimate.chunk(2, dim=1)
    simple = (eps - noise).square().mean()
    vlb = variational_bound(noising, eps.detach(), v, clean, noisy, t)
    bound = (noising.evening[t] * vlb).mean()
    alpha = noising.alphas_cumprod[t].view(-1, 1, 1, 1)
    as_x0 = ((1 - alpha) / alpha).clamp(max=MOST_PULL).sqrt()
    loss = simple + coarse_weight * coarse(as_x0 * (eps - noise), scales) + bound
    return {"loss": loss, "simple": simple, "bound": bound}


def coarse(error: Tensor, scales: Sequence[int]) -> Tensor:
    """Σ s · mean square of the error (B,C,H,W) averaged over s × s pixels.

    A small error of ε̂ that a whole region shares is a large one of the colour of x̂0 at high t; the
    minimum stays where it is (multiscale loss of Hoogeboom et al. 2023, arXiv 2301.11093).
    """
    parts = [s * avg_pool2d(error, s).square().mean() for s in scales]
    return torch.stack(parts).sum() if parts else error.new_zeros(())


def variational_bound(
    noising: Noising, eps: Tensor, v: Tensor, clean: Tensor, noisy: Tensor, t: Tensor
) -> Tensor:
    """KL(q(x_{t-1}|x_t,x0) || p(x_{t-1}|x_t)) in bits per pixel, (B,); at t = 0 it is left out.

    log σ² = f log β + (1-f) log β̃ with f = (v+1)/2, as the schedulers of diffusers read it.
    """
    now = noising.alphas_cumprod[t].view(-1, 1, 1, 1)
    before = noising.alphas_cumprod[(t - 1).clamp(min=0)].view(-1, 1, 1, 1)
    beta = (1 - now / before).clamp(min=1e-20)
    posterior = (beta * (1 - before) / (1 - now)).clamp(min=1e-20)
    guess = ((noisy - (1 - now).sqrt() * eps) / now.sqrt()).clamp(-1, 1)
    pull = before.sqrt() * beta / (1 - now) * (guess - clean)
    f = (v + 1) / 2
    log_variance = f * beta.log() + (1 - f) * posterior.log()
    gap = posterior.log() - log_variance
    kl = 0.5 * (-1 - gap + gap.exp() + pull.square() * (-log_variance).exp())
    return torch.where(t > 0, kl.mean(dim=(1, 2, 3)) / math.log(2.0), 0.0)
