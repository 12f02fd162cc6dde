"""Text to image: stage I draws from noise or from a parent's x_t, stage II enlarges."""

from torch import Tensor

from engine.checkpoints import Cascade
from engine.diffusion.denoiser import guided, guided_each
from engine.diffusion.noise import NoiseSource
from engine.events import Planned
from engine.job import RecordedJob
from engine.sampling import branch, ranking, stage2, stage_runner
from engine.sampling.model_cache import cascade_for, embed, say_unknown
from engine.sampling.results import keep
from engine.sampling.stage import Stage
from engine.sampling.trajectory import Origin
from engine.specs import Generate


def run(job: RecordedJob, spec: Generate) -> None:
    """Serve a Generate spec: frames and results as events, everything in the run folder."""
    origin = branch.origin(spec)
    cascade = cascade_for(job, spec.model, spec.stage2, spec.device)
    job.writer.fingerprint(cascade.fingerprint)
    say_unknown(job, cascade, spec.model, spec.prompt, spec.negative)
    rank = ranking.by_judge(job, spec, cascade, [ranking.Reading(spec.prompt)])
    rows = len(spec.scales)
    noise = NoiseSource.for_seeds(spec.seed, spec.pictures // rows, cascade.device, rows)
    x, first = _stage1(spec, cascade, origin, noise)
    second = stage2.chain(spec, cascade)
    job.say(Planned, (tuple(first.chain), tuple(second)))
    drawn = stage_runner.run(job, first, x, noise)
    ranked = keep(job, cascade, 1, drawn, "trajectory.safetensors", rank=rank)
    if cascade.stage2 is not None and not job.control.cancelled:
        low_res, noise = ranking.best_alone(ranked, drawn.x[-1], noise)
        stage2.upscale(job, spec, cascade, low_res, noise, second)


def _stage1(
    spec: Generate, cascade: Cascade, origin: Origin | None, noise: NoiseSource
) -> tuple[Tensor, Stage]:
    unet = cascade.stage1.unet
    cond, uncond = embed(cascade, spec.prompt, spec.negative)
    if spec.guidances is None:
        denoiser = guided(unet, cond, uncond, spec.guidance)
    else:
        each = [scale for scale in spec.scales for _ in range(spec.count)]
        denoiser = guided_each(unet, cond, uncond, each)
    return branch.begin(spec, cascade.stage1, origin, noise, denoiser)
