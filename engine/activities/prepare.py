"""A picture as the model takes it, with the noise and the schedule that noising it needs."""

from engine.diffusion.noise import NoiseSource
from engine.diffusion.schedule import alphas_cumprod
from engine.events import Prepared
from engine.job import Job
from engine.pictures import fitted, open_picture
from engine.sampling import from_image
from engine.sampling.model_cache import cascade_for
from engine.specs import Prepare


def run(job: Job, spec: Prepare) -> None:
    """Serve a Prepare spec: one Prepared event; no model call, no run folder."""
    loaded = open_picture(spec.image)
    part = cascade_for(job, spec.model, spec.stage2, spec.device).stage1
    side = part.sample_size
    noise = NoiseSource.for_seeds(spec.seed, 1).draw((part.channels, side, side))
    job.say(
        Prepared,
        loaded.title,
        from_image.size_note(loaded, spec.fit, side),
        side,
        fitted(loaded.image, side, spec.fit).tobytes(),
        noise.numpy().tobytes(),
        tuple(alphas_cumprod(part.scheduler).tolist()),
    )
