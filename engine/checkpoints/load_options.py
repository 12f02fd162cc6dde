"""What a person may ask for of how a cascade is put on the machine."""

from dataclasses import dataclass

import torch

from engine.checkpoints.devices import unet_dtype
from engine.specs.cascade_fields import Plan, Precision, TextEncoder

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
