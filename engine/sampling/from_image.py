"""Stage I from a picture: brought to its size and kept, noised to one or several timesteps.

All timesteps are one batch under one loop.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.checkpoints import Cascade
from engine.diffusion.denoiser import Denoiser, guided
from engine.diffusion.noise import NoiseSource
from engine.diffusion.per_sample_starts import Start, stagger
from engine.diffusion.sampler import pairs
from engine.diffusion.schedule import alphas_cumprod, strictly_decreasing, train_steps
from engine.diffusion.update_rules import make_rule, timesteps_for
from engine.events import Original
from engine.job import Job, RecordedJob
from engine.pictures import Loaded, fitted, to_array
from engine.pictures.fit import How
from engine.runs import ORIGINAL
from engine.sampling.model_cache import embed, say_unknown
from engine.sampling.stage import Stage
from engine.specs import Inpaint, Noised
from engine.specs.from_image import PLAIN_PROMPT, Level, chain_from

_DONE = {"crop": "cropped to", "fit": "on white, scaled to", "stretch": "stretched to"}


def keep_original(job: RecordedJob, loaded: Loaded, fit: How, cascade: Cascade) -> Tensor:
    """Write the original as stage I takes it; returns it, (1, 3, H, W) in [-1, 1] on the device."""
    side = cascade.stage1.sample_size
    image = fitted(loaded.image, side, fit)
    file = job.writer.picture(ORIGINAL, image, shows="the original")
    job.say(Original, file, loaded.title, size_note(loaded, fit, side))
    return torch.from_numpy(to_array(image))[None].to(cascade.device)


def size_note(loaded: Loaded, fit: How, side: int) -> str:
    """What was done to the picture, in one line: how it was read, and how it got its size."""
    width, height = loaded.image.size
    done = "scaled to" if width == height else _DONE[fit]
    size = f"{width}×{height}"
    if (width, height) != (side, side):
        size = f"{size}, {done} {side}×{side}"
    return "; ".join(part for part in (loaded.note, size) if part)


def chains(spec: Noised, cascade: Cascade, levels: Sequence[Level]) -> list[tuple[int, ...]]:
    """The timesteps of each level. BadInput where the model was not trained on one of them."""
    config, planned = cascade.stage1.scheduler, spec.schedule()
    timesteps = planned or timesteps_for(spec.sampler, spec.steps or 1, config)
    steps = len(pairs(timesteps, make_rule(spec.sampler, config, timesteps).runs_last_timestep))
    own = [chain_from(level, timesteps, steps) for level in levels]
    return [tuple(strictly_decreasing(chain, train_steps(config))) for chain in own]


def denoiser(job: Job, spec: Noised | Inpaint, cascade: Cascade) -> Denoiser:
    """Stage I under the spec's prompt; asked unconditionally where nothing is said at all."""
    own_words = (text for text in (spec.prompt, spec.negative) if text != PLAIN_PROMPT)
    say_unknown(job, cascade, spec.model, *own_words)
    silent = not (spec.prompt.strip() or spec.negative.strip())
    cond, uncond = embed(cascade, spec.prompt, spec.negative)
    return guided(cascade.stage1.unet, cond, uncond, 0 if silent else spec.guidance)


def start(
    cascade: Cascade, original: Tensor, own: Sequence[Sequence[int]], noise: NoiseSource
) -> Start:
    """Where samples with chains of their ``own`` begin: under each one's first draw of noise.

    original is (1, C, H, W) in [-1, 1].
    """
    eps = noise.draw(original.shape[1:])
    return Start(original.expand_as(eps), eps, own, alphas_cumprod(cascade.stage1.scheduler))


def stage1(
    spec: Noised, cascade: Cascade, denoiser: Denoiser, begin: Start, noise: NoiseSource
) -> tuple[Tensor, Stage]:
    """The state x (B, C, H, W) to run the stage from, and the stage."""
    part, own = cascade.stage1, begin.chains
    rules = [make_rule(spec.sampler, part.scheduler, chain) for chain in own]
    batch = stagger(denoiser, rules, begin, noise)
    apart = own if len(set(map(tuple, own))) > 1 else ()
    stage = Stage(
        1, part.unet, part.scheduler, batch.denoiser, batch.rule, batch.chain, chains=apart
    )
    return batch.x, stage
