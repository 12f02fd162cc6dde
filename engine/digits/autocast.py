"""What makes a training faster, and where it does, as tests/bench/digits.py measures it."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch

from engine.specs.train import Train


def is_lower(spec: Train, device: torch.device) -> bool:
    """Whether the network's products are made in bfloat16."""
    if spec.precision != "auto":
        return spec.precision == "bf16"
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return device.type == "cpu" and _has_bf16()


def lowered(device: torch.device, bf16: bool) -> AbstractContextManager[object]:
    """Products in bfloat16 inside, where that is wanted; weights stay float32."""
    return torch.autocast(device.type, torch.bfloat16) if bf16 else nullcontext()


def _has_bf16() -> bool:
    """Whether the CPU multiplies bfloat16 itself; without that it is slower than float32."""
    ask: Callable[[], dict[str, Any]] = getattr(torch.cpu, "get_capabilities", dict)
    has = ask()  # nothing where torch is too old to say
    return bool(has.get("avx512_bf16") or has.get("amx_bf16") or has.get("bf16"))
