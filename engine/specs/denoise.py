"""A picture under noise, and every way back to it: blur, one step, many steps."""

from typing import Any, ClassVar

from pydantic import field_validator

from engine.specs import common_fields, from_image
from engine.specs.base import param
from engine.specs.cascade import Pictured
from engine.specs.samplers import SamplerName


class Denoise(Pictured):
    """Noise a picture to some timesteps and denoise it in every way, with measures of each.

    All timesteps see the same noise: that of ``seed``. Guidance is off (1) unless asked for: the
    picture that is there is wanted back, not one that shows more of the prompt.
    """

    kind: ClassVar[str] = "denoise"
    command: ClassVar[str] = "denoise"
    summary: ClassVar[str] = "noise a picture and denoise it in every way, with measures"
    positional: ClassVar[tuple[str, ...]] = ("image",)
    position: ClassVar[int] = 20
    screen: ClassVar[str] = "denoise"

    stage2: str = param("none", "not needed here", hidden=True, off_flag=("--no-stage2", "none"))
    seed: int = common_fields.seed("the noise, the same at every timestep")
    prompt: str = from_image.prompt()
    negative: str = common_fields.negative()
    guidance: float = common_fields.guidance(1.0)
    sampler: SamplerName = common_fields.sampler("course")
    stride: int = from_image.stride()
    steps: int | None = from_image.steps()
    timesteps: common_fields.Timesteps = common_fields.timesteps("stride")
    t: tuple[int, ...] = param((250, 500, 750), "timesteps to noise the picture to", unit="t")
    kernel: int = param(5, "window of the Gaussian blur, odd", ge=1, le=99, unit="px", step=2)
    sigma: float = param(
        2.0, "spread of the Gaussian blur", ge=0.1, le=50, unit="px", allow_inf_nan=False, step=0.1
    )

    @field_validator("t", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return common_fields.integers((value,) if isinstance(value, int) else value, "250,500,750")

    @field_validator("t")
    @classmethod
    def _timesteps(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if not value:
            raise ValueError("name at least one timestep, such as 250,500,750")
        wrong = next((t for t in value if not 0 <= t < common_fields.TRAIN_TIMESTEPS), None)
        if wrong is not None:
            raise ValueError(f"{wrong} is no timestep: write integers from 0 to 999")
        if len(set(value)) < len(value):
            raise ValueError(f"{next(t for t in value if value.count(t) > 1)} is there twice")
        return value

    @field_validator("kernel")
    @classmethod
    def _odd(cls, value: int) -> int:
        if value % 2 == 0:
            raise ValueError(f"must be odd, such as {value + 1}, so that it has a middle")
        return value

    def schedule(self) -> tuple[int, ...] | None:
        """The whole schedule of timesteps; None where ``steps`` leaves it to the model."""
        return from_image.schedule(self.timesteps, self.steps, self.stride)

    def sample_titles(self) -> tuple[str, ...]:
        return tuple(f"t {t}" for t in self.t)

    def title(self) -> str:
        return f"{self.picture_name()} at t = {', '.join(map(str, self.t))}"
