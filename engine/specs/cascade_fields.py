"""The cascade of a request, and how it is put on the machine: fields of all that open one."""

from collections.abc import Mapping
from typing import Any, Literal

from engine.specs.base import Spec, param

Plan = Literal["auto", "resident", "sequential", "offload"]
TextEncoder = Literal["auto", "bf16", "int8", "cpu", "cached"]
Precision = Literal["auto", "fp32", "fp16", "bf16"]
NAMES = ("model", "stage2", "device", "plan", "text_encoder", "precision", "compile", "seed")
"""Those of every activity that runs a cascade; a form has them last."""


def model(text: str = "cascade folder, stage I folder, or hub id") -> Any:
    """Which cascade."""
    return param("tiny-if", text, min_length=1)


def stage2(default: str = "auto", purpose: str = "stage II: ") -> Any:
    """Whether, and with what, stage I's pictures are enlarged."""
    return param(
        default,
        f"{purpose}auto (the one that belongs to stage I), none, a folder, or a hub id",
        label="stage II",
        choices=("auto", "none"),
        off_flag=("--no-stage2", "none"),
        min_length=1,
    )


def device() -> Any:
    """Which device, or several."""
    return param("auto", "auto, cpu, cuda, cuda:1, cuda:0,cuda:1, mps", hidden=True, min_length=1)


def plan() -> Any:
    """The memory plan."""
    return param(
        "auto",
        "which parts are on the device at once: all of the UNets, one at a time, a layer at a time",
        hidden=True,
    )


def text_encoder() -> Any:
    """How prompts are read."""
    return param("auto", "how prompts are read; cached takes only those kept before", hidden=True)


def precision() -> Any:
    """What the UNets compute in."""
    return param("auto", "of the UNets; auto is fp16 on CUDA, fp32 elsewhere", hidden=True)


def compiled() -> Any:
    """Whether the UNets are compiled."""
    return param(False, "compile the UNets first (torch.compile): slow to begin", hidden=True)


def placed(spec: Spec, program: Mapping[str, Any]) -> Spec:
    """The request with the program's own choices, where it has such fields and leaves them open."""
    fields = type(spec).model_fields
    left_open = {
        name: value
        for name, value in program.items()
        if name in fields and getattr(spec, name) == fields[name].default
    }
    return spec.model_copy(update=left_open)
