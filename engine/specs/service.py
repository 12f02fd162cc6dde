"""Requests that leave no run: open a model, read a picture for it, look at the machine."""

from typing import ClassVar

from engine.specs import cascade
from engine.specs.base import Spec, param
from engine.specs.cascade import Pictured


class Open(Spec):
    """Load a cascade so that the next request starts at once."""

    kind: ClassVar[str] = "open"
    has_run_folder: ClassVar[bool] = False

    model: str = param("tiny-if", "cascade folder, stage I folder, or hub id", min_length=1)
    stage2: str = param("auto", "stage II: auto, none, a folder, or a hub id", min_length=1)
    device: str = cascade.device_field()
    plan: cascade.Plan = cascade.plan_field()
    text_encoder: cascade.TextEncoder = cascade.text_encoder_field()
    precision: cascade.Precision = cascade.precision_field()
    compile: bool = cascade.compiled_field()


class Prepare(Pictured):
    """Read a picture as a model takes it, with the noise of ``seed`` and the model's schedule.

    The answer is all that a screen needs to show x_t at any t without asking again.
    """

    kind: ClassVar[str] = "prepare"
    has_run_folder: ClassVar[bool] = False


class Prompts(Spec):
    """Keep the embeddings of a file, so that their prompts need no text encoder."""

    kind: ClassVar[str] = "prompts"
    command: ClassVar[str] = "prompts import"
    summary: ClassVar[str] = "take embeddings that were computed elsewhere"
    positional: ClassVar[tuple[str, ...]] = ("file",)
    position: ClassVar[int] = 140
    has_run_folder: ClassVar[bool] = False

    file: str = param(
        ..., "safetensors file: a tensor (77, 4096) a prompt, by its name", min_length=1
    )


class Doctor(Spec):
    """Say what was found on this machine and, for what is not right, the line to type."""

    kind: ClassVar[str] = "doctor"
    command: ClassVar[str] = "doctor"
    summary: ClassVar[str] = "what was found on this machine, and what to do"
    position: ClassVar[int] = 150
    screen: ClassVar[str] = "doctor"
    has_run_folder: ClassVar[bool] = False

    model: str = param("tiny-if", "the cascade to look at", min_length=1)
    device: str = cascade.device_field()
    plan: cascade.Plan = cascade.plan_field()
    text_encoder: cascade.TextEncoder = cascade.text_encoder_field()
    precision: cascade.Precision = cascade.precision_field()
