"""Where a branch begins: a state of an earlier run, brought to the samples that are asked for."""

from dataclasses import replace

from torch import Tensor

from engine import runs
from engine.activities import trajectory
from engine.activities.trajectory import Origin
from engine.errors import BadInput
from engine.specs import Generate


def origin(spec: Generate) -> Origin | None:
    """The state that the spec branches from, its batch brought to the spec's count."""
    parent = spec.parent()
    if parent is None:
        return None
    run = runs.open_run(parent[0])
    found = trajectory.read(run.trajectory, parent[1], spec.start_sample)
    history = found.history or _inherited(run, spec.start_sample)
    return replace(
        found,
        x=_pick(found.x, spec),
        chain=_rest(found, spec),
        draws=found.draws if len(found.draws) == spec.pictures else found.draws * spec.pictures,
        history=[(t, _pick(x, spec), _pick(eps, spec)) for t, x, eps in history],
    )


def _inherited(run: runs.Run, sample: int | None) -> list[tuple[int, Tensor, Tensor]]:
    """The steps before a run that is itself a branch, where its parent can still be read."""
    try:
        before = origin(run.spec) if isinstance(run.spec, Generate) else None
    except BadInput:
        return []
    own = slice(None) if sample is None else slice(sample, sample + 1)
    return [(t, x[own], eps[own]) for t, x, eps in before.history] if before else []


def _pick(x: Tensor, spec: Generate) -> Tensor:
    """A parent's samples that a branch continues, one as often as the branch has samples."""
    if len(x) not in (1, spec.pictures):
        raise BadInput(
            f"count: the parent has {len(x)} samples; ask for {len(x)}, or choose one of them"
            f" with --start-sample"
        )
    return x.expand(spec.pictures, -1, -1, -1).contiguous()


def _rest(found: Origin, spec: Generate) -> list[int]:
    """The timesteps that a branch takes: its parent's, or its own beginning at the same one."""
    if spec.timesteps is None:
        return found.chain
    if found.chain[:1] != list(spec.timesteps[:1]):
        where = found.chain[0] if found.chain else "the end"
        raise BadInput(f"timesteps: the parent's step stands at t = {where}; begin there")
    return list(spec.timesteps)
