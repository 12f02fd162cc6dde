"""What can be asked of the forge: a small cascade from captioned pictures. Torch-free."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import ValidationInfo, field_validator, model_validator

from engine.specs import common_fields
from engine.specs.base import Spec, param

Recipe = Literal["cpu", "gpu"]
RECIPES: tuple[tuple[str, str, Any, Any], ...] = (
    ("small", "text stage1 stage2", 32, 64),
    ("large", "stage2", 128, 256),
    ("crop", "stage2", 64, 128),
    ("text_steps", "text", 1400, 3000),
    ("text_batch", "text", 256, 512),
    ("steps", "stage1", 12_200, 60_000),
    ("batch", "stage1", 32, 256),
    ("widths", "stage1", (32, 64, 192), (64, 96, 128, 160)),
    ("layers", "stage1", 1, 2),
    ("stage2_steps", "stage2", 7000, 50_000),
    ("stage2_batch", "stage2", 16, 128),
    ("stage2_widths", "stage2", (16, 32, 64, 96), (32, 32, 64, 96, 128)),
    ("stage2_layers", "stage2", 1, 1),
    ("learning_rate", "stage1 stage2", 8e-4, 5e-4),
    ("ema_decay", "text stage1 stage2", 0.999, 0.9995),
    ("precision", "stage1 stage2", "bf16", "bf16"),
    ("checkpoint_every", "", 200, 1000),
    ("sample_every", "", 500, 2000),
)
"""Fields of the spec that a recipe decides: name, the parts that it shapes, cpu, gpu.

