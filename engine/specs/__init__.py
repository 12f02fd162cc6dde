"""What can be asked: one pydantic model per activity. Torch-free."""

from engine.specs.base import Spec, ask, bounds, choices, facts, problems
from engine.specs.forge import Forge
from engine.specs.generate import CascadeSpec, Generate, Sampler
from engine.specs.service import Doctor, Open

KINDS: dict[str, type[Spec]] = {s.kind: s for s in (Generate, Forge, Open, Doctor)}

__all__ = [
    "KINDS",
    "CascadeSpec",
    "Doctor",
    "Forge",
    "Generate",
    "Open",
    "Sampler",
    "Spec",
    "ask",
    "bounds",
    "choices",
    "facts",
    "problems",
]
