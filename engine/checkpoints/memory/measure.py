"""From checked folders and what was asked for to a memory plan; only configs are read."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil
import torch

from engine.checkpoints.devices import HEAVY, LoadOptions, encoder_dtype
from engine.checkpoints.layout import StageFolder
from engine.checkpoints.memory import sizes
from engine.checkpoints.memory.plan import ENCODER, Plan, PlanRequest, Room
from engine.checkpoints.memory.select import choose
from engine.checkpoints.memory.sizes import Component
from engine.checkpoints.weights import read_json

NUMERALS = {1: "I", 2: "II"}


def free_memory(devices: Sequence[torch.device]) -> Room:
    """What is free now on devices with a memory of their own, and on the host."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()  # what this process holds of it for nothing
    own = [device for device in devices if device.type == "cuda"]
    free = {str(device): torch.cuda.mem_get_info(device)[0] for device in own}
    return Room(free, psutil.virtual_memory().available, str(devices[0]))


def plan(
    folders: Sequence[StageFolder],
    places: Sequence[torch.device],
    ways: LoadOptions,
    *,
    whole: bool = True,
) -> Plan:
    """The plan for these stages on these devices, with what is free on them now.

    Where there is nothing to choose and `whole` is False, sizes are those of the files, which
    takes no time. Raises Unavailable where the model is too large.
    """
    text = None if ways.text_encoder == "cached" else folders[0].text
    size = text.weights.size if text else 0
    room = free_memory(places)
    if whole or room.devices or size > HEAVY:
        config = _text_config(text.root) if text else None
        return _planned([folder.unet for folder in folders], config, size, room, places[0], ways)
    encoder = Component(ENCODER, 0, size) if text else None
    stages = [Component(unet_name(n), 0, f.weights.size) for n, f in enumerate(folders, 1)]
    return choose(_asked(encoder, stages, room, ways, keeps=True))


def plan_ahead(roots: Sequence[Path], places: Sequence[torch.device], ways: LoadOptions) -> Plan:
    """The same from the configs in the stages' folders, while the weights are not here yet."""
    unets = [read_json(root / "unet" / "config.json") for root in roots]
    config = None if ways.text_encoder == "cached" else _text_config(roots[0])
    size = sizes.encoder(ENCODER, config, torch.bfloat16).bytes if config else 0
    return _planned(unets, config, size, free_memory(places), places[0], ways)


def unet_name(number: int) -> str:
    """What a stage's network is called."""
    return f"UNet of stage {NUMERALS[number]}"


def text_dtype(size: int, device: torch.device, ways: LoadOptions) -> torch.dtype:
    """What an encoder of so many bytes computes in; in int8 only its weights are kept smaller."""
    if ways.text_encoder in ("bf16", "int8"):
        return torch.bfloat16
    return encoder_dtype(device, size)


def _planned(
    unets: Sequence[Mapping[str, Any]],
    text: Mapping[str, Any] | None,
    size: int,
    room: Room,
    device: torch.device,
    ways: LoadOptions,
) -> Plan:
    dtype, each = text_dtype(size, device, ways), 1.0 if ways.text_encoder == "int8" else None
    encoder = sizes.encoder(ENCODER, text, dtype, each) if text else None
    unet_dtype = ways.dtype(device)
    stages = [sizes.unet(unet_name(n), unet, unet_dtype) for n, unet in enumerate(unets, 1)]
    return choose(_asked(encoder, stages, room, ways, keeps=size <= HEAVY))


def _asked(
    encoder: Component | None,
    stages: list[Component],
    room: Room,
    ways: LoadOptions,
    *,
    keeps: bool,
) -> PlanRequest:
    if ways.text_encoder == "cpu":
        return PlanRequest(encoder, stages, room, ways.plan, "cpu", keeps)
    only = "device" if ways.text_encoder == "int8" else "auto"
    return PlanRequest(encoder, stages, room, ways.plan, only, keeps)  # type: ignore[arg-type]


def _text_config(root: Path) -> dict[str, Any]:
    return read_json(root / "text_encoder" / "config.json")
