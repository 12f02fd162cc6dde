"""Where a branch of a run begins, and the request to go on with."""

from typing import Any

from engine.runs import replay
from engine.runs.run_state import RunState
from engine.specs import Branched, Edit, Generate, Noised

Start = dict[str, Any]
"""``start_from`` and ``start_sample`` of :class:`Branched`."""
NONE: Start = {"timesteps": None, "start_from": None, "start_sample": None}


def branch(trace: RunState, step: int, sample: int | None = None) -> tuple[Start, Branched]:
    """Begin at ``step`` of all samples or of one; the request is what the run itself would do next.

    A sample alone draws the noise that it drew among others. An edit's sample needs to be chosen:
    they begin apart. BadInput where the run's request cannot be made again.
    """
    start: Start = {"start_from": f"{trace.reference}:{step}"}
    if sample is not None:
        start["start_sample"] = sample
    spec = trace.spec
    if isinstance(spec, Branched):
        spec = replay.request(spec, trace.folder)
        assert isinstance(spec, Branched)
        alone = spec.alone(sample) if sample is not None else {}
        return start, spec.model_copy(update=NONE | alone)
    assert isinstance(spec, Noised)
    return start, _drawn(spec, sample or 0)


def _drawn(spec: Noised, sample: int) -> Generate:
    """What draws on where a noised picture stands: the same model, rule and guidance."""
    shared = Generate.model_fields.keys() & type(spec).model_fields.keys()
    values = {n: getattr(spec, n) for n in shared - {"timesteps", "steps"}}
    if not spec.prompt.strip():
        values["guidance"] = 0.0
    drawn = Generate(**values)
    return (
        drawn.model_copy(update={"seed": spec.seed + sample}) if isinstance(spec, Edit) else drawn
    )
