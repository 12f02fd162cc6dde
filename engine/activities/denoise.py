"""A noised picture, and the ways back: blurs, non-local means, one step, many steps; measured."""

import torch
from torch import Tensor

from engine.checkpoints import Cascade
from engine.diffusion.denoiser import Denoiser
from engine.diffusion.noise import NoiseSource
from engine.diffusion.schedule import alphas_cumprod
from engine.diffusion.update_rules import denoised
from engine.events import Planned, Result
from engine.job import RecordedJob
from engine.pictures import open_picture
from engine.sampling import from_image, stage_runner, step_events
from engine.sampling.baselines import BaselineMeasurements
from engine.sampling.model_cache import cascade_for
from engine.sampling.results import finished
from engine.sampling.stage import Stage, estimate
from engine.specs import Denoise


def run(job: RecordedJob, spec: Denoise) -> None:
    """Serve a Denoise spec: a Measured event for every timestep and method, frames, results."""
    loaded = open_picture(spec.image)
    cascade = cascade_for(job, spec.model, spec.stage2, spec.device)
    job.writer.fingerprint(cascade.fingerprint)
    clean = from_image.keep_original(job, loaded, spec.fit, cascade)
    chains = from_image.chains(spec, cascade, [f"t{t}" for t in spec.t])
    denoiser = from_image.denoiser(job, spec, cascade)
    # one seed for all: every timestep is under the same noise, and is what it would be alone
    noise = NoiseSource([torch.Generator().manual_seed(spec.seed) for _ in spec.t], cascade.device)
    start = from_image.start(cascade, clean, chains, noise)
    x, stage = from_image.stage1(spec, cascade, denoiser, start, noise)
    job.say(Planned, (tuple(stage.chain),), spec.t)
    bench = BaselineMeasurements(job, spec, clean, start.alphas_cumprod)
    for sample, t in enumerate(spec.t):
        job.status(f"measuring t = {t}")
        noisy = start.at(sample, t)
        bench.classical(t, noisy)
        bench.tell(t, "one-step", one_step(job, stage, denoiser, noisy, t))
    _iterate(job, cascade, stage, x, noise, bench)


def one_step(job: RecordedJob, stage: Stage, denoiser: Denoiser, x: Tensor, t: int) -> Tensor:
    """x̂0 = (x_t − √(1−ᾱ) ε̂) / √ᾱ of x_t (1, 3, H, W) from a single model call, not clipped."""
    answer = estimate(job, stage, denoiser, x, t)
    return denoised(x, answer.eps, alphas_cumprod(stage.config)[t])


def _iterate(
    job: RecordedJob,
    cascade: Cascade,
    stage: Stage,
    x: Tensor,
    noise: NoiseSource,
    bench: BaselineMeasurements,
) -> None:
    """Sample from every timestep in one batch; the results are the run's, in the order asked."""
    drawn = stage_runner.run(job, stage, x, noise)
    job.writer.tensors("trajectory.safetensors", drawn.arrays())
    drawn.check()
    if job.control.cancelled:
        return
    pictures = finished(job, cascade, 1, step_events.images(drawn.x[-1]))
    ends = zip(bench.spec.t, drawn.x[-1], pictures, strict=True)
    files = (bench.tell(t, "iterative", end, written=picture) for t, end, picture in ends)
    job.say(Result, 1, tuple(files))
