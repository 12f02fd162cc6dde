"""What every activity that runs a cascade asks for, and those that begin with a picture."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from engine.specs import common_fields
from engine.specs.base import Spec, param

Plan = Literal["auto", "resident", "sequential", "offload"]
TextEncoder = Literal["auto", "bf16", "int8", "cpu", "cached"]
Precision = Literal["auto", "fp32", "fp16", "bf16"]
NAMES = ("model", "stage2", "device", "plan", "text_encoder", "precision", "compile", "seed")
"""Those of every activity that runs a cascade; a form has them last."""


def model_field(text: str = "cascade folder, stage I folder, or hub id") -> Any:
    """Which cascade."""
    return param("tiny-if", text, min_length=1)


def stage2_field(default: str = "auto", purpose: str = "stage II: ") -> Any:
    """Whether, and with what, stage I's pictures are enlarged."""
    return param(
        default,
        f"{purpose}auto (the one that belongs to stage I), none, a folder, or a hub id",
        label="stage II",
        choices=("auto", "none"),
        off_flag=("--no-stage2", "none"),
        min_length=1,
    )


def device_field() -> Any:
    """Which device, or several."""
    return param("auto", "auto, cpu, cuda, cuda:1, cuda:0,cuda:1, mps", hidden=True, min_length=1)


def plan_field() -> Any:
    """The memory plan."""
    return param(
        "auto",
        "which parts are on the device at once: all of the UNets, one at a time, a layer at a time",
        hidden=True,
    )


def text_encoder_field() -> Any:
    """How prompts are read."""
    return param("auto", "how prompts are read; cached takes only those kept before", hidden=True)


def precision_field() -> Any:
    """What the UNets compute in."""
    return param("auto", "of the UNets; auto is fp16 on CUDA, fp32 elsewhere", hidden=True)


def compiled_field() -> Any:
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


Fit = Literal["crop", "fit", "stretch"]


class CascadeSpec(Spec):
    """What every activity that runs a cascade asks for."""

    form_last: ClassVar[tuple[str, ...]] = NAMES

    model: str = model_field()
    stage2: str = stage2_field()
    device: str = device_field()
    plan: Plan = plan_field()
    text_encoder: TextEncoder = text_encoder_field()
    precision: Precision = precision_field()
    compile: bool = compiled_field()
    seed: int = common_fields.seed("sample i uses seed + i")


class Pictured(Spec):
    """A cascade's activity that begins with a picture, brought to the side of stage I's."""

    form_last: ClassVar[tuple[str, ...]] = NAMES

    model: str = model_field()
    stage2: str = stage2_field()
    device: str = device_field()
    plan: Plan = plan_field()
    text_encoder: TextEncoder = text_encoder_field()
    precision: Precision = precision_field()
    compile: bool = compiled_field()
    seed: int = common_fields.seed("sample i uses seed + i")
    image: str = param(
        ...,
        "file, http(s) address, run:NAME, tower, cat or truck",
        min_length=1,
        max_length=2000,
        long=True,
    )
    fit: Fit = param("crop", "how a picture that is not square becomes one")

    def picture_name(self) -> str:
        """The picture in a word or two, for lists."""
        path = self.image.strip().partition("?")[0].rstrip("/")
        return path.rpartition("/")[2] or self.image
