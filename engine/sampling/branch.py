"""Where a branch begins: a state of an earlier run, brought to the samples that are asked for."""

from dataclasses import replace

from torch import Tensor

from engine import runs
from engine.checkpoints.cascade import CascadeStage
from engine.diffusion.denoiser import Denoiser
from engine.diffusion.noise import NoiseSource
from engine.diffusion.update_rules import make_rule, timesteps_for
from engine.errors import BadInput
from engine.sampling import trajectory
from engine.sampling.stage import Stage
from engine.sampling.trajectory import Origin
from engine.specs import Branched, Generate, Illusion


def origin(spec: Branched) -> Origin | None:
    """The state that the spec branches from, its batch brought to the spec's count."""
    parent = spec.parent()
    if parent is None:
        return None
    run = runs.open_run(parent[0])
    state = trajectory.read(run.trajectory, parent[1], spec.start_sample)
    history = state.history or _inherited(run, spec.start_sample)
    return replace(
        state,
        x=_pick(state.x, spec),
        chain=_rest(state, spec),
        draws=state.draws if len(state.draws) == spec.pictures else state.draws * spec.pictures,
        history=[(t, _pick(x, spec), _pick(eps, spec)) for t, x, eps in history],
    )


def ahead(
    spec: Generate | Illusion, part: CascadeStage, origin: Origin | None
) -> tuple[list[int], int]:
    """The timesteps that stage I is to take, and the number of steps before them."""
    if origin is not None:
        return origin.chain, origin.step
    return list(spec.timesteps or timesteps_for(spec.sampler, spec.steps, part.scheduler)), 0


def begin(
    spec: Generate | Illusion,
    part: CascadeStage,
    origin: Origin | None,
    noise: NoiseSource,
    denoiser: Denoiser,
) -> tuple[Tensor, Stage]:
    """The state x (B, C, H, W) to run stage I from, and the stage: from noise, or from a parent."""
    shape = (part.channels, part.sample_size, part.sample_size)
    history = origin.history if origin else []
    chain, done = ahead(spec, part, origin)
    if origin is None:
        x = noise.draw(shape)
    elif origin.x.shape[1:] == shape:
        x = origin.x.to(noise.device)
        noise.skip(origin.draws, shape)
    else:
        raise BadInput(f"model: the parent's pictures are {tuple(origin.x.shape[1:])}, not {shape}")
    timesteps = [t for t, *_ in history] + chain
    rule = make_rule(spec.sampler, part.scheduler, timesteps, history=history)
    return x, Stage(1, part.unet, part.scheduler, denoiser, rule, chain, first_index=done)


def _inherited(run: runs.Run, sample: int | None) -> list[tuple[int, Tensor, Tensor]]:
    """The steps before a run that is itself a branch, where its parent can still be read."""
    try:
        before = origin(run.spec) if isinstance(run.spec, Branched) else None
    except BadInput:
        return []
    own = slice(None) if sample is None else slice(sample, sample + 1)
    return [(t, x[own], eps[own]) for t, x, eps in before.history] if before else []


def _pick(x: Tensor, spec: Branched) -> Tensor:
    """A parent's samples that a branch continues, one as often as the branch has samples."""
    if len(x) not in (1, spec.pictures):
        name = "best of" if spec.best_of > 1 else "count"
        raise BadInput(
            f"{name}: the parent has {len(x)} samples; ask for {len(x)}, or choose one of them with"
            " --start-sample"
        )
    return x.expand(spec.pictures, -1, -1, -1).contiguous()


def _rest(state: Origin, spec: Branched) -> list[int]:
    """The timesteps that a branch takes: its parent's, or its own beginning at the same one."""
    if spec.timesteps is None:
        return state.chain
    if state.chain[:1] != list(spec.timesteps[:1]):
        where = state.chain[0] if state.chain else "the end"
        raise BadInput(f"timesteps: the parent's step stands at t = {where}; begin there")
    return list(spec.timesteps)
