"""What makes a training faster, and where it does, as tests/bench/digits.py measures it."""

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import torch

from engine.specs.train import Train

WORTHWHILE = 500
"""Steps from which, on a CPU, torch.compile saves more than it takes."""


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


def is_compiled(spec: Train, steps: int, device: torch.device) -> bool:
    """Whether torch.compile translates the network, for which there must be a C++ compiler."""
    if spec.compile != "auto":
        return spec.compile == "on"
    there = any(shutil.which(name) for name in ("g++", "clang++", "c++"))
    return device.type == "cpu" and there and steps >= WORTHWHILE


def _has_bf16() -> bool:
    """Whether the CPU multiplies bfloat16 itself; without that it is slower than float32."""
    ask: Callable[[], dict[str, Any]] = getattr(torch.cpu, "get_capabilities", dict)
    has = ask()  # nothing where torch is too old to say
    return bool(has.get("avx512_bf16") or has.get("amx_bf16") or has.get("bf16"))
