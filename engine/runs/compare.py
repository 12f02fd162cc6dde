"""Two runs side by side: what was asked differently, which steps belong together, same bits?"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from safetensors import SafetensorError
from safetensors.numpy import load_file

from engine.errors import BadInput
from engine.events import Frame
from engine.runs.reader import Run
from engine.specs import Spec

Pair = tuple[Frame | None, Frame | None]
Tensors = dict[str, np.ndarray[Any, Any]]


def difference(a: Spec, b: Spec) -> dict[str, tuple[Any, Any]]:
    """The fields in which two specs differ, as (a's value, b's); None where one has no such field.

    ``kind`` is among them where the specs are of two activities.
    """
    left, right = ({"kind": s.kind, **s.model_dump()} for s in (a, b))
    names = [*left, *(n for n in right if n not in left)]
    pairs = {n: (left.get(n), right.get(n)) for n in names}
    return {n: pair for n, pair in pairs.items() if pair[0] != pair[1]}


def align(frames_a: Sequence[Frame], frames_b: Sequence[Frame]) -> list[Pair]:
    """Pair the steps of two runs, stage by stage, by the nearest timestep.

    The run with more steps in a stage sets the pace and meets the other's nearest; a step at a
    noise level that the other run never reached (a branch begins later) is paired with None.
    """
    stages = sorted({f.stage for f in (*frames_a, *frames_b)})
    chosen = (([f for f in fs if f.stage == s] for fs in (frames_a, frames_b)) for s in stages)
    return [pair for a, b in chosen for pair in _align_stage(a, b)]


def _align_stage(a: list[Frame], b: list[Frame]) -> list[Pair]:
    if len(b) > len(a):
        return [(mine, theirs) for theirs, mine in _align_stage(b, a)]
    return [(frame, _partner(frame, a, b)) for frame in a]


def _partner(frame: Frame, own: list[Frame], others: list[Frame]) -> Frame | None:
    """The nearest of others, unless frame lies beyond their range and another of own is nearer."""
    if not others:
        return None
    near = _nearest(frame.timestep, others)
    levels = [f.timestep for f in others]
    inside = min(levels) <= frame.timestep <= max(levels)
    return near if inside or _nearest(near.timestep, own) is frame else None


def _nearest(timestep: int, frames: list[Frame]) -> Frame:
    return min(frames, key=lambda f: abs(f.timestep - timestep))


def same_pixels(a: Run, b: Run) -> bool:
    """Whether the pictures of the last finished stage are the same, pixel for pixel.

    :class:`BadInput` when one of the runs finished none, or its file is gone.
    """
    left, right = ([pixels(p) for p in finished(run)] for run in (a, b))
    return left == right


def finished(run: Run) -> Sequence[Path]:
    """The run's final pictures; :class:`BadInput` when there are none."""
    if not run.state.results:
        raise BadInput(f"{run.name} finished no picture: there is nothing to compare or export")
    return run.state.results


def opened(path: Path) -> Image.Image:
    """A picture of a run's folder as RGB; :class:`BadInput` where it is gone."""
    try:
        with Image.open(path) as image:
            return image.convert("RGB")
    except (OSError, ValueError):
        raise BadInput(f"{path} is gone: `diffuscope runs replay` makes it") from None


def pixels(path: Path) -> tuple[tuple[int, int], bytes]:
    """Size and raw RGB of a picture file; :class:`BadInput` when it cannot be read."""
    try:
        with Image.open(path) as image:
            return image.size, image.convert("RGB").tobytes()
    except (OSError, Image.DecompressionBombError, ValueError):
        raise BadInput(f"{path} is not a readable picture") from None


def same_trajectory(a: Run, b: Run) -> bool | None:
    """Whether the float32 tensors of stage I are the same bits; None where one kept none."""
    if not (a.trajectory.exists() and b.trajectory.exists()):
        return None
    left, right = _tensors(a), _tensors(b)
    return left.keys() == right.keys() and all(_same(left[k], right[k]) for k in left)


def _tensors(run: Run) -> Tensors:
    try:
        tensors: Tensors = load_file(run.trajectory)
    except (SafetensorError, OSError):
        raise BadInput(f"{run.trajectory} is damaged: it cannot be compared") from None
    return tensors


def _same(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> bool:
    # the bytes, so that a NaN equals itself and -0.0 is not 0.0
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
