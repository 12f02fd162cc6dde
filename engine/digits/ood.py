"""The one-step denoiser out of its distribution: noise of other σ than it learned, and noise alone.

Of noise alone nothing tells which digit is meant, and the answer of least square error is the mean
of all digits; a denoiser that learned from a smaller σ sees strokes in it instead.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from engine.diffusion.noise import NoiseSource
from engine.digits.data import Digits, to_unit
from engine.digits.load_model import Trained
from engine.digits.measures import psnr
from engine.digits.networks import SIDE
from engine.errors import BadInput, Stopped

BATCH = 50


@dataclass(frozen=True)
class Outside:
    """Test digits `clean` (N, 1, 28, 28), noised and restored at each σ (S, N, 1, 28, 28).

    `pure` and `answer` (N, 1, 28, 28) are noise alone and what is made of it, `mean` (1, 28, 28)
    the mean of the test digits.
    """

    sigmas: tuple[float, ...]
    trained: float
    clean: Tensor
    noisy: Tensor
    restored: Tensor
    pure: Tensor
    answer: Tensor
    mean: Tensor

    def figures(self) -> dict[str, Any]:
        """Mean PSNR in dB by σ, None where there is no noise, as plain JSON values."""
        rows = zip(self.sigmas, self.noisy, self.restored, strict=True)
        return {
            "trained_at_sigma": self.trained,
            "digits": len(self.clean),
            "by_sigma": [
                {
                    "sigma": sigma,
                    "noisy": mean_psnr(noisy, self.clean),
                    "restored": mean_psnr(restored, self.clean),
                }
                for sigma, noisy, restored in rows
            ],
            "pure_noise": {
                "psnr_to_mean_digit": mean_psnr(self.answer, self.mean.expand_as(self.answer)),
                "psnr_to_each_other": mean_psnr(self.answer, self.answer.roll(1, 0)),
            },
        }


def outside(
    model: Trained, test: Digits, chosen: Tensor, sigmas: Sequence[float], seed: int,
    say: Callable[[str], None], stop: Callable[[], bool],
) -> Outside:  # fmt: skip
    """Noise the `chosen` test digits (indices) and restore them; digit i has the noise of seed + i.

    The noise is the same at every σ. Raises BadInput for a model that is no denoiser.
    """
    check(model)
    clean = to_unit(test.images[chosen].cpu())
    noise = NoiseSource.for_seeds(seed, len(clean)).draw((1, SIDE, SIDE))
    noisy = torch.stack([clean + sigma * noise for sigma in sigmas])
    restored = []
    for sigma, pictures in zip(sigmas, noisy, strict=True):
        say(f"restoring {len(clean)} digits at σ {sigma:g}")
        restored.append(restore(model, pictures, stop))
    pure = noise[: min(len(noise), BATCH)]
    mean = to_unit(test.images).mean(0)
    return Outside(tuple(sigmas), model.spec.noise, clean, noisy, torch.stack(restored), pure,
                   restore(model, pure, stop), mean)  # fmt: skip


def check(model: Trained) -> None:
    """BadInput for a model that is no denoiser."""
    if model.spec.model != "denoiser":
        raise BadInput(
            f"{model.folder.name} is a model of {model.spec.model}, not a one-step denoiser: look"
            f" at its samples with `diffuscope digits {model.folder.name} sample`"
        )


@torch.inference_mode()
def restore(model: Trained, pictures: Tensor, stop: Callable[[], bool]) -> Tensor:
    """One call of the denoiser on (N, 1, 28, 28); on the CPU. Raises Stopped between batches."""
    parts = []
    for part in torch.split(pictures, BATCH):
        if stop():
            raise Stopped
        with model.lower():
            parts.append(model.net(part.to(model.device)).float().cpu())
    return torch.cat(parts)


def mean_psnr(pictures: Tensor, clean: Tensor) -> float | None:
    """Mean over the pictures in dB; None where they are equal."""
    mean = float(psnr(pictures, clean).mean())
    return round(mean, 2) if math.isfinite(mean) else None
