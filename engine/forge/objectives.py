"""Objectives of the two stages on captioned pictures.

What is random is drawn on the CPU, so that it is the same on every device, and taken to the device.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from engine.forge.networks import noising_scheduler, scheduler
from engine.forge.pictures import Pictures, draw_indices, picked
from engine.training.devices import CPU, moved, normal, resident
from engine.training.distributed import share
from engine.training.objectives import Noising, halves, hybrid, log_normal, min_snr, uniform
from engine.training.trainer import Objective

Encode = Callable[[list[str]], Tensor]
CAPTION_DROPOUT = 0.1  # classifier-free guidance (Ho & Salimans 2022)
MOST_NOISE = 400
"""Noise levels of stage II's input lie below this. Above it little of the picture is left, and a
small network that sees it as often as the rest learns to do without it."""


LARGE_DRAW = halves(uniform, log_normal)
"""Of t in stage II. The small picture tells it what there is at high noise; detail is made at low
noise, of which min-SNR draws next to nothing, and what is not learned there stays as grain."""
SMALL_DRAW = halves(min_snr, LARGE_DRAW)
"""Of t in stage I, which draws from nothing and needs both."""
COARSE = 1 / 20
"""Weight of the coarse loss. In full its gradient is 15 to 80 times as long as the rest's."""

SMALL_TINT, LARGE_TINT = 0.05, 0.1
"""How far noise is shifted as a whole, in its own standard deviations, in either stage."""


def tinted(
    shape: torch.Size, amount: float, generator: torch.Generator, device: torch.device = CPU
) -> Tensor:
    """Noise (B,C,H,W) whose every channel is shifted by about `amount` (Guttenberg 2023).

    Sampling begins below the last timestep with noise that holds nothing of the picture. Its mean
    over so many pixels is near 0, which a network takes for grey unless it has learned that the
    mean of what it sees may be the noise's own.
    """
    shift = normal(torch.Size((*shape[:2], 1, 1)), generator, device)
    return normal(shape, generator, device) + amount * shift


def kept(captions: list[str], generator: torch.Generator) -> list[str]:
    """The captions with a tenth of them, at random, made empty."""
    draws = torch.rand(len(captions), generator=generator).tolist()
    return ["" if u < CAPTION_DROPOUT else text for text, u in zip(captions, draws, strict=True)]


def lower(precision: str, device: torch.device = CPU) -> AbstractContextManager[object]:
    """ "bf16": the network's products in bfloat16 (1.3-1.7 times as fast where the CPU has it)."""
    return torch.autocast(device.type, torch.bfloat16) if precision == "bf16" else nullcontext()


def stage1_objective(
    pictures: Pictures, encode: Encode, batch: int, seed: int, precision: str = "fp32",
    device: torch.device = CPU,
) -> Objective:  # fmt: skip
    """Hybrid loss of a text-to-picture UNet on `pictures.small`."""
    noising = Noising(scheduler(1.5).alphas_cumprod.to(device), SMALL_DRAW)
    small = resident(pictures.small, device)

    def objective(model: nn.Module, step: int, generator: torch.Generator) -> dict[str, Tensor]:
        chosen = share(draw_indices(len(pictures), batch, seed, step))
        clean = picked(small, chosen, device)
        text = encode(kept([pictures.captions[i] for i in chosen.tolist()], generator))
        t = noising.draw(len(chosen), generator)
        noise = tinted(clean.shape, SMALL_TINT, generator, device)
        noisy = noising.noised(clean, noise, t)
        with lower(precision, device):
            estimate = model(noisy, t, text, return_dict=False)[0]
        parts = noising, estimate.float(), clean, noisy, noise, t
        return hybrid(*parts, _scales(clean.shape[-1]), COARSE)

    return objective


def _scales(side: int) -> list[int]:
    """Scales at which an error is weighted again: a quarter of the pictures' detail, and so on."""
    return [s for s in (4, 16, 64) if s <= side]


def upscale(small: Tensor, side: int) -> Tensor:
    """As IFSuperResolutionPipeline enlarges: bilinear, corners aligned."""
    return F.interpolate(small, (side, side), mode="bilinear", align_corners=True)


def stage2_objective(
    pictures: Pictures, encode: Encode, batch: int, crop: int, seed: int, precision: str = "fp32",
    device: torch.device = CPU,
) -> Objective:  # fmt: skip
    """Hybrid loss of a super-resolution UNet on random crops of `pictures.large`.

    Its other three channels are the same crop of the enlarged small picture, noised to a random
    level, which the network is told (Ho et al. 2022, Cascaded Diffusion Models).
    """
    noising = Noising(scheduler(1.0).alphas_cumprod.to(device), LARGE_DRAW)
    levels = Noising(noising_scheduler().alphas_cumprod.to(device))
    small, large = resident(pictures.small, device), resident(pictures.large, device)
    side = pictures.large.shape[-1]

    def objective(model: nn.Module, step: int, generator: torch.Generator) -> dict[str, Tensor]:
        chosen = share(draw_indices(len(pictures), batch, seed, step))
        both = torch.cat([picked(large, chosen, device),
                          upscale(picked(small, chosen, device), side)], dim=1)  # fmt: skip
        clean, low = cropped(both, crop, generator).chunk(2, dim=1)
        text = encode(kept([pictures.captions[i] for i in chosen.tolist()], generator))
        level = moved(torch.randint(MOST_NOISE, (len(chosen),), generator=generator), device)
        low = levels.noised(low, normal(low.shape, generator, device), level)
        t = noising.draw(len(chosen), generator)
        noise = tinted(clean.shape, LARGE_TINT, generator, device)
        noisy = noising.noised(clean, noise, t)
        both = torch.cat([noisy, low], dim=1)
        with lower(precision, device):
            estimate = model(both, t, text, class_labels=level, return_dict=False)[0]
        parts = noising, estimate.float(), clean, noisy, noise, t
        return hybrid(*parts, _scales(clean.shape[-1]), COARSE)

    return objective


def cropped(pictures: Tensor, crop: int, generator: torch.Generator) -> Tensor:
    """One random square of side `crop` per picture."""
    room = pictures.shape[-1] - crop + 1
    corners = torch.randint(room, (len(pictures), 2), generator=generator).tolist()
    parts = [p[:, y : y + crop, x : x + crop]
             for p, (y, x) in zip(pictures, corners, strict=True)]  # fmt: skip
    return torch.stack(parts)
