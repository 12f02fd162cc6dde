"""From checked folders and what was asked for to a memory plan; only configs are read."""

from collections.abc import Sequence

import torch

from engine.checkpoints import devices, sizes
from engine.checkpoints.choosing import choose
from engine.checkpoints.devices import HEAVY, encoder_dtype
from engine.checkpoints.layout import StageFolder, TextFolder
from engine.checkpoints.plan import ENCODER, Asked, Plan, Room
from engine.checkpoints.sizes import Part
from engine.checkpoints.ways import Ways
from engine.checkpoints.weights import read_json

NUMERALS = {1: "I", 2: "II"}


def plan(
    folders: Sequence[StageFolder],
    places: Sequence[torch.device],
    ways: Ways,
    *,
    whole: bool = True,
) -> Plan:
    """The plan for these stages on these devices, with what is free on them now.

    Where there is nothing to choose and `whole` is False, sizes are those of the files, which
    takes no time. Raises Unavailable where the model is too large.
    """
    room, text = devices.room(places), folders[0].text
    read = None if ways.text_encoder == "cached" else text
    heavy = text is not None and text.weights.size > HEAVY
    if room.devices or whole or heavy:
        encoder = _encoder(read, places[0], ways) if read else None
        stages = [_stage(n, f, places[0], ways) for n, f in enumerate(folders, 1)]
    else:
        encoder = Part(ENCODER, 0, read.weights.size) if read else None
        stages = [Part(unet_name(n), 0, f.weights.size) for n, f in enumerate(folders, 1)]
    return choose(_asked(encoder, stages, room, ways, keeps=not heavy))


def unet_name(number: int) -> str:
    """What a stage's network is called."""
    return f"UNet of stage {NUMERALS[number]}"


def text_dtype(text: TextFolder, device: torch.device, ways: Ways) -> torch.dtype:
    """What the encoder computes in on a device; in int8 only its weights are kept smaller."""
    if ways.text_encoder in ("bf16", "int8"):
        return torch.bfloat16
    return encoder_dtype(device, text.weights.size)


def _asked(
    encoder: Part | None, stages: list[Part], room: Room, ways: Ways, *, keeps: bool
) -> Asked:
    if ways.text_encoder == "cpu":
        return Asked(encoder, stages, room, ways.plan, "cpu", keeps)
    only = "device" if ways.text_encoder == "int8" else "auto"
    return Asked(encoder, stages, room, ways.plan, only, keeps)  # type: ignore[arg-type]


def _stage(number: int, folder: StageFolder, device: torch.device, ways: Ways) -> Part:
    return sizes.unet(unet_name(number), folder.unet, ways.dtype(device))


def _encoder(text: TextFolder, device: torch.device, ways: Ways) -> Part:
    config = read_json(text.root / "text_encoder" / "config.json")
    each = 1.0 if ways.text_encoder == "int8" else None
    return sizes.encoder(ENCODER, config, text_dtype(text, device, ways), each)
