"""Text to image with a cascade: stage I draws, stage II enlarges."""

import itertools
from typing import Any, ClassVar, Literal

from pydantic import field_validator, model_validator

from engine.specs.base import Spec, ask

Sampler = Literal["ddpm", "course", "ddim", "dpm++"]
TRAIN_TIMESTEPS = 1000
MAX_SEED = 2**32 - 1


class CascadeSpec(Spec):
    """What every activity that runs a cascade asks for."""

    model: str = ask("tiny-if", "cascade folder, stage I folder, or hub id", min_length=1)
    stage2: str = ask(
        "auto",
        "stage II: auto (the one beside stage I), none, a folder, or a hub id",
        label="stage II",
        choices=("auto", "none"),
        off_flag=("--no-stage2", "none"),
        min_length=1,
    )
    device: str = ask("auto", "auto, cpu, cuda, cuda:1, mps", hidden=True, min_length=1)
    seed: int = ask(2718, "sample i uses seed + i", ge=0, le=MAX_SEED)


class Generate(CascadeSpec):
    """Draw pictures from a prompt (DeepFloyd IF: Saharia et al. 2022, arXiv 2205.11487)."""

    kind: ClassVar[str] = "generate"

    prompt: str = ask(..., "what to draw", max_length=2000, long=True)
    negative: str = ask("", "what to keep away from", label="not", max_length=2000, long=True)
    steps: int = ask(20, "model calls in stage I", ge=1, le=TRAIN_TIMESTEPS, nudge=1)
    stage2_steps: int = ask(
        20, "model calls in stage II", ge=1, le=TRAIN_TIMESTEPS, label="then", nudge=1
    )
    guidance: float = ask(
        7.0,
        "classifier-free guidance scale; 0 unconditional, 1 conditional",
        ge=0,
        le=100,
        allow_inf_nan=False,
        nudge=0.5,
    )
    stage2_guidance: float = ask(
        4.0,
        "guidance scale of stage II",
        ge=0,
        le=100,
        allow_inf_nan=False,
        nudge=0.5,
        label="guidance II",
    )
    sampler: Sampler = ask("ddpm", "update rule of the loop")
    count: int = ask(1, "pictures at once", label="samples", ge=1, le=64, nudge=1)
    noise_level: int = ask(
        250,
        "noise added to stage I's picture before stage II",
        ge=0,
        le=TRAIN_TIMESTEPS - 1,
        unit="t",
        hidden=True,
    )
    timesteps: tuple[int, ...] | None = ask(
        None, "stage I's own timesteps, strictly decreasing, instead of steps", hidden=True
    )
    start_from: str | None = ask(
        None, "RUN:STEP, to start from that step's x_t of an earlier run", hidden=True
    )
    start_sample: int | None = ask(
        None, "of a parent with several samples, the one to start from", hidden=True, ge=0
    )
    keep_stage2: bool = ask(False, "also keep stage II's float32 states", hidden=True)

    @field_validator("timesteps", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return tuple(_integer(part) for part in value.split(","))

    @field_validator("timesteps")
    @classmethod
    def _decreasing(cls, value: tuple[int, ...] | None) -> tuple[int, ...] | None:
        if value is None:
            return None
        if not value or not all(0 <= t < TRAIN_TIMESTEPS for t in value):
            raise ValueError("write integers from 999 down to 0, such as 990,660,330,0")
        pair = next(((a, b) for a, b in itertools.pairwise(value) if a <= b), None)
        if pair:
            raise ValueError(f"must be strictly decreasing, but {pair[0]} is followed by {pair[1]}")
        return value

    @field_validator("start_from")
    @classmethod
    def _run_and_step(cls, value: str | None) -> str | None:
        if value is not None and not value.rpartition(":")[2].isdigit():
            raise ValueError("write RUN:STEP, such as runs/2026-rocket:8")
        return value

    @model_validator(mode="after")
    def _something_to_draw(self) -> "Generate":
        if not self.prompt.strip() and self.guidance != 0:
            raise ValueError(
                "the prompt is empty: write what to draw, or set guidance 0 for an unconditional"
                " picture"
            )
        return self

    def title(self) -> str:
        return self.prompt.strip() or "(unconditional)"

    def parent(self) -> tuple[str, int] | None:
        """The run and the step that this one branches from."""
        if self.start_from is None:
            return None
        run, _, step = self.start_from.rpartition(":")
        return run, int(step)


def _integer(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        why = f"{text.strip()!r} is not a timestep: write integers such as 990,660,330,0"
        raise ValueError(why) from None
