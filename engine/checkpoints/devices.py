"""Which devices the work is done on, in which precision, and what a person may ask of that."""

from dataclasses import dataclass

import torch

from engine.errors import BadInput, Unavailable
from engine.specs.cascade import Plan, Precision, TextEncoder

_HALF = {"cuda": torch.float16}
KNOWN = ("auto", "cpu", "cuda", "mps")


def pick_devices(name: str = "auto") -> list[torch.device]:
    """The devices named ("cuda:0,cuda:1" too); auto is every CUDA device, or one of mps, cpu.

    Raises BadInput for a name that is none, Unavailable for a device that this machine lacks.
    """
    if name == "auto" and (several := _count("cuda")) > 1:
        return [torch.device("cuda", n) for n in range(several)]
    devices = list(dict.fromkeys(_numbered(pick_device(one.strip())) for one in name.split(",")))
    if len(devices) > 1 and {device.type for device in devices} != {"cuda"}:
        raise BadInput(f"device {name!r}: several devices must be CUDA's, such as cuda:0,cuda:1")
    return devices


def pick_device(name: str = "auto") -> torch.device:
    """The one device named; auto is the first of cuda, mps, cpu that is there.

    Raises BadInput for a name that is none, Unavailable for a device that this machine lacks.
    """
    if name == "auto":
        return torch.device(next(kind for kind in ("cuda", "mps", "cpu") if _count(kind)))
    kind, _, index = name.partition(":")
    if kind not in KNOWN[1:] or (index and not index.isdigit()):
        raise BadInput(f"unknown device {name!r}; known are {', '.join(KNOWN)} and cuda:N")
    if int(index or 0) >= _count(kind):
        raise Unavailable(
            f"device {name} is not available on this machine; --device auto takes what there is"
        )
    return torch.device(name)


def unet_dtype(device: torch.device) -> torch.dtype:
    """float16 on CUDA, as IF was published; float32 elsewhere."""
    return _HALF.get(device.type, torch.float32)


def encoder_dtype(device: torch.device, size: int) -> torch.dtype:
    """bfloat16 on CUDA, where T5 overflows in float16, and for a T5 of many GB; else float32."""
    heavy = size > HEAVY
    return torch.bfloat16 if device.type == "cuda" or heavy else torch.float32


HEAVY = 1 << 30
"""Bytes of weights from which a text encoder is not kept in host memory between prompts."""


def _numbered(device: torch.device) -> torch.device:
    return torch.device("cuda", device.index or 0) if device.type == "cuda" else device


def _count(kind: str) -> int:
    if kind == "cuda":
        return torch.cuda.device_count()
    return 1 if kind == "cpu" else int(torch.backends.mps.is_available())


_DTYPES = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}


@dataclass(frozen=True)
class LoadOptions:
    """The same fields as a request has; the defaults leave everything to the machine."""

    plan: Plan = "auto"
    text_encoder: TextEncoder = "auto"
    precision: Precision = "auto"
    compile: bool = False

    def dtype(self, device: torch.device) -> torch.dtype:
        """What the UNets compute in on a device."""
        return _DTYPES.get(self.precision) or unet_dtype(device)


DEFAULT = LoadOptions()
