"""What the digit models learn: to take noise away, to tell the noise, or to tell the way."""

from contextlib import AbstractContextManager
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss, one_hot

from engine.diffusion.flow import between
from engine.diffusion.schedule import alphas_cumprod
from engine.digits.data import CLASSES, Digits, to_unit
from engine.digits.networks import lowered
from engine.digits.sampling_process import scheduler
from engine.training.devices import moved, normal
from engine.training.distributed import share
from engine.training.objectives import Noising
from engine.training.progress import batch_of
from engine.training.trainer import Objective


@dataclass(frozen=True)
class Batches:
    """Batches of digits, a function of the step; the pictures stay bytes on their device.

    ``drop`` is the share of pictures whose class is not told, for guidance (Ho & Salimans 2022).
    """

    digits: Digits
    size: int
    seed: int
    drop: float = 0.0
    bf16: bool = False

    def at(self, step: int) -> tuple[Tensor, Tensor]:
        """This process's share: pictures (B,1,28,28) in [0,1] and labels (B,)."""
        chosen = share(batch_of(len(self.digits), self.size, self.seed, step))
        chosen = moved(chosen, self.digits.images.device)
        return to_unit(self.digits.images[chosen]), self.digits.labels[chosen]

    def told(self, model: nn.Module, labels: Tensor, generator: torch.Generator) -> Tensor | None:
        """One-hot rows (B,10), some of them zeroed; None for a model without classes."""
        if not model.config["classes"]:  # type: ignore[index]
            return None
        kept = torch.rand(len(labels), generator=generator) >= self.drop
        rows = one_hot(labels, CLASSES).float()
        return rows * moved(kept, rows.device)[:, None]

    def lower(self) -> AbstractContextManager[object]:
        """The network's products in bfloat16, where asked for; weights and loss stay fp32."""
        return lowered(self.digits.images.device, self.bf16)


def denoise(batches: Batches, sigma: float) -> Objective:
    """One step from x + σε to x, L2; ε is new in every batch."""

    def objective(model: nn.Module, step: int, generator: torch.Generator) -> dict[str, Tensor]:
        clean, _ = batches.at(step)
        noisy = clean + sigma * normal(clean.shape, generator, clean.device)
        with batches.lower():
            guess = model(noisy)
        return {"loss": mse_loss(guess.float(), clean)}

    return objective


def ddpm(batches: Batches, timesteps: int) -> Objective:
    """The noise of x_t = √ᾱ_t x + √(1-ᾱ_t) ε, t uniform in 1..T, told as t/T (Ho et al. 2020)."""
    noising = Noising(alphas_cumprod(scheduler(timesteps)).to(batches.digits.images.device))

    def objective(model: nn.Module, step: int, generator: torch.Generator) -> dict[str, Tensor]:
        clean, labels = batches.at(step)
        t = moved(torch.randint(timesteps, (len(clean),), generator=generator), clean.device)
        noise = normal(clean.shape, generator, clean.device)
        noisy = noising.noised(clean, noise, t)
        classes = batches.told(model, labels, generator)
        with batches.lower():
            guess = model(noisy, (t + 1) / timesteps, classes)
        return {"loss": mse_loss(guess.float(), noise)}

    return objective


def flow(batches: Batches) -> Objective:
    """The velocity x1 - x0 at (1-t) x0 + t x1, x0 noise, t uniform in [0,1] (Lipman 2022)."""

    def objective(model: nn.Module, step: int, generator: torch.Generator) -> dict[str, Tensor]:
        clean, labels = batches.at(step)
        t = moved(torch.rand(len(clean), generator=generator), clean.device)
        noise = normal(clean.shape, generator, clean.device)
        classes = batches.told(model, labels, generator)
        with batches.lower():
            guess = model(between(noise, clean, t), t, classes)
        return {"loss": mse_loss(guess.float(), clean - noise)}

    return objective
