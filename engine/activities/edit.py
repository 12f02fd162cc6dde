"""SDEdit (Meng et al. 2021): a picture is noised to several levels and sampled in one batch."""

from engine.diffusion.noise import NoiseSource
from engine.events import Planned
from engine.job import RecordedJob
from engine.pictures import open_picture
from engine.sampling import from_image, stage2, stage_runner
from engine.sampling.model_cache import cascade_for
from engine.sampling.results import keep
from engine.specs import Edit


def run(job: RecordedJob, spec: Edit) -> None:
    """Serve an Edit spec: the original, frames and a result for each level, as events."""
    loaded = open_picture(spec.image)
    cascade = cascade_for(job, spec.model, spec.stage2, spec.device)
    job.writer.fingerprint(cascade.fingerprint)
    clean = from_image.keep_original(job, loaded, spec.fit, cascade)
    chains = from_image.chains(spec, cascade, spec.levels)
    denoiser = from_image.denoiser(job, spec, cascade)
    noise = NoiseSource.for_seeds(spec.seed, len(chains), cascade.device)
    start = from_image.start(cascade, clean, chains, noise)
    x, first = from_image.stage1(spec, cascade, denoiser, start, noise)
    second = stage2.chain(spec, cascade)
    job.say(Planned, (tuple(first.chain), tuple(second)), tuple(chain[0] for chain in chains))
    drawn = stage_runner.run(job, first, x, noise)
    keep(job, cascade, 1, drawn, "trajectory.safetensors")
    if cascade.stage2 is not None and not job.control.cancelled:
        stage2.upscale(job, spec, cascade, drawn.x[-1], noise, second)
