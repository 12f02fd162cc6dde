"""What can be asked of the training of digit models. Torch-free."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import model_validator

from engine.specs import common_fields
from engine.specs.base import Spec, param

SOURCES = ("mnist", "bundled", "fashion")
SOURCE_SETTINGS: dict[tuple[str, str], dict[str, Any]] = {
    ("denoiser", "ddpm"): {"hidden": 128, "epochs": 5, "batch": 256, "learning_rate": 1e-4},
    ("conditioned", "ddpm"): {"hidden": 64, "epochs": 20, "batch": 128, "learning_rate": 1e-3},
    ("conditioned", "flow"): {"hidden": 64, "epochs": 10, "batch": 64, "learning_rate": 1e-2},
}
"""What the course trains each model with; a field that is left empty gets this."""


class Train(Spec):
    """Train a digit model: a one-step denoiser, or a UNet conditioned on time, or on class too.

    DDPM as Ho et al. 2020 (arXiv 2006.11239), flow matching as Lipman et al. 2022 (arXiv
    2210.02747), guidance as Ho & Salimans 2022 (arXiv 2207.12598). Fields that are left empty, or
    are None, become the course's own for that model and objective: a spec has no gaps.
    """

    kind: ClassVar[str] = "train"
    command: ClassVar[str] = "train"
    summary: ClassVar[str] = "train a digit model: denoiser, time or class"
    positional: ClassVar[tuple[str, ...]] = ("model",)
    position: ClassVar[int] = 80
    screen: ClassVar[str] = "digits"
    resumable: ClassVar[bool] = True
    locked_on_resume: ClassVar[tuple[str, ...]] = (
        "model", "objective", "hidden", "batch", "limit", "noise", "timesteps", "drop", "seed",
    )  # fmt: skip

    model: Literal["denoiser", "time", "class"] = param(
        ..., "what to train: a one-step denoiser, or a model of time, or of time and class"
    )
    objective: Literal["ddpm", "flow"] = param(
        "ddpm", "what time and class models learn: the noise (ddpm), or the way to it (flow)"
    )
    data: str = param(
        "mnist", "mnist (60,000), bundled (9,000 of them), fashion, or a folder in IDX form",
        choices=SOURCES, min_length=1, max_length=2000,
    )  # fmt: skip
    limit: int = param(0, "train on the first so many pictures only; 0 all", ge=0, le=10**7)
    hidden: int = param(
        None, "width D of the network; empty: the course's, 128 for the denoiser, else 64",
        ge=1, le=1024,
    )  # fmt: skip
    epochs: int = param(
        None, "times that all pictures are seen; empty: the course's, 5, 20, or 10 for flow",
        ge=1, le=10**5,
    )  # fmt: skip
    batch: int = param(
        None, "pictures a step; empty: the course's, 256, 128, or 64 for flow", ge=1, le=65536
    )
    learning_rate: float = param(
        None, "at the start; empty: the course's, 1e-4, 1e-3, or 1e-2 for flow; all but the"
        " denoiser's falls to a tenth", gt=0, le=1, allow_inf_nan=False, label="rate",
        aliases=("--lr",),
    )  # fmt: skip
    noise: float = param(
        0.5, "σ of the noise that the denoiser takes away", gt=0, le=100, allow_inf_nan=False,
        label="noise σ",
    )  # fmt: skip
    timesteps: int = param(300, "T of ddpm", ge=2, le=10_000, unit="t")
    drop: float = param(
        0.1, "share of pictures whose class is not told", ge=0, le=1, allow_inf_nan=False
    )
    guidance: float = param(
        None, "scale at which classes are drawn after an epoch; empty: 3, or 5 for flow",
        ge=0, le=common_fields.MAX_GUIDANCE, allow_inf_nan=False, step=0.5,
    )  # fmt: skip
    sample_every: int = param(
        1, "epochs between samples, which cost model calls", ge=1, le=10**5, label="draws every"
    )
    sample_steps: int = param(
        None, "model calls of a sample; empty: the course's, T, or for flow 50 (time), 300 (class)",
        ge=1, le=10_000, label="draw steps",
    )  # fmt: skip
    look_steps: int = param(
        50, "model calls of the samples after an epoch, where those are fewer", ge=2, le=10_000
    )
    ema: float = param(
        0.0, "decay of the average of weights that draws the samples; 0: the weights themselves",
        ge=0, lt=1, allow_inf_nan=False, hidden=True,
    )  # fmt: skip
    precision: Literal["auto", "fp32", "bf16"] = param(
        "auto", "of the network's products; auto: bf16 where the device has it, fp32 elsewhere"
    )
    compile: bool = param(
        False, "let torch.compile translate the network first, which takes minutes", hidden=True
    )
    checkpoint_every: int = param(
        200, "steps between checkpoints", ge=1, le=10**8, label="saves every"
    )
    minutes: float = param(
        0.0, "stop after this time (0 = no limit); resume goes on", ge=0, le=10**6, unit="min",
        allow_inf_nan=False,
    )  # fmt: skip
    tensorboard: bool = common_fields.tensorboard()
    out: str = param("", "run folder; empty: a new one", long=True, hidden=True)
    resume: str = param("", "run folder of a training to go on with", long=True, hidden=True)
    device: str = param("auto", "auto, cpu, cuda, cuda:1, mps", hidden=True, min_length=1)
    threads: int = param(0, "CPU threads (0 = torch's choice)", ge=0, le=1024, hidden=True)
    seed: int = common_fields.seed("of weights, data order and noise")

    def home(self) -> str:
        return self.resume or self.out

    def title(self) -> str:
        how = "" if self.model == "denoiser" else f" {self.objective}"
        return f"{self.model}{how} D {self.hidden}, {self.data}"

    @property
    def decays(self) -> bool:
        """Whether the rate falls, by 0.1^(1/epochs) after each epoch."""
        return self.model != "denoiser"

    @property
    def network(self) -> dict[str, Any]:
        """The arguments of the ``DigitUNet`` to train."""
        timed, classes = self.model != "denoiser", 10 * (self.model == "class")
        flow = timed and self.objective == "flow"
        return {"hidden": self.hidden, "timed": timed, "classes": classes, "flow": flow}

    @model_validator(mode="before")
    @classmethod
    def _whole(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        fields = {name: value for name, value in given.items() if value is not None and value != ""}
        return {**_course(fields), **fields}

    @model_validator(mode="after")
    def _fitting(self) -> "Train":
        if self.model == "denoiser" and self.objective == "flow":
            raise ValueError("the denoiser has an objective of its own: leave --objective out")
        if self.resume and self.out and self.resume != self.out:
            raise ValueError("resume goes on in the run's own folder: leave out out")
        if self.objective == "ddpm" and self.sample_steps > self.timesteps:
            raise ValueError(
                f"sample steps: a schedule of {self.timesteps} timesteps has no {self.sample_steps}"
            )
        return self


def _course(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The course's values of the fields that differ from model to model."""
    flow = fields.get("objective") == "flow"
    kind = "denoiser" if fields.get("model") == "denoiser" else "conditioned"
    how = "flow" if flow and kind == "conditioned" else "ddpm"
    steps = (50 if fields.get("model") == "time" else 300) if flow else fields.get("timesteps", 300)
    return {
        **SOURCE_SETTINGS[kind, how], "guidance": 5.0 if flow else 3.0, "sample_steps": steps,
    }  # fmt: skip
