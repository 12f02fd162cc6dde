"""What denoising and editing share: a picture is noised, then sampled from there.

A schedule of timesteps is entered at one or several of its noise levels.
"""

import re
from collections.abc import Sequence
from typing import Any

from engine.specs import common_fields
from engine.specs.base import param
from engine.specs.common_fields import TRAIN_TIMESTEPS

PLAIN_PROMPT = "a high quality photo"
"""The course's prompt for "no prompt": it asks for a picture, but for none in particular."""
HIGHEST = common_fields.TRAIN_TIMESTEPS * 99 // 100
Level = int | str
"""An index, ``"t690"`` a timestep, ``"70%"`` a strength (the share of the steps to be taken)."""


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


def read_levels(value: Any) -> Any:
    """Levels from a text with commas, or from a list of texts and numbers; ValueError otherwise."""
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list | tuple):
        return value
    levels = tuple(_level(part) for part in value)
    twice = next((level for i, level in enumerate(levels) if level in levels[:i]), None)
    if twice is not None:
        raise ValueError(f"{twice} is there twice")
    return levels


def _level(value: Any) -> Level:
    text = str(value).strip().lower()
    if text.isdecimal():
        return int(text)
    if re.fullmatch(r"t\d+", text) and int(text[1:]) < TRAIN_TIMESTEPS:
        return f"t{int(text[1:])}"
    if re.fullmatch(r"(\d*\.\d+|\d+\.|\d+(\.\d*)?%)", text):
        share = float(text[:-1]) / 100 if text.endswith("%") else float(text)
        if 0 < share <= 1:
            return f"{share * 100:g}%"
    raise ValueError(
        f"{text!r} is no level: write an index (10), a timestep (t690), or a strength (0.7 or 70%)"
    )


def chain_from(level: Level, schedule: Sequence[int], steps: int) -> tuple[int, ...]:
    """The timesteps of an edit that begins at ``level``: its own, then the schedule's below it.

    ``steps`` is the number of steps of the whole schedule: a strength takes that share of them,
    rounded down, as diffusers' image-to-image pipelines do.
    """
    if isinstance(level, str) and level.startswith("t"):
        begin = int(level[1:])
        return (begin, *(t for t in schedule if t < begin))
    index = level if isinstance(level, int) else steps - int(steps * float(level[:-1]) / 100)
    return tuple(schedule[min(index, len(schedule) - 1) :])
