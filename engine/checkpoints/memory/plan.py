"""What a memory plan is: which parts of a cascade live where, when, and at what cost.

Three plans, each slower and smaller than the one before: ``resident`` (the UNets stay on the
device), ``sequential`` (one part at a time is on it, the others wait in host memory) and
``offload`` (one layer at a time).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import torch
from torch import nn

from engine.checkpoints.memory.sizes import Component

Name = Literal["resident", "sequential", "offload"]
Text = Literal["beside", "alone", "cpu", "layers", "cached"]
"""The text encoder: kept beside the UNets, loaded on their device for a new prompt while they are
away, loaded on the CPU for a new prompt, the same layer by layer on the device, or never."""
When = Literal["always", "in turn", "layer by layer", "for a new prompt"]

NAMES: tuple[Name, ...] = ("resident", "sequential", "offload")
ENCODER = "text encoder"
GB = 1 << 30


@dataclass(frozen=True)
class Room:
    """Free bytes of each accelerator that has a memory of its own, and of the host.

    Where there are none, shared is the device that works in the host's memory.
    """

    devices: Mapping[str, int]
    host: int
    shared: str = "cpu"


@dataclass(frozen=True)
class PlanRequest:
    """The parts, the room for them, and what the person asked for.

    encoder is None where prompts come from the disk alone; text says whether it is to run on the
    CPU or on the device. keeps says whether it is small enough to stay in host memory between
    prompts.
    """

    encoder: Component | None
    stages: Sequence[Component]
    room: Room
    wanted: Name | Literal["auto"] = "auto"
    text: Literal["auto", "cpu", "device"] = "auto"
    keeps: bool = True


@dataclass(frozen=True)
class Place:
    """Where one part is when it runs, and when it is there."""

    part: Component
    where: str
    when: When


@dataclass(frozen=True)
class Plan:
    """What was chosen, the most bytes that it takes of each memory (the host is "cpu"), and why."""

    name: Name
    text: Text
    places: tuple[Place, ...]
    peaks: Mapping[str, int] = field(default_factory=dict)
    why: str = ""

    @property
    def stages(self) -> list[Place]:
        """Those of the UNets."""
        return [place for place in self.places if place.part.name != ENCODER]

    @property
    def encoder(self) -> Place | None:
        """That of the text encoder, where there is one."""
        return next((place for place in self.places if place.part.name == ENCODER), None)

    @property
    def smaller(self) -> Name | None:
        """The plan to try where this one's memory was not enough; None where there is none."""
        if set(self.peaks) == {"cpu"} or self.name == "offload":
            return None
        alone = len(self.stages) == 1 and self.text != "beside"
        return "offload" if alone or self.name == "sequential" else "sequential"


Away = Callable[[], None]
"""Sends every UNet to the host, so that the text encoder has the device for itself."""


def place(plan: Plan, unets: Sequence[nn.Module]) -> Away:
    """Put them; a UNet that waits on the host comes by itself when it is called."""
    homes = [torch.device(stage.where) for stage in plan.stages]
    if plan.name == "offload":
        _offload(unets, homes)
    elif plan.name == "sequential":
        return _hooked(unets, homes, ring=True)
    elif plan.text == "alone" and homes[0].type != "cpu":
        return _hooked(unets, homes, ring=False)
    else:
        for unet, home in zip(unets, homes, strict=True):
            unet.to(home)
    return lambda: None


def arrange(unet: nn.Module, where: str) -> nn.Module:
    """The memory format that CUDA's convolutions are faster in."""
    if torch.device(where).type == "cuda":
        return unet.to(memory_format=torch.channels_last)
    return unet


def _offload(unets: Sequence[nn.Module], homes: Sequence[torch.device]) -> None:
    from accelerate import cpu_offload

    for unet, home in zip(unets, homes, strict=True):
        cpu_offload(unet, home)


def _hooked(unets: Sequence[nn.Module], homes: Sequence[torch.device], *, ring: bool) -> Away:
    """Each comes when it is called, and stays until all are sent away.

    In a ring each sends the one before it away, the first the last, so that a second run works.
    """
    from accelerate import cpu_offload_with_hook

    hooks = [cpu_offload_with_hook(unet, home)[1] for unet, home in zip(unets, homes, strict=True)]
    if ring and len(hooks) > 1:
        for before, hook in zip([hooks[-1], *hooks], hooks, strict=False):
            hook.hook.prev_module_hook = before

    def away() -> None:
        for hook in hooks:
            hook.offload()

    return away
