"""The forge's recipe at two sizes: one table, from which the spec has its defaults. Torch-free."""

from typing import Any, Literal

Recipe = Literal["cpu", "gpu"]
TABLE: tuple[tuple[str, str, Any, Any], ...] = (
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


def fields(recipe: str, part: str = "") -> dict[str, Any]:
    """What a recipe says of everything, or of what shapes one part."""
    column = ("cpu", "gpu").index(recipe)
    return {name: said[column] for name, parts, *said in TABLE if not part or part in parts.split()}


CPU = fields("cpu")
