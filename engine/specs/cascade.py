"""What every activity that runs a cascade asks for, and those that begin with a picture."""

from typing import ClassVar, Literal

from engine.specs import cascade_fields, common_fields
from engine.specs.base import Spec, param

Fit = Literal["crop", "fit", "stretch"]


class CascadeSpec(Spec):
    """What every activity that runs a cascade asks for."""

    form_last: ClassVar[tuple[str, ...]] = cascade_fields.NAMES

    model: str = cascade_fields.model()
    stage2: str = cascade_fields.stage2()
    device: str = cascade_fields.device()
    plan: cascade_fields.Plan = cascade_fields.plan()
    text_encoder: cascade_fields.TextEncoder = cascade_fields.text_encoder()
    precision: cascade_fields.Precision = cascade_fields.precision()
    compile: bool = cascade_fields.compiled()
    seed: int = common_fields.seed("sample i uses seed + i")


class Pictured(Spec):
    """A cascade's activity that begins with a picture, brought to the side of stage I's."""

    form_last: ClassVar[tuple[str, ...]] = cascade_fields.NAMES

    model: str = cascade_fields.model()
    stage2: str = cascade_fields.stage2()
    device: str = cascade_fields.device()
    plan: cascade_fields.Plan = cascade_fields.plan()
    text_encoder: cascade_fields.TextEncoder = cascade_fields.text_encoder()
    precision: cascade_fields.Precision = cascade_fields.precision()
    compile: bool = cascade_fields.compiled()
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
