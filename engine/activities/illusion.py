"""Anagrams, hybrids and compositions at both stages: terms that draw one picture together."""

from dataclasses import replace

from torch import Tensor

from engine.checkpoints import Cascade
from engine.diffusion.noise import NoiseSource
from engine.events import Planned
from engine.job import RecordedJob
from engine.sampling import branch, ranking, stage2, stage_runner
from engine.sampling.illusion_terms import IllusionSources, IllusionTerms
from engine.sampling.model_cache import cascade_for, say_unknown
from engine.sampling.results import keep
from engine.sampling.stage import Stage
from engine.sampling.trajectory import Origin
from engine.specs import Illusion


def run(job: RecordedJob, spec: Illusion) -> None:
    """Serve an Illusion spec: frames and results as events, everything in the run folder."""
    origin, sources = branch.origin(spec), IllusionSources.opened(spec)
    cascade = cascade_for(job, spec.model, spec.stage2, spec.device)
    job.writer.fingerprint(cascade.fingerprint)
    say_unknown(
        job, cascade, spec.model, *(t.prompt for t in spec.composition.drawn()), spec.negative
    )
    terms = IllusionTerms.made(job, spec, cascade, sources)
    rank = ranking.by_judge(job, spec, cascade, terms.readings())
    noise = NoiseSource.for_seeds(spec.seed, spec.pictures, cascade.device)
    x, first = _stage1(spec, cascade, terms, origin, noise)
    second = stage2.chain(spec, cascade)
    job.say(Planned, (tuple(first.chain), tuple(second)))
    drawn = stage_runner.run(job, first, x, noise)
    ranked = keep(job, cascade, 1, drawn, "trajectory.safetensors", rank=rank)
    if cascade.stage2 is not None and not job.control.cancelled:
        low_res, noise = ranking.best_alone(ranked, drawn.x[-1], noise)
        x, stage = _stage2(spec, cascade, terms.of(noise.samples), low_res, noise)
        drawn = stage_runner.run(job, stage, x, noise)
        keep(job, cascade, 2, drawn, "trajectory-2.safetensors" if spec.keep_stage2 else None)


def _stage1(
    spec: Illusion,
    cascade: Cascade,
    terms: IllusionTerms,
    origin: Origin | None,
    noise: NoiseSource,
) -> tuple[Tensor, Stage]:
    """The state to run stage I from, and the stage."""
    part = cascade.stage1
    chain, done = branch.ahead(spec, part, origin)
    denoiser = terms.denoiser(part, spec.guidance, chain, done)
    x, stage = branch.begin(spec, part, origin, noise, denoiser)
    hooks = terms.hooks(part)
    if origin is None:
        for hook in hooks:
            x = hook.after(x, chain[0])
    else:
        terms.aside.skip([done + 1] * len(x), x.shape[1:])
    return x, replace(stage, hooks=hooks)


def _stage2(
    spec: Illusion, cascade: Cascade, terms: IllusionTerms, low_res: Tensor, noise: NoiseSource
) -> tuple[Tensor, Stage]:
    """The same on stage I's last state (B, C, h, w), every term with its own prompt."""
    chain = stage2.chain(spec, cascade)
    x, stage = stage2.begin(
        spec, cascade, low_res, noise, chain,
        lambda part, extra: terms.denoiser(part, spec.stage2_guidance, chain, extra=extra),
    )  # fmt: skip
    assert cascade.stage2 is not None
    hooks = terms.hooks(cascade.stage2)
    for hook in hooks:
        x = hook.after(x, chain[0])
    return x, replace(stage, hooks=hooks)
