"""How a cascade is put on the machine: fields that every request which opens one has."""

from collections.abc import Mapping
from typing import Any, Literal

from engine.specs.base import Spec, param

Plan = Literal["auto", "resident", "sequential", "offload"]
TextEncoder = Literal["auto", "bf16", "int8", "cpu", "cached"]
Precision = Literal["auto", "fp32", "fp16", "bf16"]


def placed(spec: Spec, ways: Mapping[str, Any]) -> Spec:
    """The request with the program's own ways, where it has such fields and leaves them open."""
    fields = type(spec).model_fields
    open_ = {n: v for n, v in ways.items() if n in fields and getattr(spec, n) == fields[n].default}
    return spec.model_copy(update=open_)


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
