"""What can be asked of a trained forge's EMA: its length. Torch-free."""

import math
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import field_validator

from engine.specs import common_fields
from engine.specs.base import Spec, param

LEAST, MOST = 0.01, 0.28
"""Relative widths that can be reconstructed: below, snapshots are too far apart; above, γ is 0."""
EXPONENTIAL = "exponential"
"""The EMA that every training has, exported where no length was chosen."""
FIGURES = "ema.json"
"""In the folder of a part: the errors of every length that was measured, and the one chosen."""


class EmaLength(Spec):
    """Choose the EMA length of a trained forge post hoc, and export its cascade with it.

    Each length is reconstructed from the snapshots of the training (EDM2) and measured by the error
    of ε̂ on held-out pictures; by default the one with the smallest error is exported.
    """

    kind: ClassVar[str] = "ema"
    command: ClassVar[str] = "forge ema"
    summary: ClassVar[str] = "choose the EMA length after training, export the cascade with it"
    positional: ClassVar[tuple[str, ...]] = ("training", "folder")
    position: ClassVar[int] = 95
    has_run_folder: ClassVar[bool] = False

    training: str = param(..., "forge run, by name or folder", min_length=1, long=True)
    folder: str = param(
        ..., "held-out renderings, from python -m engine.forge.emoji --held-out",
        min_length=1, long=True,
    )  # fmt: skip
    part: Literal["all", "stage1", "stage2"] = param("all", "stages to choose the EMA length of")
    sigma_rel: common_fields.Listed = param(
        (0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25),
        f"EMA lengths to measure, as relative widths σ_rel from {LEAST} to {MOST}",
    )
    export: str = param(
        "best", "EMA to export: best (smallest error of ε̂), exponential, a relative width, or none"
        " (only measure)", min_length=1,
    )  # fmt: skip
    pictures: int = param(64, "held-out pictures to measure on", ge=1, le=10_000)
    noise_level: int = common_fields.noise_level()
    device: str = param("auto", "auto, cpu, cuda, cuda:1, mps", min_length=1)
    threads: int = param(0, "CPU threads (0 = torch's choice)", ge=0, le=1024)
    seed: int = common_fields.seed("seed of the noise, the same for every length")

    def title(self) -> str:
        return f"EMA of {Path(self.training).name}"

    def widths(self) -> tuple[float, ...]:
        """Those to measure, the one to export among them."""
        chosen = () if self.export in ("best", EXPONENTIAL, "none") else (float(self.export),)
        return tuple(sorted({*self.sigma_rel, *chosen}))

    @field_validator("sigma_rel")
    @classmethod
    def _in_range(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if not value or len(set(value)) < len(value) or not all(map(_is_width, value)):
            raise ValueError(f"write different numbers from {LEAST} to {MOST}, such as 0.05,0.1")
        return value

    @field_validator("export")
    @classmethod
    def _available(cls, value: str) -> str:
        if value not in ("best", EXPONENTIAL, "none") and not _is_width(value):
            raise ValueError(f"write best, exponential, none, or a number from {LEAST} to {MOST}")
        return value


def _is_width(value: str | float) -> bool:
    try:
        width = float(value)
    except ValueError:
        return False
    return math.isfinite(width) and LEAST <= width <= MOST
