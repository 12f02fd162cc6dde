"""What can be asked of a trained digit model. Torch-free."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from pydantic import field_validator, model_validator

from engine.specs import common_fields
from engine.specs.base import Spec, param

CLASSES = 10
SIGMAS = (0.0, 0.2, 0.4, 0.5, 0.6, 0.8, 1.0)
"""The noise levels of the out-of-distribution test, in the course and here."""
MAX_PICTURES = 64
"""Pictures in one run."""
FIGURES, SHEET = "evaluation.json", "evaluation.png"
"""In the folder of a training: what an evaluation measured, and a page of it."""
OUTSIDE, OUTSIDE_SHEET = "ood.json", "ood.png"
"""The same of the out-of-distribution test."""


def judge_name(figures: Mapping[str, Any]) -> str:
    """Which judge an evaluation's figures are by: "judge 1a2b3c4d", of its weights' SHA-256.

    Figures of two judges are not to be compared. Empty where the figures name none.
    """
    return f"judge {figures['judge']['sha256'][:8]}" if "judge" in figures else ""


class DigitSpec(Spec):
    """A training of digits, and which of its checkpoints is meant."""

    form_last: ClassVar[tuple[str, ...]] = ("training", "epoch", "at_step", "device", "seed")

    training: str = param(..., "the training: its run by name or folder", min_length=1, long=True)
    epoch: int = param(0, "checkpoint after this epoch; 0 the newest", ge=0, le=10**5, hidden=True)
    at_step: int = param(0, "checkpoint after this step; 0 the newest", ge=0, le=10**9, hidden=True)
    device: str = param("auto", "auto, cpu, cuda, cuda:1, mps", hidden=True, min_length=1)
    seed: int = common_fields.seed("sample i uses seed + i")

    @model_validator(mode="after")
    def _one_checkpoint(self) -> "DigitSpec":
        if self.epoch and self.at_step:
            raise ValueError("epoch and step both name a checkpoint: leave one out")
        return self

    def name_of_training(self) -> str:
        """The training's run in a word."""
        return Path(self.training).name


class DigitSample(DigitSpec):
    """Draw digits with a trained model: a row of samples for each digit, on the same seeds.

    Without `digits` samples have no class: what a model of time draws, or a model of class with
    guidance 0.
    """

    kind: ClassVar[str] = "digit_sample"
    command: ClassVar[str] = "digits sample"
    summary: ClassVar[str] = "draw digits, every step kept"
    positional: ClassVar[tuple[str, ...]] = ("training",)
    position: ClassVar[int] = 110
    screen: ClassVar[str] = "digits"

    digits: tuple[int, ...] = param(
        (), "which: 3, or 0,1,2, or all; empty: no class", choices=("all", "0,1,2", "3")
    )
    count: int = param(4, "samples of each digit", label="samples", ge=1, le=MAX_PICTURES, step=1)
    guidance: float = common_fields.guidance(3.0)
    steps: int = param(0, "model calls; 0 the training's sample steps", ge=0, le=10_000)

    @field_validator("digits", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return _digits(value)
        return (value,) if isinstance(value, int) else value

    @field_validator("digits")
    @classmethod
    def _known(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        wrong = next((d for d in value if not 0 <= d < CLASSES), None)
        if wrong is not None:
            raise ValueError(f"{wrong} is no digit: write digits from 0 to 9, or all")
        if len(set(value)) < len(value):
            raise ValueError(f"{next(d for d in value if value.count(d) > 1)} is there twice")
        return value

    @model_validator(mode="after")
    def _few_enough(self) -> "DigitSample":
        if self.pictures > MAX_PICTURES:
            raise ValueError(
                f"count: {len(self.digits)} digits of {self.count} samples are {self.pictures}"
                f" pictures; {MAX_PICTURES} at most"
            )
        return self

    @property
    def pictures(self) -> int:
        """How many are drawn."""
        return max(1, len(self.digits)) * self.count

    def sample_titles(self) -> tuple[str, ...]:
        return tuple(str(digit) for digit in self.digits for _ in range(self.count))

    def sample_columns(self) -> int:
        return self.count if len(self.digits) > 1 and self.count > 1 else 0

    def title(self) -> str:
        which = "all digits" if len(self.digits) == CLASSES else ", ".join(map(str, self.digits))
        return f"{which or 'digits'} of {self.name_of_training()}"


class DigitEvaluate(DigitSpec):
    """Measure a trained digit model with a judge that it never met, and write what was found.

    Classes: accuracy by digit and guidance; samples: Fréchet distance in the judge's features and
    class entropy; a denoiser: PSNR at several σ; and the curve of these over the epochs.
    """

    kind: ClassVar[str] = "digit_evaluate"
    command: ClassVar[str] = "digits evaluate"
    summary: ClassVar[str] = "accuracy, Fréchet distance, entropy or PSNR, by a judge"
    positional: ClassVar[tuple[str, ...]] = ("training",)
    position: ClassVar[int] = 120
    has_run_folder: ClassVar[bool] = False

    guidances: common_fields.Scales = param(
        (1.0, 3.0, 5.0), "guidance scales to draw every digit at"
    )
    count: int = param(10, "samples of each digit at each scale", ge=1, le=1000)
    steps: int = param(0, "model calls; 0 the training's sample steps", ge=0, le=10_000)
    batch: int = param(50, "pictures drawn at once", ge=1, le=10_000)
    curve: bool = param(True, "also judge what was drawn after each epoch")

    @property
    def scales(self) -> tuple[float, ...]:
        """The guidance scales, each once; that of a model as it is where none is named."""
        return tuple(dict.fromkeys(self.guidances or (1.0,)))

    def title(self) -> str:
        return f"evaluation of {self.name_of_training()}"


class DigitOod(DigitSpec):
    """The denoiser on noise that it never learned from: test digits at each σ, and pure noise."""

    kind: ClassVar[str] = "digit_ood"
    command: ClassVar[str] = "digits ood"
    summary: ClassVar[str] = "the denoiser on noise that it never learned from"
    positional: ClassVar[tuple[str, ...]] = ("training",)
    position: ClassVar[int] = 130
    has_run_folder: ClassVar[bool] = False

    sigmas: common_fields.Listed = param(SIGMAS, "σ of the noise that is added")
    count: int = param(10, "test digits, one of each digit in turn", ge=1, le=MAX_PICTURES)

    @field_validator("sigmas")
    @classmethod
    def _spreads(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if not 1 <= len(value) <= 20 or not all(0 <= sigma <= 100 for sigma in value):
            raise ValueError("write 1 to 20 numbers from 0 to 100, such as 0,0.2,0.5,1")
        return value

    def title(self) -> str:
        return f"out of distribution: {self.name_of_training()}"


def _digits(text: str) -> tuple[int, ...]:
    """The digits of a text: "all", "0,1,2", or nothing."""
    stripped = text.strip()
    if stripped in ("", "all"):
        return tuple(range(CLASSES)) if stripped else ()
    try:
        return tuple(int(part) for part in stripped.split(","))
    except ValueError:
        raise ValueError("write digits such as 3 or 0,1,2, or all") from None
