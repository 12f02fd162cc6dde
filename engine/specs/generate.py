"""Text to image with a cascade: stage I draws, stage II enlarges."""

from typing import Any, ClassVar

from pydantic import model_validator

from engine.specs import common_fields
from engine.specs.base import param
from engine.specs.cascade import CascadeSpec
from engine.specs.common_fields import MAX_PICTURES, TRAIN_TIMESTEPS
from engine.specs.samplers import SamplerName


class Generate(CascadeSpec):
    """Draw pictures from a prompt (DeepFloyd IF: Saharia et al. 2022, arXiv 2205.11487)."""

    kind: ClassVar[str] = "generate"
    command: ClassVar[str] = "generate"
    summary: ClassVar[str] = "text to image, both stages"
    positional: ClassVar[tuple[str, ...]] = ("prompt",)
    position: ClassVar[int] = 10
    screen: ClassVar[str] = "generate"

    timesteps: common_fields.Timesteps = common_fields.timesteps("steps")
    start_from: common_fields.StartFrom = common_fields.start_from()
    start_sample: int | None = common_fields.start_sample()
    prompt: str = param(..., "what to draw", max_length=2000, long=True)
    negative: str = common_fields.negative()
    steps: int = param(20, "model calls in stage I", ge=1, le=TRAIN_TIMESTEPS, step=1)
    stage2_steps: int = common_fields.stage2_steps("then")
    guidance: float = common_fields.guidance(7.0)
    guidances: common_fields.Scales = param(
        None, "a row of samples for each of these scales, on the same seeds", label="or scales",
        choices=("0,1,3,5,7,10,15",),
    )  # fmt: skip
    stage2_guidance: float = common_fields.stage2_guidance()
    sampler: SamplerName = common_fields.sampler("ddpm")
    count: int = param(1, "pictures at once", label="samples", ge=1, le=MAX_PICTURES, step=1)
    best_of: common_fields.BestOf = common_fields.best_of()
    noise_level: int = common_fields.noise_level()
    keep_stage2: bool = common_fields.keep_stage2()

    @model_validator(mode="after")
    def _something_to_draw(self) -> "Generate":
        if not self.prompt.strip() and any(scale != 0 for scale in self.scales):
            raise ValueError(
                "the prompt is empty: write what to draw, or set guidance 0 for an unconditional"
                " picture"
            )
        return self

    @model_validator(mode="after")
    def _few_enough(self) -> "Generate":
        if self.pictures > MAX_PICTURES:
            raise ValueError(
                f"guidances: {len(self.scales)} rows of {self.count} samples are"
                f" {self.pictures} pictures; {MAX_PICTURES} at most"
            )
        return self

    @property
    def scales(self) -> tuple[float, ...]:
        """The guidance scale of each row of samples."""
        return self.guidances or (self.guidance,)

    @property
    def pictures(self) -> int:
        """How many are drawn: ``count`` for each scale, or ``best_of``."""
        return len(self.scales) * max(self.count, self.best_of)

    def parent(self) -> tuple[str, int] | None:
        """The run and the step that this one branches from."""
        return common_fields.parent(self.start_from)

    def alone(self, sample: int) -> dict[str, Any]:
        """The fields with which one of several samples is drawn by itself."""
        row, column = divmod(sample, self.pictures // len(self.scales))
        fields = {"count": 1, "best_of": 1, "seed": self.seed + column, "guidances": None}
        return fields | {"guidance": self.scales[row]}

    def sample_titles(self) -> tuple[str, ...]:
        if self.guidances is None:
            return ()
        return tuple(f"γ {scale:g}" for scale in self.scales for _ in range(self.count))

    def sample_columns(self) -> int:
        return self.count if self.guidances and self.count > 1 else 0

    def title(self) -> str:
        return self.prompt.strip() or "(unconditional)"
