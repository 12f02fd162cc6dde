"""UNets through torch.compile, at the size of one guided sample; other sizes are compiled anew."""

import time
from collections.abc import Callable
from typing import Any

import torch

from engine.checkpoints.memory.plan import Plan
from engine.checkpoints.memory.sizes import TOKENS
from engine.diffusion.denoiser import LowRes, predict
from engine.errors import BadInput


def check(chosen: Plan) -> None:
    """BadInput where networks are to move between memories, which breaks what was compiled."""
    if chosen.name != "resident" or chosen.text == "alone":
        raise BadInput(
            f"--compile needs the UNets to stay on the device, and the plan is {chosen.name}, with"
            f" the text encoder {chosen.text}: try --text-encoder cpu or cached, or leave --compile"
        )


def compile_unet(
    name: str, unet: Any, side: int, device: torch.device, emit: Callable[[str], None]
) -> None:
    """Compile it in place by a first call, and say how long that took."""
    emit(f"compiling {name}")
    begun = time.perf_counter()
    unet.compile()
    config = unet.config
    enlarges = config.class_embed_type is not None
    channels = config.in_channels // 2 if enlarges else config.in_channels
    width = config.encoder_hid_dim or config.cross_attention_dim
    with torch.inference_mode():  # tensors made elsewhere are others to the compiler
        x = torch.zeros(2, channels, side, side, device=device)
        predict(unet, x, 500, x.new_zeros(2, TOKENS, width), LowRes(x, 250) if enlarges else None)
    emit(f"{name}: compiled in {time.perf_counter() - begun:.1f} s")
