"""What can be asked of the forge: a small cascade from captioned pictures. Torch-free."""

from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import field_validator, model_validator

from engine.specs.base import Spec, ask


class Forge(Spec):
    """Train a small IF-format cascade on a folder of captioned pictures."""

    kind: ClassVar[str] = "forge"
    goes_on: ClassVar[bool] = True

    folder: str = ask(
        "", "folder of pictures with metadata.jsonl (file_name, text) or .txt captions",
        min_length=1, long=True,
    )  # fmt: skip
    out: str = ask(
        "", "run folder, of checkpoints, samples and the cascade; empty: a new one", long=True
    )
    begin_with: str = ask(
        "", "cascade whose weights to go on from, such as tiny-if; empty: new ones", long=True
    )
    part: Literal["all", "text", "stage1", "stage2", "export"] = ask(
        "all", "what to do: one part (they may run side by side after text), or all in turn"
    )
    small: int = ask(32, "side of stage I's pictures", ge=8, le=256, unit="px")
    large: int = ask(128, "side of stage II's pictures", ge=8, le=1024, unit="px")
    crop: int = ask(64, "side of the crops that stage II learns from", ge=8, le=1024, unit="px")
    text_steps: int = ask(1500, "steps of the text encoder", ge=1, le=10**8)
    steps: int = ask(7000, "steps of stage I", ge=1, le=10**8)
    stage2_steps: int = ask(5000, "steps of stage II", ge=1, le=10**8)
    widths: tuple[int, ...] = ask(
        (32, 64, 128), "channels of stage I at each resolution, multiples of 32", hidden=True
    )
    stage2_widths: tuple[int, ...] = ask(
        (16, 32, 64, 96), "channels of stage II at each resolution; the last a multiple of 32",
        hidden=True,
    )  # fmt: skip
    precision: Literal["fp32", "bf16"] = ask(
        "fp32", "bf16 is faster on a CPU that has AVX-512 BF16; weights stay fp32"
    )
    text_batch: int = ask(256, "pictures a step for the text encoder", ge=2, le=65536)
    batch: int = ask(32, "pictures a step for stage I", ge=1, le=65536)
    stage2_batch: int = ask(16, "crops a step for stage II", ge=1, le=65536)
    learning_rate: float = ask(4e-4, "peak learning rate", gt=0, le=1, allow_inf_nan=False)
    tail: float = ask(
        0.25, "share of the steps over which the rate falls to zero", ge=0, le=1,
        allow_inf_nan=False,
    )  # fmt: skip
    minutes: float = ask(
        0.0, "stop each part after this time (0 = no limit); resume goes on", ge=0, le=10**6,
        unit="min", allow_inf_nan=False,
    )  # fmt: skip
    sample_every: int = ask(500, "steps between sample grids", ge=1, le=10**8)
    prompts: str = ask("", "prompts of stage I's sample grid, separated by ;", long=True)
    checkpoint_every: int = ask(200, "steps between checkpoints", ge=1, le=10**8)
    resume: bool = ask(True, "go on from the newest checkpoint in out; false starts afresh")
    threads: int = ask(0, "CPU threads (0 = torch's choice)", ge=0, le=1024)
    seed: int = ask(2718, "seed of weights, data order and noise", ge=0, le=2**63 - 1)

    def home(self) -> str:
        return self.out

    def title(self) -> str:
        return f"forge {Path(self.folder).name}" + ("" if self.part == "all" else f" {self.part}")

    @field_validator("widths", "stage2_widths", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(value.split(",")) if isinstance(value, str) else value

    @field_validator("widths", "stage2_widths")
    @classmethod
    def _heads(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if not 2 <= len(value) <= 6 or any(n < 8 or n % 8 for n in value) or value[-1] % 32:
            raise ValueError("write 2 to 6 multiples of 8, the last of 32, such as 32,64,128")
        return value

    @model_validator(mode="after")
    def _sides(self) -> "Forge":
        if self.large < self.small or self.crop > self.large:
            raise ValueError("sides must be: small <= large and crop <= large")
        if self.small % 4 or self.large % 8 or self.crop % 8:
            raise ValueError("small must be a multiple of 4, large and crop of 8")
        return self
