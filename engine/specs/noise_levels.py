"""Noise levels at which an edit begins: an index of the schedule, a timestep, or a strength."""

import re
from collections.abc import Sequence
from typing import Any

from engine.specs.common_fields import TRAIN_TIMESTEPS

Level = int | str
"""An index, ``"t690"`` a timestep, ``"70%"`` a strength (the share of the steps to be taken)."""


def read(value: Any) -> Any:
    """Levels from a text with commas, or from a list of texts and numbers; ValueError otherwise."""
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list | tuple):
        return value
    found = tuple(_level(part) for part in value)
    twice = next((level for i, level in enumerate(found) if level in found[:i]), None)
    if twice is not None:
        raise ValueError(f"{twice} is there twice")
    return found


def _level(said: Any) -> Level:
    text = str(said).strip().lower()
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
