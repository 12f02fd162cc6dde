"""What every activity that runs a cascade asks for, and those that begin with a picture."""

from typing import Literal

from engine.specs import common_fields, device_fields
from engine.specs.base import Spec, param

Fit = Literal["crop", "fit", "stretch"]


class CascadeSpec(Spec):
    """What every activity that runs a cascade asks for."""

    model: str = param("tiny-if", "cascade folder, stage I folder, or hub id", min_length=1)
    stage2: str = param(
        "auto",
        "stage II: auto (the one that belongs to stage I), none, a folder, or a hub id",
        label="stage II",
        choices=("auto", "none"),
        off_flag=("--no-stage2", "none"),
        min_length=1,
    )
    device: str = device_fields.device()
    plan: device_fields.Plan = device_fields.plan()
    text_encoder: device_fields.TextEncoder = device_fields.text_encoder()
    precision: device_fields.Precision = device_fields.precision()
    compile: bool = device_fields.compiled()
    seed: int = common_fields.seed("sample i uses seed + i")


class Pictured(CascadeSpec):
    """An activity that begins with a picture, brought to the side of stage I's."""

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
