"""SDEdit: a picture is noised to some levels and sampled from there."""

from typing import Any, ClassVar

from pydantic import ValidationInfo, field_validator

from engine.specs import common_fields
from engine.specs import noise_levels as levels
from engine.specs.base import param
from engine.specs.from_image import Noised, strided
from engine.specs.noise_levels import Level


class Edit(Noised):
    """Edit a picture by noising and sampling it (SDEdit, Meng et al. 2021, arXiv 2108.01073).

    Level i begins with noise of seed + i. Without a prompt of one's own it is the course's "a high
    quality photo"; with an empty one, and nothing to keep away from, guidance has no meaning and
    the model is asked unconditionally. Stage II enlarges the edits only where ``stage2`` names one:
    it costs more than the whole strip, and seldom are all levels wanted large.
    """

    kind: ClassVar[str] = "edit"

    stage2: str = param(
        "none",
        "to enlarge the edits: auto (the one that belongs to stage I), none, a folder, or a hub id",
        label="stage II",
        choices=("auto", "none"),
        off_flag=("--no-stage2", "none"),
        min_length=1,
    )
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
        return levels.read((value,) if isinstance(value, int | float) else value)

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

    def starts(self) -> tuple[int, ...] | None:
        """The timestep at which each level begins; None where ``steps`` leaves it to the model."""
        whole = self.schedule()
        if whole is None:
            return None
        steps = len(whole) - (1 if self.sampler == "course" else 0)
        return tuple(levels.chain_from(level, whole, steps)[0] for level in self.levels)

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


def _last_index(said: dict[str, Any]) -> int | None:
    """The schedule's last index; None where what decides it is itself wrong."""
    if not {"sampler", "stride", "steps", "timesteps"} <= said.keys():
        return None
    if said["timesteps"]:
        return len(said["timesteps"]) - 1
    if said["steps"] is not None:
        return int(said["steps"]) - (0 if said["sampler"] == "course" else 1)
    return len(strided(said["stride"])) - 1
