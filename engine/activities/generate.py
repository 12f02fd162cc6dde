"""Text to image: stage I draws from noise or from a parent's x_t, stage II enlarges."""

from dataclasses import replace

from torch import Tensor

from engine import runs
from engine.activities import previews, stages, trajectory
from engine.activities.cascade import cascade_for
from engine.activities.stages import Stage
from engine.activities.trajectory import Origin, Trajectory
from engine.checkpoints import Cascade
from engine.diffusion.denoiser import guided
from engine.diffusion.noise import NoiseSource
from engine.diffusion.rules import make_rule, timesteps_for
from engine.diffusion.upscale import upscale_start
from engine.errors import BadInput
from engine.events import Planned, Result
from engine.specs import Generate
from engine.worker import Job


def run(job: Job) -> None:
    """Serve a Generate spec: frames and results as events, everything in the run folder."""
    spec = job.spec
    assert isinstance(spec, Generate)
    assert job.writer is not None
    origin = _origin(spec)
    cascade = cascade_for(job, spec.model, spec.stage2, spec.device)
    job.writer.fingerprint(cascade.fingerprint)
    noise = NoiseSource.for_seeds(spec.seed, spec.count, cascade.device)
    x, first = _stage1(spec, cascade, origin, noise)
    second = _chain2(spec, cascade)
    job.say(Planned, (tuple(first.chain), tuple(second)))
    drawn = stages.run(job, first, x, noise)
    _keep(job, 1, drawn, "trajectory.safetensors")
    if cascade.stage2 is not None and not job.control.cancelled:
        _upscale(job, spec, cascade, drawn.x[-1], noise, second)


def _origin(spec: Generate) -> Origin | None:
    """The state that the spec branches from, its batch brought to the spec's count."""
    parent = spec.parent()
    if parent is None:
        return None
    run = runs.open_run(parent[0])
    found = trajectory.read(run.trajectory, parent[1])
    history = found.history or _inherited(run)
    return replace(
        found,
        x=_pick(found.x, spec),
        chain=_rest(found, spec),
        history=[(t, _pick(x, spec), _pick(eps, spec)) for t, x, eps in history],
    )


def _inherited(run: runs.Run) -> list[tuple[int, Tensor, Tensor]]:
    """The steps before a run that is itself a branch, where its parent can still be read."""
    try:
        origin = _origin(run.spec) if isinstance(run.spec, Generate) else None
    except BadInput:
        return []
    return origin.history if origin else []


def _pick(x: Tensor, spec: Generate) -> Tensor:
    """The samples of a parent's state that a branch continues."""
    if spec.start_sample is not None:
        if spec.start_sample >= len(x):
            raise BadInput(f"start sample: the parent has samples 0 to {len(x) - 1}")
        x = x[spec.start_sample : spec.start_sample + 1]
    if len(x) not in (1, spec.count):
        raise BadInput(
            f"count: the parent has {len(x)} samples; ask for {len(x)}, or choose one of them"
            f" with --start-sample"
        )
    return x.expand(spec.count, -1, -1, -1).contiguous()


def _rest(found: Origin, spec: Generate) -> list[int]:
    """The timesteps that a branch takes: its parent's, or its own beginning at the same one."""
    if spec.timesteps is None:
        return found.chain
    if found.chain[:1] != list(spec.timesteps[:1]):
        where = found.chain[0] if found.chain else "the end"
        raise BadInput(f"timesteps: the parent's step stands at t = {where}; begin there")
    return list(spec.timesteps)


def _stage1(
    spec: Generate, cascade: Cascade, origin: Origin | None, noise: NoiseSource
) -> tuple[Tensor, Stage]:
    part, config = cascade.stage1, cascade.stage1.scheduler
    shape = (part.channels, part.sample_size, part.sample_size)
    if origin is None:
        x = noise.draw(shape)
        chain = list(spec.timesteps or timesteps_for(spec.sampler, spec.steps, config))
        history, done = [], 0
    else:
        x, chain = origin.x.to(cascade.device), origin.chain
        history, done = origin.history, origin.step
        if x.shape[1:] != shape:
            raise BadInput(f"model: the parent's pictures are {tuple(x.shape[1:])}, not {shape}")
        noise.skip(origin.draws, shape)
    cond, uncond = _embed(spec, cascade)
    denoiser = guided(part.unet, cond, uncond, spec.guidance)
    rule = make_rule(spec.sampler, config, [t for t, *_ in history] + chain, history=history)
    return x, Stage(1, part.unet, config, denoiser, rule, chain, first_index=done)


def _chain2(spec: Generate, cascade: Cascade) -> list[int]:
    if cascade.stage2 is None:
        return []
    return timesteps_for("ddpm", spec.stage2_steps, cascade.stage2.scheduler)


def _upscale(
    job: Job,
    spec: Generate,
    cascade: Cascade,
    low_res: Tensor,
    noise: NoiseSource,
    chain: list[int],
) -> None:
    part = cascade.stage2
    assert part is not None
    assert part.noising is not None
    x, extra = upscale_start(
        low_res.to(cascade.device), part.sample_size, noise, part.noising, spec.noise_level
    )
    cond, uncond = _embed(spec, cascade)
    denoiser = guided(part.unet, cond, uncond, spec.stage2_guidance, extra)
    rule = make_rule("ddpm", part.scheduler, chain)
    stage = Stage(2, part.unet, part.scheduler, denoiser, rule, chain)
    drawn = stages.run(job, stage, x, noise)
    _keep(job, 2, drawn, "trajectory-2.safetensors" if spec.keep_stage2 else None)


def _embed(spec: Generate, cascade: Cascade) -> tuple[Tensor, Tensor]:
    """Embeddings (1, L, D) of the prompt and of what to keep away from."""
    both = cascade.embed([spec.prompt, spec.negative])
    return both[:1], both[1:]


def _keep(job: Job, number: int, drawn: Trajectory, file: str | None) -> None:
    """Write a stage's tensors, and its pictures when it came to its end."""
    assert job.writer is not None
    if file is not None:
        job.writer.tensors(file, drawn.arrays())
    if job.control.cancelled:
        return
    stem = "result" if number == 2 else "stage-1"
    job.say(Result, number, job.writer.pictures(stem, previews.images(drawn.x[-1])))
