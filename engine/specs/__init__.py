"""What can be asked: one pydantic model per activity. Torch-free.

A kind is found by its module here: a new file is a new kind.
"""

from importlib import import_module
from pkgutil import iter_modules

from engine.specs.anagram import Anagram
from engine.specs.base import Spec, bounds, choices, param, problems, ui_hints
from engine.specs.cascade import CascadeSpec, Pictured
from engine.specs.denoise import Denoise
from engine.specs.digits import DigitEvaluate, DigitOod, DigitSample
from engine.specs.edit import Edit
from engine.specs.ema import EmaLength
from engine.specs.evaluate import Evaluate
from engine.specs.forge import Forge
from engine.specs.generate import Generate
from engine.specs.hybrid import Hybrid
from engine.specs.illusion import Compose, Illusion
from engine.specs.inpaint import Inpaint
from engine.specs.service import Doctor, Open, Prepare, Prompts
from engine.specs.train import Train

Branched = Generate | Illusion
"""What may begin at a step of an earlier run."""
Noised = Denoise | Edit
"""What noises a picture and samples from there, on a schedule of timesteps."""


def _kinds() -> dict[str, type[Spec]]:
    """Every spec that names its kind, in the order of their commands."""
    modules = (import_module(f"{__name__}.{info.name}") for info in iter_modules(__path__))
    specs = [
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Spec) and "kind" in vars(value)
    ]
    return {spec.kind: spec for spec in sorted(specs, key=lambda spec: spec.position)}


KINDS: dict[str, type[Spec]] = _kinds()

__all__ = [
    "KINDS",
    "Anagram",
    "Branched",
    "CascadeSpec",
    "Compose",
    "Denoise",
    "DigitEvaluate",
    "DigitOod",
    "DigitSample",
    "Doctor",
    "Edit",
    "EmaLength",
    "Evaluate",
    "Forge",
    "Generate",
    "Hybrid",
    "Illusion",
    "Inpaint",
    "Noised",
    "Open",
    "Pictured",
    "Prepare",
    "Prompts",
    "Spec",
    "Train",
    "bounds",
    "choices",
    "param",
    "problems",
    "ui_hints",
]
