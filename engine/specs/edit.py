"""SDEdit: a picture is noised to some levels and sampled from there."""

from typing import Any, ClassVar

from pydantic import ValidationInfo, field_validator

from engine.specs import cascade, common_fields, from_image
from engine.specs.base import param
from engine.specs.cascade import Pictured
from engine.specs.from_image import Level
from engine.specs.samplers import SamplerName, steps_of


class Edit(Pictured):
    """Edit a picture by noising and sampling it (SDEdit, Meng et al. 2021, arXiv 2108.01073).

    Level i begins with noise of seed + i. Without a prompt of one's own it is the course's "a high
    quality photo"; with an empty one, and nothing to keep away from, guidance has no meaning and
    the model is asked unconditionally. Stage II enlarges the edits only where ``stage2`` names one:
    it costs more than the whole strip, and seldom are all levels wanted large.
    """

    kind: ClassVar[str] = "edit"
    command: ClassVar[str] = "edit"
    summary: ClassVar[str] = "edit a picture by noising and sampling it (SDEdit) at several levels"
    positional: ClassVar[tuple[str, ...]] = ("image",)
    position: ClassVar[int] = 30
    screen: ClassVar[str] = "edit"

    stage2: str = cascade.stage2_field("none", "to enlarge the edits: ")
    prompt: str = from_image.prompt()
    negative: str = common_fields.negative()
    guidance: float = common_fields.guidance(7.0)
    sampler: SamplerName = common_fields.sampler("course")
    stride: int = from_image.stride()
    steps: int | None = from_image.steps()
    timesteps: common_fields.Timesteps = common_fields.timesteps("stride")
    levels: tuple[Level, ...] = param(
        (1, 3, 5, 7, 10, 20), "where to begin: indices of the schedule, t690, or a strength: 0.7"
    )
    stage2_steps: int = common_fields.stage2_steps("steps II")
    stage2_guidance: float = common_fields.stage2_guidance()
    noise_level: int = common_fields.noise_level()
    keep_stage2: bool = common_fields.keep_stage2()

    @field_validator("levels", mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        return from_image.read_levels((value,) if isinstance(value, int | float) else value)

    @field_validator("levels")
    @classmethod
    def _within(cls, value: tuple[Level, ...], info: ValidationInfo) -> tuple[Level, ...]:
        last = _last_index(info.data)
        if not 1 <= len(value) <= 64:
            raise ValueError("name 1 to 64 levels, such as 1,3,5,7,10,20")
        wrong = next((v for v in value if isinstance(v, int) and last is not None and v > last), 0)
        if wrong:
            raise ValueError(f"{wrong} is past the end: the schedule's last index is {last}")
        return value

    def schedule(self) -> tuple[int, ...] | None:
        """The whole schedule of timesteps; None where ``steps`` leaves it to the model."""
        return from_image.schedule(self.timesteps, self.steps, self.stride)

    def starts(self) -> tuple[int, ...] | None:
        """The timestep at which each level begins; None where ``steps`` leaves it to the model."""
        timesteps = self.schedule()
        if timesteps is None:
            return None
        steps = steps_of(self.sampler, len(timesteps))
        chains = (from_image.chain_from(level, timesteps, steps) for level in self.levels)
        return tuple(chain[0] for chain in chains)

    def sample_titles(self) -> tuple[str, ...]:
        begins = self.starts()
        if begins is None:
            return tuple(map(str, self.levels))
        named = zip(self.levels, begins, strict=True)
        return tuple(
            f"t {t}" if str(level).startswith("t") else f"{level} · t {t}" for level, t in named
        )

    def title(self) -> str:
        return f"{self.picture_name()}: {self.prompt.strip() or '(unconditional)'}"


def _last_index(values: dict[str, Any]) -> int | None:
    """The schedule's last index; None where what decides it is itself wrong."""
    if not {"sampler", "stride", "steps", "timesteps"} <= values.keys():
        return None
    timesteps = from_image.schedule(values["timesteps"], values["steps"], values["stride"])
    if timesteps is None:  # a chain of so many steps has one timestep more where the last only ends
        return int(values["steps"]) - steps_of(values["sampler"], 1)
    return len(timesteps) - 1
