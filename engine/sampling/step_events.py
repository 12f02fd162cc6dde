"""What a step is told as: its pictures and numbers, made on the device and put into an event."""

from dataclasses import dataclass, replace
from typing import Any

from torch import Tensor

from engine.diffusion.sampler import Step
from engine.diffusion.schedule import snr
from engine.events import Sheet
from engine.sampling import device_copy, previews
from engine.sampling.stage import Stage, all_finite


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
    pictures = previews.channels(shown, None if before is None else stage.shown(before))
    tensors = {
        "x": step.x,
        "x0": step.x0,
        "eps": step.eps,
        "sheet": previews.levels(pictures),
        "finite": all_finite(step.eps, step.x),
        "eps_norm": previews.rms(step.eps),
    }
    if step.eps_uncond is not None:
        tensors["eps_uncond"] = step.eps_uncond
    if before is not None:
        tensors["x0_change"] = previews.rms(step.x0 - before)
    return PendingStep(step, tuple(pictures), device_copy.begin(tensors))


def frame_fields(
    stage: Stage,
    step: Step,
    alphas_cumprod: Tensor,
    channels: tuple[str, ...],
    tensors: device_copy.Tensors,
) -> dict[str, Any]:
    """The fields of a Frame."""
    count, _, height, width = step.x.shape
    change = tensors["x0_change"].tolist() if "x0_change" in tensors else [0.0] * count
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
        "sheet": Sheet(channels, count, width, height, tensors["sheet"].numpy().tobytes()),
    }