cpu is what the bundled cascade was trained with on two cores. gpu is drawn at 64 px and enlarged to
256; its two networks have 12.6 and 4.8 million parameters, so that a cascade of both, in half
precision with its text encoders, is shipped in less than 40 MB.
"""


def recipe_fields(recipe: str, part: str = "") -> dict[str, Any]:
    """What a recipe says of everything, or of what shapes one part."""
    column = ("cpu", "gpu").index(recipe)
    return {
        name: values[column]
        for name, parts, *values in RECIPES
        if not part or part in parts.split()
    }


CPU = recipe_fields("cpu")


class Forge(Spec):
    """Train a small IF-format cascade on a folder of captioned pictures."""

    kind: ClassVar[str] = "forge"
    command: ClassVar[str] = "forge"
    summary: ClassVar[str] = "train a small cascade on captioned pictures"
    positional: ClassVar[tuple[str, ...]] = ("folder",)
    position: ClassVar[int] = 90
    resumable: ClassVar[bool] = True

    folder: str = param(
        "", "folder of pictures with metadata.jsonl (file_name, text) or .txt captions",
        min_length=1, long=True,
    )  # fmt: skip
    out: str = param(
        "", "run folder, of checkpoints, samples and the cascade; empty: a new one", long=True
    )
    begin_with: str = param(
        "", "cascade whose weights to go on from, such as tiny-if; empty: new ones", long=True
    )
    part: Literal["all", "text", "stage1", "stage2", "export"] = param(
        "all", "what to do: one part (they may run side by side after text), or all in turn"
    )
    recipe: Recipe = param(
        "cpu", "what is not named: cpu, 32 px and then 128, as the bundled cascade on two cores;"
        " gpu, 64 px and then 256, on GPUs, and still less than 40 MB",
    )  # fmt: skip
    device: str = param("auto", "auto, cpu, cuda, cuda:1, mps", min_length=1)
    small: int = param(CPU["small"], "side of stage I's pictures", ge=8, le=256, unit="px")
    large: int = param(CPU["large"], "side of stage II's pictures", ge=8, le=1024, unit="px")
    crop: int = param(
        CPU["crop"], "side of the crops that stage II learns from", ge=8, le=1024, unit="px"
    )
    text_steps: int = param(CPU["text_steps"], "steps of the text encoder", ge=1, le=10**8)
    steps: int = param(CPU["steps"], "steps of stage I", ge=1, le=10**8)
    stage2_steps: int = param(CPU["stage2_steps"], "steps of stage II", ge=1, le=10**8)
    widths: Annotated[tuple[int, ...], common_fields.SPLIT] = param(
        CPU["widths"], "channels of stage I at each resolution, multiples of 32", hidden=True
    )
    layers: int = param(
        CPU["layers"], "residual blocks of stage I at each resolution", ge=1, le=8, hidden=True
    )
    stage2_widths: Annotated[tuple[int, ...], common_fields.SPLIT] = param(
        CPU["stage2_widths"], "channels of stage II at each resolution; the last a multiple of 32",
        hidden=True,
    )  # fmt: skip
    stage2_layers: int = param(
        CPU["stage2_layers"], "residual blocks of stage II at each resolution", ge=1, le=8,
        hidden=True,
    )  # fmt: skip
    precision: Literal["fp32", "bf16"] = param(
        CPU["precision"], "bf16 is faster on a GPU and on a CPU that has AVX-512 BF16 or AMX, and"
        " slower on other CPUs; weights stay fp32",
    )  # fmt: skip
    text_batch: int = param(
        CPU["text_batch"], "pictures a step for the text encoder", ge=2, le=65536
    )
    batch: int = param(
        CPU["batch"], "pictures a step for stage I, of all processes together", ge=1, le=65536
    )
    stage2_batch: int = param(CPU["stage2_batch"], "crops a step for stage II", ge=1, le=65536)
    learning_rate: float = param(
        CPU["learning_rate"], "peak learning rate of the stages", gt=0, le=1, allow_inf_nan=False
    )
    ema_decay: float = param(
        CPU["ema_decay"], "how much of the average of weights stays at each step", ge=0, lt=1,
        allow_inf_nan=False, hidden=True,
    )  # fmt: skip
    tail: float = param(
        0.25, "share of the steps, or of the minutes, over which the rate falls to zero", ge=0,
        le=1, allow_inf_nan=False,
    )  # fmt: skip
    minutes: float = param(
        0.0, "time limit of each part (0 = none), at which its rate has fallen to zero; resume goes"
        " on for as long again, from the peak", ge=0, le=10**6, unit="min", allow_inf_nan=False,
    )  # fmt: skip
    sample_every: int = param(CPU["sample_every"], "steps between sample grids", ge=1, le=10**8)
    prompts: str = param("", "prompts of stage I's sample grid, separated by ;", long=True)
    held_out: str = param(
        "", "renderings that are never trained on: the error of the estimated noise on them is"
        " measured with each sample grid; empty: it is not", long=True, hidden=True,
    )  # fmt: skip
    checkpoint_every: int = param(
        CPU["checkpoint_every"], "steps between checkpoints", ge=1, le=10**8
    )
    resume: bool = param(True, "go on from the newest checkpoint in out; false starts afresh")
    tensorboard: bool = common_fields.tensorboard()
    threads: int = param(0, "CPU threads (0 = torch's choice)", ge=0, le=1024)
    seed: int = param(2718, "seed of weights, data order and noise", ge=0, le=2**63 - 1)

    def home(self) -> str:
        return self.out

    def title(self) -> str:
        return f"forge {Path(self.folder).name}" + ("" if self.part == "all" else f" {self.part}")

    def apart(self, part: str = "") -> dict[str, Any]:
        """Where it is not its recipe, in everything or in what shapes one part."""
        wanted = recipe_fields(self.recipe, part)
        return {name: getattr(self, name) for name in wanted if getattr(self, name) != wanted[name]}

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, given: Any) -> Any:
        """The recipe's values where none are given."""
        name = given.get("recipe", "cpu") if isinstance(given, Mapping) else ""
        return {**recipe_fields(name), **given} if name in get_args(Recipe) else given

    @field_validator("widths", "stage2_widths")
    @classmethod
    def _heads(cls, value: tuple[int, ...], info: ValidationInfo) -> tuple[int, ...]:
        """A resolution with attention has heads of 32 channels: all but stage I's first do."""
        first_stage = info.field_name == "widths"
        attended = value[1:] if first_stage else value[-1:]
        even = all(n >= 8 and n % 8 == 0 for n in value) and all(n % 32 == 0 for n in attended)
        if not 2 <= len(value) <= 6 or not even:
            of_32 = "all but the first of 32" if first_stage else "the last of 32"
            raise ValueError(f"write 2 to 6 multiples of 8, {of_32}, such as 32,64,128")
        return value

    @model_validator(mode="after")
    def _sides(self) -> "Forge":
        if self.large < self.small or self.crop > self.large:
            raise ValueError("sides must be: small <= large and crop <= large")
        first, second = 2 ** (len(self.widths) - 1), 2 ** (len(self.stage2_widths) - 1)
        if self.small % first or self.large % second or self.crop % second:
            raise ValueError(
                f"small must be a multiple of {first}, large and crop of {second}, so that they"
                " can be halved as often as there are widths"
            )
        return self
