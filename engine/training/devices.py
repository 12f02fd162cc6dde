"""Where a training's tensors are: the device of this process, and the way there."""

import os

import torch
from torch import Tensor

from engine.checkpoints.devices import pick_device
from engine.errors import BadInput

CPU = torch.device("cpu")
RESIDENT_SHARE = 1 / 3
"""Pictures stay on the device where they take no more than this of what is free there."""


def own_device(name: str) -> torch.device:
    """The device named ("auto" too); of several processes on one machine, each has its own GPU.

    Raises BadInput and Unavailable as pick_device does, and BadInput where several processes would
    have to share an accelerator.
    """
    device, together = pick_device(name), int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    if together > 1 and device.type != "cpu":
        _check_enough(name, device, together)
    if device.type != "cuda":
        return device
    number = int(os.environ.get("LOCAL_RANK", "0")) if device.index is None else device.index
    own = torch.device("cuda", number)
    torch.cuda.set_device(own)
    return own


def _check_enough(name: str, device: torch.device, together: int) -> None:
    if device.type == "mps" or device.index is not None:
        raise BadInput(
            f"{together} processes cannot share {name if name != 'auto' else device}; train with"
            " one process, or with --device cpu"
        )
    if together > (there := torch.cuda.device_count()):
        raise BadInput(
            f"{together} processes, but {there} CUDA device{'s' * (there > 1)} here; start"
            f" {there} (--nproc-per-node {there}), or train with --device cpu"
        )


def moved(values: Tensor, device: torch.device) -> Tensor:
    """The values on the device; to CUDA by way of pinned memory, so that nobody waits for it."""
    if device.type == "cuda" and values.device.type == "cpu":
        return values.pin_memory().to(device, non_blocking=True)
    return values.to(device)


def resident(values: Tensor, device: torch.device) -> Tensor:
    """The values on the CUDA device where there is room for them; else where they are."""
    if device.type != "cuda":
        return values
    free, _total = torch.cuda.mem_get_info(device)
    size = values.numel() * values.element_size()
    return values.to(device) if size <= RESIDENT_SHARE * free else values


def normal(shape: torch.Size, generator: torch.Generator, device: torch.device) -> Tensor:
    """Unit normal noise, drawn on the CPU: the same on every device."""
    return moved(torch.randn(shape, generator=generator), device)
