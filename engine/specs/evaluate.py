"""What can be asked of the judge: how well a cascade obeys its prompts. Torch-free."""

from typing import ClassVar, Literal

from pydantic import field_validator

from engine.specs import common_fields
from engine.specs.base import param
from engine.specs.cascade import CascadeSpec
from engine.specs.samplers import SamplerName

FIGURES = "evaluation.json"
"""Beside the card: every figure that was measured."""


class Evaluate(CascadeSpec):
    """Measure a cascade with an independent judge, and write its model card."""

    kind: ClassVar[str] = "evaluate"
    command: ClassVar[str] = "forge evaluate"
    summary: ClassVar[str] = "measure a cascade, write its model card"
    positional: ClassVar[tuple[str, ...]] = ("folder",)
    position: ClassVar[int] = 100
    has_run_folder: ClassVar[bool] = False

    folder: str = param(
        ..., "art that examines: renderings that neither cascade nor judge learned from, from"
        " python -m engine.forge.emoji --held-out",
        min_length=1, long=True,
    )  # fmt: skip
    judge: str = param("judge", "folder of the judge's training, which is resumed", long=True)
    learn_from: str = param(
        "", "renderings that the judge learns from; empty: all but the last tenth of the folder",
        long=True,
    )  # fmt: skip
    out: str = param(
        "evaluated", "folder for the card, its pictures and evaluation.json", long=True
    )
    trained_on: str = param(
        "", "the cascade's own training pictures, to look for copies; empty: do not", long=True
    )
    part: Literal["all", "judge", "grid"] = param(
        "all", "what to do: only train the judge, only draw grid.png, or everything"
    )
    guidances: common_fields.Listed = param(
        (1.0, 3.0, 5.0, 7.0), "guidance scales at which every concept is drawn"
    )
    steps: int = param(20, "model calls in stage I", ge=1, le=common_fields.TRAIN_TIMESTEPS)
    sampler: SamplerName = common_fields.sampler("ddpm")
    stage2_steps: int = common_fields.stage2_steps("then")
    stage2_guidance: float = common_fields.stage2_guidance()
    noise_level: int = common_fields.noise_level()
    per_concept: int = param(1, "pictures of every concept at every guidance", ge=1, le=1000)
    per_label: int = param(40, "pictures of every colour and of every style", ge=1, le=10_000)
    enlarged: int = param(
        64, "of the concepts' pictures, how many stage II enlarges", ge=1, le=10**6
    )
    batch: int = param(32, "pictures drawn at once", ge=1, le=1024)
    judge_steps: int = param(2800, "steps of the training of the judge's heads", ge=1, le=10**8)
    judge_batch: int = param(128, "pictures a step for the judge", ge=2, le=65536)
    learning_rate: float = param(
        2e-3, "the judge's peak learning rate", gt=0, le=1, allow_inf_nan=False
    )
    precision: Literal["fp32", "bf16"] = param(
        "fp32", "of the judge's network; bf16 is about twice as fast where the CPU has it"
    )
    checkpoint_every: int = param(200, "steps between the judge's checkpoints", ge=1, le=10**8)
    resume: bool = param(
        True, "go on from the judge's newest checkpoint; false: refuse where one is"
    )
    threads: int = param(0, "CPU threads (0 = torch's choice)", ge=0, le=1024)

    @field_validator("guidances")
    @classmethod
    def _in_range(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        inside = all(0 <= g <= 100 for g in value)
        if not value or len(set(value)) < len(value) or not inside:
            raise ValueError("write different numbers from 0 to 100, such as 1,3,5,7")
        return value
