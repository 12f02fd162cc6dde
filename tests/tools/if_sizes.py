"""IF's networks as configs, and the memory table: `python -m tests.tools.if_sizes`.

The UNets' block types and widths reproduce the published counts; the hub's own config.json is
read where a model is opened, not these. Of stage II the published configs are not at hand here:
its row is a stand-in with the widths of IF-I-L, which has about as many parameters.
"""

# ruff: noqa: T201

from typing import Any

import torch

from engine.checkpoints.memory import sizes
from engine.checkpoints.memory.plan import ENCODER, GB, PlanRequest, Room
from engine.checkpoints.memory.select import choose
from engine.checkpoints.memory.sizes import Component
from engine.errors import Unavailable

WIDTHS = {"M": 192, "L": 320, "XL": 704}
PUBLISHED = {"M": 0.4e9, "L": 0.9e9, "XL": 4.3e9}
"""Parameters of IF-I, as the model cards have them: rounded to one digit after the point."""
T5_XXL: dict[str, Any] = {
    "model_type": "t5",
    "vocab_size": 32128,
    "d_model": 4096,
    "d_kv": 64,
    "d_ff": 10240,
    "num_layers": 24,
    "num_heads": 64,
    "feed_forward_proj": "gated-gelu",
    "is_encoder_decoder": False,
}
BOXES = (4, 6, 8, 10, 12, 16, 24, 48, 80)
"""GB of the GPUs in the table."""


def if_unet(width: int, size: int = 64, stage: int = 1, text: int = 4096) -> dict[str, Any]:
    """IF's UNet: widths c, 2c, 3c, 4c, three layers a block."""
    extra = {"class_embed_type": "timestep"} if stage == 2 else {}
    return {
        "_class_name": "UNet2DConditionModel",
        "sample_size": size,
        "in_channels": 3 * stage,
        "out_channels": 6,
        "down_block_types": ["ResnetDownsampleBlock2D", *["SimpleCrossAttnDownBlock2D"] * 3],
        "mid_block_type": "UNetMidBlock2DSimpleCrossAttn",
        "up_block_types": [*["SimpleCrossAttnUpBlock2D"] * 3, "ResnetUpsampleBlock2D"],
        "only_cross_attention": False,
        "block_out_channels": [width, 2 * width, 3 * width, 4 * width],
        "layers_per_block": 3,
        "attention_head_dim": 64,
        "cross_attention_dim": 4 * width,
        "encoder_hid_dim": text,
        "encoder_hid_dim_type": "text_proj",
        "addition_embed_type": "text",
        "addition_embed_type_num_heads": 64 if text % 64 == 0 else 8,
        "resnet_time_scale_shift": "scale_shift",
        "act_fn": "gelu",
        **extra,
    }


def parts(size: str, *, stage2: bool = True) -> tuple[Component, list[Component]]:
    """The text encoder in bfloat16 and the UNets in float16, by IF's name for the size."""
    first = sizes.unet("UNet of stage I", if_unet(WIDTHS[size]), torch.float16)
    second = sizes.unet("UNet of stage II", if_unet(320, 256, 2), torch.float16)
    return sizes.encoder(ENCODER, T5_XXL, torch.bfloat16), [first, second] if stage2 else [first]


def main() -> None:
    """Two tables in Markdown: the parts, and the plan that each GPU gets."""
    print("| part | parameters | weights, half precision | one guided sample more |")
    print("|---|---|---|---|")
    encoder, _ = parts("M")
    named = {"T5-XXL": encoder} | {f"IF-I-{size}": parts(size)[1][0] for size in WIDTHS}
    for name, part in named.items():
        print(f"| {name} | {part.parameters / 1e9:.2f} B | {part.bytes / GB:.1f} GB |", end="")
        print(f" {part.working / GB:.2f} GB |")
    print(f"\n| GPU | {' | '.join(f'IF-I-{size} and stage II' for size in WIDTHS)} |")
    print("|---|---|---|---|")
    for box in BOXES:
        print(f"| {box} GB | {' | '.join(_chosen(size, box) for size in WIDTHS)} |")


def _chosen(size: str, box: int) -> str:
    encoder, stages = parts(size)
    try:
        plan = choose(PlanRequest(encoder, stages, Room({"cuda:0": box * GB}, 64 * GB)))
    except Unavailable:
        return "too small"
    took = max(peak for where, peak in plan.peaks.items() if where != "cpu") / GB
    text = {"beside": "", "alone": ", text alone", "cpu": ", text on the CPU"}.get(plan.text, "")
    return f"{plan.name}{text}: {took:.1f} GB"


if __name__ == "__main__":
    main()
