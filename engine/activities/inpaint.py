"""Inpainting at both stages: what is under the mask is drawn anew, the rest stays to the byte."""

from dataclasses import replace

from torch import Tensor

from engine.checkpoints import Cascade
from engine.diffusion.inpaint import HOOKS, KnownPixels, begin, known_noise, limits
from engine.diffusion.noise import NoiseSource
from engine.diffusion.samplers import make_rule, timesteps_for
from engine.diffusion.schedule import strictly_decreasing, train_steps
from engine.events import Planned
from engine.job import RecordedJob
from engine.sampling import cost_guard, from_image, masking, stage2, stage_runner
from engine.sampling.masking import MaskRequest, StageMask
from engine.sampling.model_cache import cascade_for
from engine.sampling.results import keep
from engine.sampling.stage import Stage
from engine.specs import Inpaint


def run(job: RecordedJob) -> None:
    """Serve an Inpaint spec: picture, mask and region, frames, results, differences, as events."""
    spec = job.spec
    assert isinstance(spec, Inpaint)
    asked = MaskRequest.opened(spec)
    cascade = cascade_for(job, spec.model, spec.stage2, spec.device)
    job.writer.fingerprint(cascade.fingerprint)
    asked.keep(job)
    held = StageMask.at(asked, 1, cascade.stage1)
    held.tell(job, asked)
    masking.warn(job, asked, _sides(cascade), held)
    noise = NoiseSource.for_seeds(spec.seed, spec.count, cascade.device)
    aside = known_noise(spec.seed, spec.count, cascade.device)
    known = held.known(cascade.stage1, aside)
    x, first = _stage1(job, spec, cascade, known, noise)
    second = stage2.chain(spec, cascade)
    cost_guard.announce_cost(job, spec, first, x, len(second))
    job.say(Planned, (tuple(first.chain), tuple(second)))
    drawn = stage_runner.run(job, first, x, noise)
    keep(job, cascade, 1, drawn, "trajectory.safetensors", held.finish)
    if job.control.cancelled:
        return
    held.compare(job, drawn.x[-1])
    if cascade.stage2 is not None:
        low_res = known.composite(drawn.x[-1].to(cascade.device), known.original)
        _stage2(job, asked, cascade, low_res, (noise, aside), second)


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
    whole = spec.timesteps or timesteps_for(spec.rule, spec.steps, config)
    strictly_decreasing(whole, train_steps(config))
    last = spec.step_count - 1
    ends = len(whole) - 1  # a rule that runs the last timestep has none for its end, index -1
    return [whole[last - index] for index in spec.visits() if last - index <= ends]


def _stage2(
    job: RecordedJob,
    asked: MaskRequest,
    cascade: Cascade,
    low_res: Tensor,
    noises: tuple[NoiseSource, NoiseSource],
    timesteps: list[int],
) -> None:
    """Enlarge stage I's pictures (B, C, h, w), with the known pixels of the picture at that size.

    ``noises`` are the samples' own and that of the known pixels.
    """
    spec, part, (noise, aside) = asked.spec, cascade.stage2, noises
    assert part is not None
    held = StageMask.at(asked, 2, part)
    held.tell(job, asked)
    known = held.known(part, aside)
    prompted = stage2.prompted(spec, cascade)
    eps, stage = stage2.begin(spec, cascade, low_res, noise, timesteps, prompted)
    x = begin(spec.method, known, eps, timesteps[0])
    drawn = stage_runner.run(job, replace(stage, hooks=(HOOKS[spec.method](known),)), x, noise)
    file = "trajectory-2.safetensors" if spec.keep_stage2 else None
    keep(job, cascade, 2, drawn, file, held.finish)
    if not job.control.cancelled:
        held.compare(job, drawn.x[-1])


def _sides(cascade: Cascade) -> tuple[int, ...]:
    parts = (cascade.stage1, cascade.stage2)
    return tuple(part.sample_size for part in parts if part is not None)
