"""What denoising and editing share: a picture is noised, then sampled from there.

A schedule of timesteps is entered at one or several of its noise levels.
"""

from typing import Any

from engine.specs import common_fields
from engine.specs.base import param

PLAIN_PROMPT = "a high quality photo"
"""The course's prompt for "no prompt": it asks for a picture, but for none in particular."""
HIGHEST = common_fields.TRAIN_TIMESTEPS * 99 // 100


def prompt() -> Any:
    """What the picture is to become."""
    return param(PLAIN_PROMPT, "what the picture is to become", max_length=2000, long=True)


def stride() -> Any:
    """The distance of the schedule's timesteps."""
    text = "distance of the schedule's timesteps: 990, 960 … 0"
    return param(30, text, ge=1, le=HIGHEST)


def steps() -> Any:
    """How many steps the whole schedule has, instead of a stride."""
    text = "model calls of the whole schedule, instead of stride"
    return param(None, text, ge=1, le=HIGHEST, hidden=True)


def schedule(
    timesteps: tuple[int, ...] | None, steps: int | None, stride: int
) -> tuple[int, ...] | None:
    """The whole schedule, from noise to picture; None where ``steps`` leaves it to the model.

    With a stride these are its multiples from 990, or the last below, down to 0.
    """
    return timesteps if timesteps or steps is not None else strided(stride)


def strided(stride: int) -> tuple[int, ...]:
    """The multiples of ``stride`` from 990, or the last below, down to 0 (a stride of 30: 34)."""
    return tuple(range(HIGHEST // stride * stride, -1, -stride))
