"""What a step is told as: its pictures and numbers, made on the device and put into an event."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from engine.diffusion.sampler import Step
from engine.diffusion.schedule import snr
from engine.events import Sheet
from engine.sampling import device_copy
from engine.sampling.stage import Stage, all_finite

EPS_GAIN, DELTA_GAIN, CHANGE_GAIN = 1 / 3, 2.0, 2.0
"""Unit noise shows up to 3 σ; differences are small, so they are shown doubled around grey."""


def channels(step: Step, x0_before: Tensor | None) -> dict[str, Tensor]:
    """The pictures of one step (B, C, H, W): x_t, x̂0, ε̂, guidance delta, change of x̂0."""
    shown = {"x": step.x, "x0": step.x0, "eps": step.eps * EPS_GAIN}
    if step.eps_cond is not None and step.eps_uncond is not None:
        shown["delta"] = (step.eps_cond - step.eps_uncond) * DELTA_GAIN
    change = torch.zeros_like(step.x0) if x0_before is None else step.x0 - x0_before
    return shown | {"change": change * CHANGE_GAIN}


def levels(shown: Mapping[str, Tensor]) -> Tensor:
    """Pictures (B, C, H, W) as one sheet (B, H, n W, 3) uint8, side by side, on their device."""
    return _rgb(torch.cat(list(shown.values()), dim=3))


def images(x: Tensor) -> list[Image.Image]:
    """Pictures (B, C, H, W) in [-1, 1], C = 1 or 3, as RGB images, rounded as diffusers does."""
    _, _, height, width = x.shape
    raw = (picture.cpu().numpy().tobytes() for picture in _rgb(x))
    return [Image.frombytes("RGB", (width, height), picture) for picture in raw]


def rms(x: Tensor) -> Tensor:
    """Root mean square of each sample (B,)."""
    return x.square().mean(dim=(1, 2, 3)).sqrt()


def _rgb(x: Tensor) -> Tensor:
    levels = ((x / 2 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8)
    return levels.expand(-1, 3, -1, -1).permute(0, 2, 3, 1).contiguous()


@dataclass(frozen=True)
class PendingStep:
    """A step whose pictures and numbers are on their way; the step's own tensors too."""

    step: Step
    channels: tuple[str, ...]
    arriving: device_copy.Future

    def wait(self) -> tuple[Step, device_copy.Tensors]:
        """The step with its tensors (B, C, H, W) on the CPU, and what was made of them."""
        tensors = self.arriving()
        x, x0, eps = (tensors[name] for name in ("x", "x0", "eps"))
        step = replace(self.step, x=x, x0=x0, eps=eps, eps_uncond=tensors.get("eps_uncond"))
        return step, tensors


def render_step(stage: Stage, step: Step, before: Tensor | None) -> PendingStep:
    """Everything that is told of a step, on its device; `before` is the x̂0 of the step before."""
    shown = replace(step, x=stage.shown(step.x), x0=stage.shown(step.x0))
    pictures = channels(shown, None if before is None else stage.shown(before))
    tensors = {
        "x": step.x,
        "x0": step.x0,
        "eps": step.eps,
        "sheet": levels(pictures),
        "finite": all_finite(step.eps, step.x),
        "eps_norm": rms(step.eps),
    }
    if step.eps_uncond is not None:
        tensors["eps_uncond"] = step.eps_uncond
    if before is not None:
        tensors["x0_change"] = rms(step.x0 - before)
    return PendingStep(step, tuple(pictures), device_copy.begin(tensors))


def frame_fields(
    stage: Stage,
    step: Step,
    alphas_cumprod: Tensor,
    channels: tuple[str, ...],
    tensors: device_copy.Tensors,
) -> dict[str, Any]:
    """The fields of a Frame."""
    rows, _, height, width = step.x.shape
    change = tensors["x0_change"].tolist() if "x0_change" in tensors else [0.0] * rows
    pixels = tensors["sheet"].numpy().tobytes()
    return {
        "stage": stage.number,
        "index": step.index,
        "total": stage.total,
        "timestep": step.timestep,
        "next_timestep": -1 if step.next_timestep is None else step.next_timestep,
        "alpha_cumprod": float(alphas_cumprod[step.timestep]),
        "snr": snr(alphas_cumprod, step.timestep),
        "eps_norm": tuple(tensors["eps_norm"].tolist()),
        "x0_change": tuple(change),
        "sheet": Sheet(channels, stage.count, width, height, pixels, stage.samples),
    }
