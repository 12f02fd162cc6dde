"""Inpainting at both stages: what is under the mask is drawn anew, the rest stays to the byte."""

from dataclasses import replace

from torch import Tensor

from engine.checkpoints import Cascade
from engine.diffusion.inpaint import HOOKS, KnownPixels, begin, known_noise, limits
from engine.diffusion.noise import NoiseSource
from engine.diffusion.schedule import strictly_decreasing, train_steps
from engine.diffusion.update_rules import make_rule, timesteps_for
from engine.events import Planned
from engine.job import RecordedJob
from engine.sampling import cost_guard, from_image, masking, stage2, stage_runner
from engine.sampling.masking import MaskRequest, StageMask
from engine.sampling.model_cache import cascade_for
from engine.sampling.results import keep
from engine.sampling.stage import Stage
from engine.specs import Inpaint


def run(job: RecordedJob, spec: Inpaint) -> None:
    """Serve an Inpaint spec: picture, mask and region, frames, results, differences, as events."""
    request = MaskRequest.opened(spec)
    cascade = cascade_for(job, spec.model, spec.stage2, spec.device)
    job.writer.fingerprint(cascade.fingerprint)
    request.keep(job)
    stage_mask = StageMask.at(request, 1, cascade.stage1)
    stage_mask.tell(job, request)
    masking.warn(job, request, _sides(cascade), stage_mask)
    noise = NoiseSource.for_seeds(spec.seed, spec.count, cascade.device)
    known_pixels_noise = known_noise(spec.seed, spec.count, cascade.device)
    known_pixels = stage_mask.known(cascade.stage1, known_pixels_noise)
    x, stage1 = _stage1(job, spec, cascade, known_pixels, noise)
    timesteps2 = stage2.chain(spec, cascade)
    cost_guard.announce_cost(job, spec, stage1, x, len(timesteps2))
    job.say(Planned, (tuple(stage1.chain), tuple(timesteps2)))
    drawn = stage_runner.run(job, stage1, x, noise)
    keep(job, cascade, 1, drawn, "trajectory.safetensors", stage_mask.finish)
    if job.control.cancelled:
        return
    stage_mask.compare(job, drawn.x[-1])
    if cascade.stage2 is not None:
        low_res = known_pixels.composite(drawn.x[-1].to(cascade.device), known_pixels.original)
        _stage2(job, request, cascade, low_res, (noise, known_pixels_noise), timesteps2)


def _stage1(
    job: RecordedJob, spec: Inpaint, cascade: Cascade, known: KnownPixels, noise: NoiseSource
) -> tuple[Tensor, Stage]:
    """The state to run stage I from, and the stage."""
    part = cascade.stage1
    config = limits(spec.method, part.scheduler)
    chain = _chain(spec, cascade)
    rule = make_rule(spec.rule, config, chain)
    denoiser = from_image.denoiser(job, spec, cascade)
    hooks = (HOOKS[spec.method](known),)
    x = begin(spec.method, known, noise.draw(known.original.shape[1:]), chain[0])
    return x, Stage(1, part.unet, part.scheduler, denoiser, rule, chain, hooks)


def _chain(spec: Inpaint, cascade: Cascade) -> list[int]:
    """Stage I's timesteps, those included that RePaint visits again."""
    config = cascade.stage1.scheduler
    timesteps = spec.timesteps or timesteps_for(spec.rule, spec.steps, config)
    strictly_decreasing(timesteps, train_steps(config))
    last = spec.step_count - 1
    ends = len(timesteps) - 1  # a rule that runs the last timestep has none for its end, index -1
    return [timesteps[last - index] for index in spec.visits() if last - index <= ends]


def _stage2(
    job: RecordedJob,
    request: MaskRequest,
    cascade: Cascade,
    low_res: Tensor,
    noises: tuple[NoiseSource, NoiseSource],
    timesteps: list[int],
) -> None:
    """Enlarge stage I's pictures (B, C, h, w), with the known pixels of the picture at that size.

    ``noises`` are the samples' own and that of the known pixels.
    """
    spec, part, (noise, known_pixels_noise) = request.spec, cascade.stage2, noises
    assert part is not None
    stage_mask = StageMask.at(request, 2, part)
    stage_mask.tell(job, request)
    known_pixels = stage_mask.known(part, known_pixels_noise)
    prompted = stage2.prompted(spec, cascade)
    noise_start, stage = stage2.begin(spec, cascade, low_res, noise, timesteps, prompted)
    x = begin(spec.method, known_pixels, noise_start, timesteps[0])
    drawn = stage_runner.run(
        job, replace(stage, hooks=(HOOKS[spec.method](known_pixels),)), x, noise
    )
    file = "trajectory-2.safetensors" if spec.keep_stage2 else None
    keep(job, cascade, 2, drawn, file, stage_mask.finish)
    if not job.control.cancelled:
        stage_mask.compare(job, drawn.x[-1])


def _sides(cascade: Cascade) -> tuple[int, ...]:
    parts = (cascade.stage1, cascade.stage2)
    return tuple(part.sample_size for part in parts if part is not None)
