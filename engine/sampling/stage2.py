"""Stage II on the pictures of stage I."""

from collections.abc import Callable

from torch import Tensor

from engine.checkpoints import Cascade
from engine.checkpoints.cascade import CascadeStage
from engine.diffusion.denoiser import Denoiser, LowRes, guided, upscale_start
from engine.diffusion.noise import NoiseSource
from engine.diffusion.update_rules import make_rule, timesteps_for
from engine.job import RecordedJob
from engine.sampling import stage_runner
from engine.sampling.model_cache import embed
from engine.sampling.results import keep
from engine.sampling.stage import Stage
from engine.specs import Edit, Generate, Illusion, Inpaint

Prompted = Generate | Edit | Inpaint
Enlarged = Prompted | Illusion
Denoising = Callable[[CascadeStage, LowRes], Denoiser]
"""Makes stage II's denoiser of the stage and of what it sees beside x."""


def chain(spec: Enlarged, cascade: Cascade) -> list[int]:
    """Stage II's timesteps; none where the cascade has no stage II."""
    if cascade.stage2 is None:
        return []
    return timesteps_for("ddpm", spec.stage2_steps, cascade.stage2.scheduler)


def begin(
    spec: Enlarged,
    cascade: Cascade,
    low_res: Tensor,
    noise: NoiseSource,
    timesteps: list[int],
    denoising: Denoising,
) -> tuple[Tensor, Stage]:
    """The state to run stage II from, and the stage, on stage I's last state (B, C, h, w)."""
    part = cascade.stage2
    assert part is not None
    assert part.noising is not None
    noise.move(part.device)
    x, extra = upscale_start(
        low_res.to(part.device), part.sample_size, noise, part.noising, spec.noise_level
    )
    rule = make_rule("ddpm", part.scheduler, timesteps)
    return x, Stage(2, part.unet, part.scheduler, denoising(part, extra), rule, timesteps)


def prompted(spec: Prompted, cascade: Cascade) -> Denoising:
    """Stage II under the spec's own prompt."""
    cond, uncond = embed(cascade, spec.prompt, spec.negative)
    return lambda part, extra: guided(part.unet, cond, uncond, spec.stage2_guidance, extra)


def upscale(
    job: RecordedJob,
    spec: Generate | Edit,
    cascade: Cascade,
    low_res: Tensor,
    noise: NoiseSource,
    timesteps: list[int],
) -> None:
    """Enlarge stage I's last state (B, C, h, w): frames and results as events."""
    x, stage = begin(spec, cascade, low_res, noise, timesteps, prompted(spec, cascade))
    drawn = stage_runner.run(job, stage, x, noise)
    keep(job, cascade, 2, drawn, "trajectory-2.safetensors" if spec.keep_stage2 else None)
