"""What a memory plan is: which parts of a cascade live where, when, and at what cost.

Three plans, each slower and smaller than the one before: ``resident`` (the UNets stay on the
device), ``sequential`` (one part at a time is on it, the others wait in host memory) and
``offload`` (one layer at a time).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

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
