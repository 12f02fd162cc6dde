"""Objectives of the two stages on captioned pictures.

What is random is drawn on the CPU, so that it is the same on every device, and taken to the device.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from engine.forge.networks import noising_scheduler, scheduler
from engine.forge.pictures import Pictures, draw_indices, picked
from engine.training.devices import CPU, moved, resident
from engine.training.distributed import share
from engine.training.objectives import Noising, halves, hybrid, log_normal, min_snr, uniform
from engine.training.trainer import Objective, step_generator

Encode = Callable[[list[str]], Tensor]
Draw = Callable[[int, torch.Generator], Any]
"""What is random in a step, on the CPU."""
Learn = Callable[[nn.Module, Any], dict[str, Tensor]]
"""The losses of a model on what was drawn."""
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


class Ahead:
    """Draws the steps that come in other threads, while this one is computed.

    To draw 256 crops' noise takes a core 100 ms, in which a GPU would do several steps.
    """

    THREADS = 4

    def __init__(self, draw: Draw, seed: int) -> None:
        self._draw, self._seed = draw, seed
        self._pool = ThreadPoolExecutor(self.THREADS, "draws")
        self._coming: dict[int, Future[Any]] = {}

    def __call__(self, step: int) -> Any:
        """What `draw` gives for a step."""
        wanted = range(step, step + self.THREADS + 1)
        self._coming = {at: self._coming.get(at) or self._submit(at) for at in wanted}
        return self._coming.pop(step).result()

    def _submit(self, step: int) -> Future[Any]:
        return self._pool.submit(self._draw, step, step_generator(self._seed, step))


def learned(draw: Draw, learn: Learn, seed: int, device: torch.device) -> Objective:
    """An objective of what is random in a step and what is learned from it; the same either way."""
    if device.type != "cuda":
        return lambda model, step, generator: learn(model, draw(step, generator))
    ahead = Ahead(draw, seed)
    return lambda model, step, _: learn(model, ahead(step))


def tinted(shape: torch.Size, amount: float, generator: torch.Generator) -> Tensor:
    """Noise (B,C,H,W) whose every channel is shifted by about `amount` (Guttenberg 2023).

    Sampling begins below the last timestep with noise that holds nothing of the picture. Its mean
    over so many pixels is near 0, which a network takes for grey unless it has learned that the
    mean of what it sees may be the noise's own.
    """
    shift = torch.randn((*shape[:2], 1, 1), generator=generator)
    return torch.randn(shape, generator=generator) + amount * shift


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

    def draw(step: int, generator: torch.Generator) -> tuple[Any, ...]:
        chosen = share(draw_indices(len(pictures), batch, seed, step))
        captions = kept([pictures.captions[i] for i in chosen.tolist()], generator)
        t = noising.timesteps(len(chosen), generator)
        shape = torch.Size((len(chosen), *small.shape[1:]))
        return chosen, captions, t, tinted(shape, SMALL_TINT, generator)

    def learn(model: nn.Module, drawn: tuple[Any, ...]) -> dict[str, Tensor]:
        chosen, captions, *random = drawn
        clean, text = picked(small, chosen, device), encode(captions)
        t, noise = (moved(values, device) for values in random)
        noisy = noising.noised(clean, noise, t)
        with lower(precision, device):
            estimate = model(noisy, t, text, return_dict=False)[0]
        parts = noising, estimate.float(), clean, noisy, noise, t
        return hybrid(*parts, _scales(clean.shape[-1]), COARSE)

    return learned(draw, learn, seed, device)


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

    def draw(step: int, generator: torch.Generator) -> tuple[Any, ...]:
        chosen = share(draw_indices(len(pictures), batch, seed, step))
        corners = torch.randint(side - crop + 1, (len(chosen), 2), generator=generator)
        captions = kept([pictures.captions[i] for i in chosen.tolist()], generator)
        level = torch.randint(MOST_NOISE, (len(chosen),), generator=generator)
        shape = torch.Size((len(chosen), 3, crop, crop))
        low = torch.randn(shape, generator=generator)
        t = noising.timesteps(len(chosen), generator)
        return chosen, captions, corners, level, low, t, tinted(shape, LARGE_TINT, generator)

    def learn(model: nn.Module, drawn: tuple[Any, ...]) -> dict[str, Tensor]:
        chosen, captions, *random = drawn
        corners, level, low_noise, t, noise = (moved(values, device) for values in random)
        whole = torch.cat([picked(large, chosen, device),
                           upscale(picked(small, chosen, device), side)], dim=1)  # fmt: skip
        clean, low = cropped(whole, crop, corners).chunk(2, dim=1)
        text = encode(captions)
        low = levels.noised(low, low_noise, level)
        noisy = noising.noised(clean, noise, t)
        both = torch.cat([noisy, low], dim=1)
        with lower(precision, device):
            estimate = model(both, t, text, class_labels=level, return_dict=False)[0]
        parts = noising, estimate.float(), clean, noisy, noise, t
        return hybrid(*parts, _scales(clean.shape[-1]), COARSE)

    return learned(draw, learn, seed, device)


def cropped(pictures: Tensor, crop: int, corners: Tensor) -> Tensor:
    """A square of side `crop` of each picture (B,C,H,W), its upper left at `corners` (B,2)."""
    reach = torch.arange(crop, device=pictures.device)
    rows, columns = (at[:, None] + reach for at in corners.unbind(1))
    which = torch.arange(len(pictures), device=pictures.device)[:, None, None]
    parts = pictures[which, :, rows[:, :, None], columns[:, None, :]]  # (B,crop,crop,C)
    return parts.permute(0, 3, 1, 2).contiguous()
