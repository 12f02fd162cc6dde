"""Fields that several activities ask for: each declared once, whatever its default there."""

import itertools
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ValidationInfo

from engine.specs.base import param
from engine.specs.samplers import SAMPLERS

TRAIN_TIMESTEPS = 1000
MAX_PICTURES = 64
"""Pictures in one run."""
MAX_SEED = 2**32 - 1
MAX_GUIDANCE = 100


def seed(text: str) -> Any:
    """Where the noise comes from."""
    return param(2718, text, ge=0, le=MAX_SEED)


def tensorboard() -> Any:
    """Whether a training is written for TensorBoard too."""
    return param(False, "write TensorBoard event files beside the run's own", hidden=True)


def negative() -> Any:
    """What guidance leads away from."""
    return param("", "what to keep away from", label="not", max_length=2000, long=True)


def sampler(default: str) -> Any:
    """The update rule; its type is :data:`engine.specs.samplers.SamplerName`."""
    notes = {name: known.help for name, known in SAMPLERS.items()}
    return param(default, "update rule of the loop", notes=notes)


def guidance(default: float) -> Any:
    """Stage I's guidance scale."""
    text = "classifier-free guidance scale; 0 unconditional, 1 conditional"
    return param(default, text, ge=0, le=MAX_GUIDANCE, allow_inf_nan=False, step=0.5)


def stage2_guidance() -> Any:
    """Stage II's guidance scale."""
    return param(
        4.0,
        "guidance scale of stage II",
        ge=0,
        le=MAX_GUIDANCE,
        allow_inf_nan=False,
        step=0.5,
        label="guidance II",
    )


def stage2_steps(label: str) -> Any:
    """Stage II's number of steps."""
    return param(20, "model calls in stage II", ge=1, le=TRAIN_TIMESTEPS, label=label, step=1)


def noise_level(default: int = 250) -> Any:
    """How far stage I's picture is noised for stage II."""
    return param(
        default,
        "noise added to stage I's picture before stage II",
        ge=0,
        le=TRAIN_TIMESTEPS - 1,
        unit="t",
        hidden=True,
    )


def keep_stage2() -> Any:
    """Whether stage II's states go to the disk."""
    return param(False, "also keep stage II's float32 states", hidden=True)


def timesteps(instead_of: str) -> Any:
    """A chain of one's own; its type is :data:`Timesteps`."""
    text = f"stage I's own timesteps, strictly decreasing, instead of {instead_of}"
    return param(None, text, hidden=True)


def start_from() -> Any:
    """The step of an earlier run that a branch begins with; its type is :data:`StartFrom`."""
    text = "RUN:STEP, to start from that step's x_t of an earlier run"
    return param(None, text, hidden=True)


def start_sample() -> Any:
    """Which of the parent's samples."""
    text = "of a parent with several samples, the one to start from"
    return param(None, text, hidden=True, ge=0)


def best_of() -> Any:
    """How many seeds the best is chosen of; its type is :data:`BestOf`, and declared after count.

    All are drawn, as samples of one run.
    """
    text = "seeds to draw and rank by the bundled judge; the best alone is enlarged"
    return param(1, text, label="best of", ge=1, le=MAX_PICTURES, step=1)


def parent(start_from: str | None) -> tuple[str, int] | None:
    """The run and the step that a request branches from."""
    if start_from is None:
        return None
    run, _, step = start_from.rpartition(":")
    return run, int(step)


def integers(value: Any, example: str = "990,660,330,0") -> Any:
    """The integers of a text with commas; anything else as it is."""
    if not isinstance(value, str):
        return value
    return tuple(_integer(part, example) for part in value.split(","))


def _integer(text: str, example: str) -> int:
    try:
        return int(text)
    except ValueError:
        why = f"{text.strip()!r} is not a timestep: write integers such as {example}"
        raise ValueError(why) from None


def _decreasing(value: tuple[int, ...] | None) -> tuple[int, ...] | None:
    if value is None:
        return None
    if not value or not all(0 <= t < TRAIN_TIMESTEPS for t in value):
        raise ValueError("write integers from 999 down to 0, such as 990,660,330,0")
    pair = next(((a, b) for a, b in itertools.pairwise(value) if a <= b), None)
    if pair:
        raise ValueError(f"must be strictly decreasing, but {pair[0]} is followed by {pair[1]}")
    return value


def _by_itself(value: int, info: ValidationInfo) -> int:
    if value > 1 and info.data.get("count", 1) not in (1, value):
        raise ValueError(
            f"draws {value} seeds by itself, and samples (count) asks for {info.data['count']}:"
            " leave that at 1"
        )
    if value > 1 and info.data.get("guidances"):
        raise ValueError("seeds are ranked at one guidance scale: leave guidances empty")
    return value


def _run_and_step(value: str | None) -> str | None:
    if value is not None and not value.rpartition(":")[2].isdigit():
        raise ValueError("write RUN:STEP, such as runs/2026-rocket:8")
    return value


def _scales(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    parts = [part.strip() for part in value.split(",")]
    if not value.strip():
        return None
    try:
        return tuple(float(part) for part in parts)
    except ValueError:
        raise ValueError("write numbers such as 0,1,3,5,7,10,15") from None


def _in_range(value: tuple[float, ...] | None) -> tuple[float, ...] | None:
    wrong = [s for s in value or () if not 0 <= s <= MAX_GUIDANCE]
    if wrong:
        raise ValueError(f"{wrong[0]:g} is no guidance scale: write numbers from 0 to 100")
    return value or None


def parts(value: Any) -> Any:
    """The parts of a text with commas; anything else as it is."""
    return tuple(value.split(",")) if isinstance(value, str) else value


def none_if_empty(value: Any) -> Any:
    """None for an empty text, anything else as it is."""
    return None if isinstance(value, str) and not value.strip() else value


SPLIT = BeforeValidator(parts)
EMPTY_IS_NONE = BeforeValidator(none_if_empty)
StartFrom = Annotated[str | None, AfterValidator(_run_and_step)]
BestOf = Annotated[int, AfterValidator(_by_itself)]
Listed = Annotated[tuple[float, ...], SPLIT]
Scales = Annotated[tuple[float, ...] | None, BeforeValidator(_scales), AfterValidator(_in_range)]
Timesteps = Annotated[
    tuple[int, ...] | None, BeforeValidator(lambda v: integers(v)), AfterValidator(_decreasing)
]
