"""A denoiser is one callable (x, t) → Estimate; guidance and stage II are ways of making one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from engine.diffusion.noise import NoiseSource, forward
from engine.diffusion.schedule import SchedulerConfig, alphas_cumprod


@dataclass(frozen=True)
class Estimate:
    """What a denoiser says of x_t; every tensor (B, C, H, W) fp32.

    variance is the model's raw interpolation v in about [-1, 1] between β̃ and β (Nichol & Dhariwal
    2021), None where the model has no such channels. eps_uncond and eps_cond are the two halves
    of guidance, None where that half was not evaluated. velocity is x0 − ε where the model says
    that (flow matching), None elsewhere.
    """

    eps: Tensor
    variance: Tensor | None = None
    eps_uncond: Tensor | None = None
    eps_cond: Tensor | None = None
    velocity: Tensor | None = None


Denoiser = Callable[[Tensor, int], Estimate]


class UNet(Protocol):
    """The part of diffusers' UNet2DConditionModel that is used."""

    @property
    def dtype(self) -> torch.dtype: ...

    def __call__(
        self,
        sample: Tensor,
        timestep: int | Tensor,
        encoder_hidden_states: Tensor,
        class_labels: Tensor | None = None,
        return_dict: bool = True,
    ) -> tuple[Tensor, ...]: ...


@dataclass(frozen=True)
class LowRes:
    """What stage II sees beside x: stage I's picture resized (B, C, H, W), noised to a level."""

    upscaled: Tensor
    noise_level: int


def predict(unet: UNet, x: Tensor, t: int, text: Tensor, extra: LowRes | None = None) -> Tensor:
    """One call of the network: x (B, C, H, W) fp32 and text (B, L, D) → (B, C or 2C, H, W) fp32.

    `extra` is joined to the channels of x and its level given as class labels; its batch divides
    B. Casts to the network's own dtype happen here and nowhere else.
    """
    labels = None
    if extra is not None:
        copies = x.shape[0] // extra.upscaled.shape[0]
        x = torch.cat([x, extra.upscaled.repeat(copies, 1, 1, 1)], dim=1)
        labels = torch.full((x.shape[0],), extra.noise_level, device=x.device)
    states = text.to(device=x.device, dtype=unet.dtype)
    time = torch.tensor(t, device=x.device) if compiled(unet) else t  # a number is compiled in
    out = unet(x.to(unet.dtype), time, states, class_labels=labels, return_dict=False)[0]
    return out.float()


def compiled(unet: object) -> bool:
    """Whether the network's calls go through torch.compile."""
    return getattr(unet, "_compiled_call_impl", None) is not None


def guided(
    unet: UNet,
    cond: Tensor,
    uncond: Tensor,
    guidance: float,
    extra: LowRes | None = None,
) -> Denoiser:
    """Classifier-free guidance ε_u + γ(ε_c − ε_u) (Ho & Salimans 2022) in one batched call.

    cond and uncond are prompt embeddings (1 or B, L, D). γ = 0 evaluates only the unconditional
    half and γ = 1 only the conditional one. The variance is the conditional half's, as in IF.
    """
    if guidance == 0:
        return lambda x, t: _single(unet, x, t, uncond, extra, conditional=False)
    if guidance == 1:
        return lambda x, t: _single(unet, x, t, cond, extra, conditional=True)

    def denoise(x: Tensor, t: int) -> Estimate:
        text = torch.cat([_expand(uncond, x), _expand(cond, x)])
        out = predict(unet, torch.cat([x, x]), t, text, extra)
        (eps_u, _), (eps_c, variance) = (split(half, x.shape[1]) for half in out.chunk(2))
        return Estimate(eps_u + guidance * (eps_c - eps_u), variance, eps_u, eps_c)

    return denoise


def guided_each(unet: UNet, cond: Tensor, uncond: Tensor, scales: Sequence[float]) -> Denoiser:
    """Guidance with a scale of its own for every sample, one batched call for all.

    Sample i equals :func:`guided` with scales[i] alone, γ = 0 and γ = 1 included.
    """

    def denoise(x: Tensor, t: int) -> Estimate:
        text = torch.cat([_expand(uncond, x), _expand(cond, x)])
        out = predict(unet, torch.cat([x, x]), t, text)
        (eps_u, v_u), (eps_c, v_c) = (split(half, x.shape[1]) for half in out.chunk(2))
        scale = torch.tensor(scales, device=x.device).view(-1, 1, 1, 1)
        eps = torch.where(scale == 1, eps_c, eps_u + scale * (eps_c - eps_u))
        variance = v_c if v_u is None or v_c is None else torch.where(scale == 0, v_u, v_c)
        return Estimate(eps, variance, eps_u, eps_c)

    return denoise


def _single(
    unet: UNet, x: Tensor, t: int, text: Tensor, extra: LowRes | None, *, conditional: bool
) -> Estimate:
    eps, variance = split(predict(unet, x, t, _expand(text, x), extra), x.shape[1])
    halves = (None, eps) if conditional else (eps, None)
    return Estimate(eps, variance, *halves)


def split(out: Tensor, channels: int) -> tuple[Tensor, Tensor | None]:
    """The network's output as (ε, v), v None where it has no channels for it."""
    if out.shape[1] == channels:
        return out, None
    return out[:, :channels], out[:, channels:]


def _expand(text: Tensor, x: Tensor) -> Tensor:
    return text.expand(x.shape[0], -1, -1)


NOISE_LEVEL = 250


@torch.inference_mode()
def upscale_start(
    low_res: Tensor,
    size: int,
    noise: NoiseSource,
    noising_config: SchedulerConfig,
    noise_level: int = NOISE_LEVEL,
) -> tuple[Tensor, LowRes]:
    """Stage II's start x (B, C, size, size) and what it sees beside x.

    low_res (B, C, h, w) is stage I's state in [-1, 1]. Two draws: first x, then the noise on the
    upscaled picture, as IFSuperResolutionPipeline has them. noising_config is the stage's
    image_noising_scheduler, noise_level a timestep of it.
    """
    shape = (low_res.shape[1], size, size)
    x = noise.draw(shape)
    upscaled = F.interpolate(low_res, (size, size), mode="bilinear", align_corners=True)
    noised = forward(upscaled, noise_level, noise.draw(shape), alphas_cumprod(noising_config))
    return x, LowRes(noised, noise_level)
