"""Requests that leave no run: open a model, read a picture for it, look at the machine."""

from typing import ClassVar

from engine.specs import device_fields
from engine.specs.base import Spec, param
from engine.specs.cascade import Pictured


class Open(Spec):
    """Load a cascade so that the next request starts at once."""

    kind: ClassVar[str] = "open"
    has_run_folder: ClassVar[bool] = False

    model: str = param("tiny-if", "cascade folder, stage I folder, or hub id", min_length=1)
    stage2: str = param("auto", "stage II: auto, none, a folder, or a hub id", min_length=1)
    device: str = device_fields.device()
    plan: device_fields.Plan = device_fields.plan()
    text_encoder: device_fields.TextEncoder = device_fields.text_encoder()
    precision: device_fields.Precision = device_fields.precision()
    compile: bool = device_fields.compiled()


class Prepare(Pictured):
    """Read a picture as a model takes it, with the noise of ``seed`` and the model's schedule.

    The answer is all that a screen needs to show x_t at any t without asking again.
    """

    kind: ClassVar[str] = "prepare"
    has_run_folder: ClassVar[bool] = False


class Prompts(Spec):
    """Keep the embeddings of a file, so that their prompts need no text encoder."""

    kind: ClassVar[str] = "prompts"
    has_run_folder: ClassVar[bool] = False

    file: str = param(
        ..., "safetensors file: a tensor (77, 4096) a prompt, by its name", min_length=1
    )


class Doctor(Spec):
    """Say what was found on this machine and, for what is not right, the line to type."""

    kind: ClassVar[str] = "doctor"
    has_run_folder: ClassVar[bool] = False

    model: str = param("tiny-if", "the cascade to look at", min_length=1)
    device: str = device_fields.device()
    plan: device_fields.Plan = device_fields.plan()
    text_encoder: device_fields.TextEncoder = device_fields.text_encoder()
    precision: device_fields.Precision = device_fields.precision()
