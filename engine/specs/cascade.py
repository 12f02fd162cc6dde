"""What every activity that runs a cascade asks for, and those that begin with a picture."""

from typing import Literal

from engine.specs import placing, shared
from engine.specs.base import Spec, ask

Fit = Literal["crop", "fit", "stretch"]


class CascadeSpec(Spec):
    """What every activity that runs a cascade asks for."""

    model: str = ask("tiny-if", "cascade folder, stage I folder, or hub id", min_length=1)
    stage2: str = ask(
        "auto",
        "stage II: auto (the one that belongs to stage I), none, a folder, or a hub id",
        label="stage II",
        choices=("auto", "none"),
        off_flag=("--no-stage2", "none"),
        min_length=1,
    )
    device: str = placing.device()
    plan: placing.Plan = placing.plan()
    text_encoder: placing.TextEncoder = placing.text_encoder()
    precision: placing.Precision = placing.precision()
    compile: bool = placing.compiled()
    seed: int = shared.seed("sample i uses seed + i")


class Pictured(CascadeSpec):
    """An activity that begins with a picture, brought to the side of stage I's."""

    image: str = ask(
        ...,
        "file, http(s) address, run:NAME, tower, cat or truck",
        min_length=1,
        max_length=2000,
        long=True,
    )
    fit: Fit = ask("crop", "how a picture that is not square becomes one")

    def picture_name(self) -> str:
        """The picture in a word or two, for lists."""
        path = self.image.strip().partition("?")[0].rstrip("/")
        return path.rpartition("/")[2] or self.image
