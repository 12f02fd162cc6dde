"""How much memory the parts of a model take, from their configs alone: nothing is loaded.

A network is built on torch's meta device, whose tensors have shapes and no memory; the largest
sum of the tensors that live at once during a forward pass there is what a pass takes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import torch
from torch import nn

from engine.checkpoints.memory.peak_memory import peak

TOKENS = 77
"""Of text that IF's networks read."""


@dataclass(frozen=True)
class Component:
    """One part of a cascade: its parameters, their bytes, and what it needs beside them to run.

    layer is the bytes of its largest single layer.
    """

    name: str
    parameters: int
    bytes: int
    working: int = 0
    layer: int = 0

    @property
    def whole(self) -> int:
        """Bytes while it runs."""
        return self.bytes + self.working


def unet(name: str, config: Mapping[str, Any], dtype: torch.dtype, samples: int = 1) -> Component:
    """A UNet of diffusers' config; `samples` are guided, so that twice as many run at once."""
    single = _unet(json.dumps(dict(config), sort_keys=True), dtype)
    return replace(single, name=name, working=samples * single.working)


def encoder(
    name: str, config: Mapping[str, Any], dtype: torch.dtype, bytes_each: float | None = None
) -> Component:
    """A T5 encoder of transformers' config; bytes_each is 1 for int8."""
    single = _encoder(json.dumps(dict(config), sort_keys=True), dtype)
    each = bytes_each or dtype.itemsize
    return replace(single, name=name, bytes=int(single.parameters * each))


@lru_cache(maxsize=16)
def _unet(config: str, dtype: torch.dtype) -> Component:
    from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel

    fields = json.loads(config)
    with torch.device("meta"):
        model = nn.Module.to(UNet2DConditionModel.from_config(fields), dtype=dtype).eval()
        side = fields["sample_size"]
        x = torch.empty(2, fields["in_channels"], side, side, dtype=dtype)
        width = fields.get("encoder_hid_dim") or fields["cross_attention_dim"]
        text = torch.empty(2, TOKENS, width, dtype=dtype)
        labels = torch.empty(2) if fields.get("class_embed_type") else None
    working = peak(lambda: model(x, torch.tensor(1, device="meta"), text, class_labels=labels))
    return _part(model, working)


@lru_cache(maxsize=16)
def _encoder(config: str, dtype: torch.dtype) -> Component:
    from transformers.models.t5.configuration_t5 import T5Config
    from transformers.models.t5.modeling_t5 import T5EncoderModel

    t5 = T5Config(**json.loads(config))
    with torch.device("meta"):
        model = nn.Module.to(T5EncoderModel(t5), dtype=dtype).eval()
    # a pass of 77 tokens: what a gated layer holds, and the scores of its heads
    hidden = 4 * t5.d_ff + 6 * t5.d_model
    scores = 3 * t5.num_heads * TOKENS
    return _part(model, TOKENS * (hidden + scores) * dtype.itemsize)


def _part(model: nn.Module, working: int) -> Component:
    """Parameters that are shared count once."""
    own = [sum(p.nbytes for p in m.parameters(recurse=False)) for m in model.modules()]
    each = list(model.parameters())
    return Component(
        "", sum(p.numel() for p in each), sum(p.nbytes for p in each), working, max(own)
    )
